// SPDX-License-Identifier: Apache-2.0
#include "quant/dataset/jpeg.h"

#include "common/error.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <csetjmp>
#include <cstdio>
#include <memory>

#include <jerror.h>
#include <jpeglib.h>  // needs <cstdio> before it

namespace cimarron {
namespace {

constexpr std::uint64_t kMostPixels = std::uint64_t{1} << 28;

// libjpeg reports through these; an error must not return to it.
struct Errors {
    jpeg_error_mgr manager{};
    std::jmp_buf back{};
    char text[JMSG_LENGTH_MAX] = {};
};

[[noreturn]] void give_up(j_common_ptr info) {
    auto* errors = reinterpret_cast<Errors*>(info->err);
    errors->manager.format_message(info, errors->text);
    std::longjmp(errors->back, 1);
}

// A warning is damage, but for the stray bytes between markers that decode to the same picture.
void on_message(j_common_ptr info, int level) {
    if (level < 0 && info->err->msg_code != JWRN_EXTRANEOUS_DATA) give_up(info);
}

void cmyk_to_rgb(const JSAMPLE* cmyk, int pixels, std::uint8_t* rgb) {
    for (int i = 0; i < pixels; ++i)
        for (int c = 0; c < 3; ++c)  // as Adobe writes them, inverted
            rgb[3 * i + c] = static_cast<std::uint8_t>(cmyk[4 * i + c] * cmyk[4 * i + 3] / 255);
}

void choose_scale(jpeg_decompress_struct& info, int least) {
    info.scale_num = 1;
    info.scale_denom = 1;
    const int side = static_cast<int>(std::min(info.image_width, info.image_height));
    for (unsigned denominator = 2; denominator <= 8; denominator *= 2)
        if (side / static_cast<int>(denominator) >= least) info.scale_denom = denominator;
}

// No object with a destructor may live here: errors jump out. False: errors.text says why.
bool decode(std::FILE* file, int least, jpeg_decompress_struct& info, Errors& errors,
            Picture& picture, std::vector<std::uint8_t>& row) {
    info.err = jpeg_std_error(&errors.manager);
    errors.manager.error_exit = give_up;
    errors.manager.emit_message = on_message;
    if (setjmp(errors.back) != 0) return false;
    jpeg_create_decompress(&info);
    jpeg_stdio_src(&info, file);
    jpeg_read_header(&info, TRUE);
    if (std::uint64_t{info.image_width} * info.image_height > kMostPixels) {
        std::snprintf(errors.text, sizeof errors.text, "%u x %u pixels", info.image_width,
                      info.image_height);
        return false;
    }
    choose_scale(info, least);
    const bool cmyk = info.num_components == 4;
    info.out_color_space = cmyk ? JCS_CMYK : JCS_RGB;
    jpeg_start_decompress(&info);
    picture.width = static_cast<int>(info.output_width);
    picture.height = static_cast<int>(info.output_height);
    picture.pixels.resize(std::size_t{3} * info.output_width * info.output_height);
    row.resize(std::size_t{4} * info.output_width);
    while (info.output_scanline < info.output_height) {
        std::uint8_t* to =
            picture.pixels.data() + std::size_t{3} * info.output_width * info.output_scanline;
        JSAMPROW line = cmyk ? row.data() : to;
        jpeg_read_scanlines(&info, &line, 1);
        if (cmyk) cmyk_to_rgb(row.data(), picture.width, to);
    }
    jpeg_finish_decompress(&info);
    return true;
}

// What new pixel `i` takes of the old ones: `count` from `first` on, each with its weight.
struct Taps {
    std::vector<int> first;
    std::vector<std::vector<float>> weights;
};

// A triangle as wide as the larger of an old and a new pixel.
Taps taps(double start, double length, int to, int size, bool mirrored) {
    const double scale = length / to;
    const double reach = std::max(scale, 1.0);
    Taps result;
    for (int i = 0; i < to; ++i) {
        const int at = mirrored ? to - 1 - i : i;
        const double centre = start + (at + 0.5) * scale - 0.5;
        const int low = std::max(0, static_cast<int>(std::floor(centre - reach)) + 1);
        const int high = std::min(size - 1, static_cast<int>(std::ceil(centre + reach)) - 1);
        std::vector<float> weights;
        double sum = 0;
        for (int k = low; k <= high; ++k) {
            const double weight = std::max(0.0, 1 - std::abs(k - centre) / reach);
            weights.push_back(static_cast<float>(weight));
            sum += weight;
        }
        if (sum <= 0) weights.assign(weights.size(), 1), sum = static_cast<double>(weights.size());
        for (float& weight : weights) weight /= static_cast<float>(sum);
        result.first.push_back(low);
        result.weights.push_back(std::move(weights));
    }
    return result;
}

}  // namespace

Picture read_jpeg(const std::filesystem::path& file, int least) {
    const std::unique_ptr<std::FILE, int (*)(std::FILE*)> in(std::fopen(file.c_str(), "rb"),
                                                             std::fclose);
    if (!in) throw UserError(fmt::format("{}: cannot read this image", file.string()));
    Picture picture;
    std::vector<std::uint8_t> row;
    jpeg_decompress_struct info{};
    Errors errors;
    const bool good = decode(in.get(), least, info, errors, picture, row);
    jpeg_destroy_decompress(&info);
    if (!good)
        throw UserError(
            fmt::format("{}: truncated or damaged image: {}", file.string(), errors.text));
    return picture;
}

void resize(const Picture& picture, const Crop& crop, int width, int height, bool flip,
            std::uint8_t* out) {
    const Taps across = taps(crop.left, crop.width, width, picture.width, flip);
    const Taps down = taps(crop.top, crop.height, height, picture.height, false);
    const int first_row = down.first.front();
    const int rows = down.first.back() + static_cast<int>(down.weights.back().size()) - first_row;
    std::vector<float> narrow(static_cast<std::size_t>(rows) * width * 3);
    for (int y = 0; y < rows; ++y)
        for (int x = 0; x < width; ++x) {
            const std::vector<float>& weights = across.weights[static_cast<std::size_t>(x)];
            const std::uint8_t* from =
                picture.pixels.data() + 3 * (std::ptrdiff_t{first_row + y} * picture.width +
                                             across.first[static_cast<std::size_t>(x)]);
            float* to = narrow.data() + 3 * (std::ptrdiff_t{y} * width + x);
            for (std::size_t k = 0; k < weights.size(); ++k)
                for (int c = 0; c < 3; ++c)
                    to[c] +=
                        weights[k] * static_cast<float>(from[3 * k + static_cast<unsigned>(c)]);
        }
    for (int y = 0; y < height; ++y) {
        const std::vector<float>& weights = down.weights[static_cast<std::size_t>(y)];
        const float* from =
            narrow.data() +
            std::ptrdiff_t{3} * width * (down.first[static_cast<std::size_t>(y)] - first_row);
        for (int i = 0; i < 3 * width; ++i) {
            float sum = 0;
            for (std::size_t k = 0; k < weights.size(); ++k)
                sum += weights[k] * from[static_cast<std::ptrdiff_t>(k) * 3 * width + i];
            *out++ = static_cast<std::uint8_t>(std::clamp(std::nearbyint(sum), 0.0F, 255.0F));
        }
    }
}

}  // namespace cimarron
