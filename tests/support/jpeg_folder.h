// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <fmt/format.h>
#include <unistd.h>

#include <cstdint>
#include <cstdio>
#include <filesystem>
#include <functional>
#include <string>
#include <vector>

#include <jpeglib.h>  // needs <cstdio> before it

namespace cimarron::test {

// pixel(x, y, c) in 0..255, c in 0..channels - 1 (1: grey, 3: RGB).
using PixelOf = std::function<int(int x, int y, int c)>;

inline void write_jpeg(const std::filesystem::path& file, int width, int height, int channels,
                       const PixelOf& pixel) {
    std::FILE* out = std::fopen(file.c_str(), "wb");
    jpeg_compress_struct info;
    jpeg_error_mgr errors;
    info.err = jpeg_std_error(&errors);
    jpeg_create_compress(&info);
    jpeg_stdio_dest(&info, out);
    info.image_width = static_cast<JDIMENSION>(width);
    info.image_height = static_cast<JDIMENSION>(height);
    info.input_components = channels;
    info.in_color_space = channels == 1 ? JCS_GRAYSCALE : JCS_RGB;
    jpeg_set_defaults(&info);
    jpeg_set_quality(&info, 100, TRUE);
    jpeg_start_compress(&info, TRUE);
    std::vector<JSAMPLE> row(static_cast<std::size_t>(width * channels));
    for (int y = 0; y < height; ++y) {
        for (int x = 0; x < width; ++x)
            for (int c = 0; c < channels; ++c)
                row[static_cast<std::size_t>(x * channels + c)] =
                    static_cast<JSAMPLE>(pixel(x, y, c));
        JSAMPROW line = row.data();
        jpeg_write_scanlines(&info, &line, 1);
    }
    jpeg_finish_compress(&info);
    jpeg_destroy_compress(&info);
    std::fclose(out);
}

// train/CLASS/N.JPEG and val/CLASS/N.JPEG; removed at the end. Images of class k have stripes whose
// period tells the class, in a colour of their own, and sizes that differ.
class JpegFolder {
public:
    JpegFolder(const std::string& name, int classes, int train, int val)
        : folder_(std::filesystem::temp_directory_path() /
                  fmt::format("cimarron_{}_{}", name, getpid())) {
        for (int c = 0; c < classes; ++c) {
            for (int i = 0; i < train; ++i) write("train", c, i);
            for (int i = 0; i < val; ++i) write("val", c, i);
        }
    }
    ~JpegFolder() { std::filesystem::remove_all(folder_); }
    JpegFolder(const JpegFolder&) = delete;
    JpegFolder& operator=(const JpegFolder&) = delete;

    const std::filesystem::path& path() const { return folder_; }
    std::filesystem::path file(const std::string& split, int c, int i) const {
        return folder_ / split / fmt::format("class{:02}", c) / fmt::format("{:04}.JPEG", i);
    }

private:
    void write(const std::string& split, int c, int i) const {
        std::filesystem::create_directories(file(split, c, i).parent_path());
        const int period = 4 << c;
        write_jpeg(file(split, c, i), 40 + i % 5, 36 + i % 7, 3, [&](int x, int, int channel) {
            const bool bright = (x + i) % period < period / 2;
            return (bright ? 160 : 40) + (channel == c % 3 ? 60 : 0);
        });
    }

    const std::filesystem::path folder_;
};

}  // namespace cimarron::test
