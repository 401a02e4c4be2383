// SPDX-License-Identifier: Apache-2.0
#include "quant/dataset/png.h"

#include "common/error.h"

#include <fmt/format.h>
#include <png.h>

namespace cimarron {

namespace {

constexpr std::uint64_t kMostPixels = std::uint64_t{1} << 28;

}  // namespace

Picture read_png(const std::filesystem::path& file) {
    png_image image{};
    image.version = PNG_IMAGE_VERSION;
    const auto fail = [&](const char* what) {
        png_image_free(&image);
        throw UserError(fmt::format("{}: truncated or damaged image: {}", file.string(), what));
    };
    if (png_image_begin_read_from_file(&image, file.c_str()) == 0) fail(image.message);
    if (std::uint64_t{image.width} * image.height > kMostPixels) fail("too many pixels");
    image.format = PNG_FORMAT_RGB;
    Picture picture{static_cast<int>(image.width), static_cast<int>(image.height), {}};
    picture.pixels.resize(PNG_IMAGE_SIZE(image));
    constexpr png_color kBlack{0, 0, 0};
    if (png_image_finish_read(&image, &kBlack, picture.pixels.data(), 0, nullptr) == 0)
        fail(image.message);
    return picture;
}

}  // namespace cimarron
