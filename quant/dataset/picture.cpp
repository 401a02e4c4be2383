// SPDX-License-Identifier: Apache-2.0
#include "quant/dataset/picture.h"

#include "common/error.h"
#include "quant/dataset/jpeg.h"
#include "quant/dataset/png.h"

#include <fmt/format.h>

#include <algorithm>
#include <cctype>
#include <cmath>
#include <fstream>

namespace cimarron {

namespace {

namespace fs = std::filesystem;

void add_folder(const fs::path& folder, std::vector<fs::path>& files) {
    std::vector<fs::path> found;
    for (const auto& entry : fs::recursive_directory_iterator(folder))
        if (entry.is_regular_file() && is_picture(entry.path())) found.push_back(entry.path());
    if (found.empty())
        throw UserError(fmt::format("{}: holds no .jpg, .jpeg or .png files", folder.string()));
    std::sort(found.begin(), found.end());
    files.insert(files.end(), found.begin(), found.end());
}

bool is_png(const fs::path& file) {
    char magic[4] = {};
    std::ifstream(file, std::ios::binary).read(magic, sizeof magic);
    return std::string_view(magic, sizeof magic) == "\x89PNG";
}

// ITU-R BT.601, in thousandths; equal red, green and blue stay what they are.
std::uint8_t luminance(const std::uint8_t* rgb) {
    return static_cast<std::uint8_t>((299 * rgb[0] + 587 * rgb[1] + 114 * rgb[2] + 500) / 1000);
}

constexpr double kMargin = 256.0 / 224.0;  // a picture's shorter side, in the shape's longer one

Crop centre(const Picture& picture, const Shape& shape) {
    if (picture.width == shape.width && picture.height == shape.height)
        return {0, 0, 1.0 * picture.width, 1.0 * picture.height};
    const double pixel =
        std::min(picture.width, picture.height) / (std::max(shape.width, shape.height) * kMargin);
    const double width = shape.width * pixel;
    const double height = shape.height * pixel;
    return {(picture.width - width) / 2, (picture.height - height) / 2, width, height};
}

}  // namespace

bool is_picture(const fs::path& file) {
    std::string ending = file.extension().string();
    for (char& c : ending) c = static_cast<char>(std::tolower(static_cast<unsigned char>(c)));
    return ending == ".jpg" || ending == ".jpeg" || ending == ".png";
}

std::vector<fs::path> list_pictures(const std::vector<fs::path>& names) {
    std::vector<fs::path> files;
    for (const fs::path& name : names) {
        if (fs::is_directory(name))
            add_folder(name, files);
        else if (!fs::exists(name))
            throw UserError(fmt::format("{}: no such file or folder", name.string()));
        else if (!is_picture(name))
            throw UserError(fmt::format("{}: must be a .jpg, .jpeg or .png file", name.string()));
        else
            files.push_back(name);
    }
    return files;
}

Picture read_picture(const fs::path& file, int least) {
    return is_png(file) ? read_png(file) : read_jpeg(file, least);
}

Codes read_centre(const fs::path& file, const Shape& shape) {
    if (shape.channels != 1 && shape.channels != 3)
        throw UserError(fmt::format("{}: a picture has 1 or 3 channels, the network takes {}",
                                    file.string(), shape.channels));
    const int side = std::max(shape.width, shape.height);
    const Picture picture = read_picture(file, static_cast<int>(std::ceil(side * kMargin)));
    Codes rgb(static_cast<std::size_t>(shape.pixels()) * 3);
    resize(picture, centre(picture, shape), shape.width, shape.height, false, rgb.data());
    if (shape.channels == 3) return rgb;
    Codes grey(static_cast<std::size_t>(shape.pixels()));
    for (std::size_t i = 0; i < grey.size(); ++i) grey[i] = luminance(rgb.data() + 3 * i);
    return grey;
}

}  // namespace cimarron
