// SPDX-License-Identifier: Apache-2.0
#include "quant/dataset/picture.h"

#include "common/error.h"

#include <fmt/format.h>
#include <gtest/gtest.h>
#include <png.h>
#include <unistd.h>

#include <filesystem>
#include <fstream>

namespace cimarron {
namespace {

namespace fs = std::filesystem;

class PictureFile : public testing::Test {
protected:
    PictureFile() { fs::create_directories(folder_); }
    ~PictureFile() override { fs::remove_all(folder_); }

    fs::path write_png(const std::string& name, int width, int height, bool grey,
                       const Codes& pixels) const {
        png_image image{};
        image.version = PNG_IMAGE_VERSION;
        image.width = static_cast<png_uint_32>(width);
        image.height = static_cast<png_uint_32>(height);
        image.format = grey ? PNG_FORMAT_GRAY : PNG_FORMAT_RGB;
        fs::create_directories((folder_ / name).parent_path());
        EXPECT_NE(
            png_image_write_to_file(&image, (folder_ / name).c_str(), 0, pixels.data(), 0, nullptr),
            0);
        return folder_ / name;
    }
    static Codes ramp(std::size_t size) {
        Codes pixels(size);
        for (std::size_t i = 0; i < size; ++i) pixels[i] = static_cast<std::uint8_t>(37 * i + 5);
        return pixels;
    }

    const fs::path folder_ =
        fs::temp_directory_path() / fmt::format("cimarron_picture_{}", getpid());
};

TEST_F(PictureFile, APngOfTheRightSizeIsTakenPixelForPixel) {
    const Codes colour = ramp(std::size_t{5} * 7 * 3);
    EXPECT_EQ(read_centre(write_png("c.png", 5, 7, false, colour), {3, 7, 5}), colour);
    const Codes grey = ramp(std::size_t{5} * 7);
    EXPECT_EQ(read_centre(write_png("g.png", 5, 7, true, grey), {1, 7, 5}), grey);
}

TEST_F(PictureFile, AnotherSizeIsResizedAboutItsCentre) {
    const Codes flat(std::size_t{64} * 48 * 3, 77);
    const Codes centre = read_centre(write_png("big.png", 64, 48, false, flat), {3, 8, 8});
    EXPECT_EQ(centre, Codes(8 * 8 * 3, 77));
}

TEST_F(PictureFile, DamageIsNamed) {
    const fs::path file = write_png("d.png", 5, 7, true, ramp(35));
    fs::resize_file(file, fs::file_size(file) / 2);
    EXPECT_THROW(read_centre(file, {1, 7, 5}), UserError);
    EXPECT_THROW(read_centre(write_png("e.png", 5, 7, true, ramp(35)), {2, 7, 5}), UserError);
}

TEST_F(PictureFile, FoldersAreListedByName) {
    for (const char* name : {"f/b/2.png", "f/a/1.png", "f/c.png"}) write_png(name, 1, 1, true, {9});
    std::ofstream(folder_ / "f/readme.txt") << "no picture";
    const auto files = list_pictures({folder_ / "f"});
    ASSERT_EQ(files.size(), 3U);
    EXPECT_EQ(files[0], folder_ / "f/a/1.png");
    EXPECT_EQ(files[2], folder_ / "f/c.png");
    EXPECT_THROW(list_pictures({folder_ / "f/readme.txt"}), UserError);
    EXPECT_THROW(list_pictures({folder_ / "none"}), UserError);
}

}  // namespace
}  // namespace cimarron
