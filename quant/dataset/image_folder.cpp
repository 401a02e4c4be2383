// SPDX-License-Identifier: Apache-2.0
#include "common/error.h"
#include "common/parallel.h"
#include "quant/dataset/formats.h"
#include "quant/dataset/jpeg.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

namespace cimarron {
namespace {

namespace fs = std::filesystem;

constexpr std::size_t kMostClasses = 4096;

std::vector<fs::path> sorted_entries(const fs::path& folder, bool folders) {
    std::vector<fs::path> entries;
    for (const auto& entry : fs::directory_iterator(folder))
        if (folders ? entry.is_directory() : is_picture(entry.path()))
            entries.push_back(entry.path());
    std::sort(entries.begin(), entries.end());
    return entries;
}

std::vector<std::string> class_names(const fs::path& folder) {
    std::vector<std::string> names;
    for (const fs::path& entry : sorted_entries(folder, true)) names.push_back(entry.filename());
    if (names.empty())
        throw UserError(
            fmt::format("{}: has no folders; expected one for each class", folder.string()));
    if (names.size() > kMostClasses)
        throw UserError(fmt::format("{}: has {} folders, more than {} classes", folder.string(),
                                    names.size(), kMostClasses));
    return names;
}

// The classes are those of train/ where it is there, so that both splits number them alike.
std::vector<std::string> classes_of(const fs::path& folder, const fs::path& split) {
    const std::vector<std::string> own = class_names(split);
    if (!fs::is_directory(folder / "train")) return own;
    const std::vector<std::string> all = class_names(folder / "train");
    for (const std::string& name : own)
        if (!std::binary_search(all.begin(), all.end(), name))
            throw UserError(fmt::format("{}: no such class in {}", (split / name).string(),
                                        (folder / "train").string()));
    return all;
}

// One image of each class in turn, so that the first ones are of all classes.
void list(const fs::path& split, const std::vector<std::string>& classes, Dataset& data) {
    std::vector<std::vector<fs::path>> files;
    std::size_t most = 0;
    for (const std::string& name : classes) {
        files.push_back(fs::is_directory(split / name) ? sorted_entries(split / name, false)
                                                       : std::vector<fs::path>());
        most = std::max(most, files.back().size());
    }
    for (std::size_t i = 0; i < most; ++i)
        for (std::size_t c = 0; c < files.size(); ++c) {
            if (i >= files[c].size()) continue;
            data.files.push_back(files[c][i]);
            data.labels.push_back(static_cast<std::uint16_t>(c));
        }
    if (data.files.empty())
        throw UserError(fmt::format("{}: has no .JPEG or .png files", split.string()));
}

}  // namespace

Dataset list_image_folder(const fs::path& folder, Split split, const Shape& shape) {
    if (shape.channels != 3)
        throw UserError(
            fmt::format("data set image_folder has colour images; the network takes {} "
                        "channels",
                        shape.channels));
    const fs::path own = folder / (split == Split::train ? "train" : "val");
    if (!fs::is_directory(own))
        throw UserError(
            fmt::format("{}: no such folder; expected train/CLASS/*.JPEG and "
                        "val/CLASS/*.JPEG",
                        own.string()));
    Dataset data;
    data.shape = shape;
    const std::vector<std::string> classes = classes_of(folder, own);
    data.classes = static_cast<int>(classes.size());
    list(own, classes, data);
    return data;
}

void read_crop(const Dataset& data, int index, const RandomCrop& crop, std::uint8_t* out) {
    const Shape& s = data.shape;
    constexpr double kLeast = 0.08;           // of the area
    constexpr double kAspect = 0.2876820724;  // ln(4 / 3), either way
    const Picture picture =
        read_picture(data.files[static_cast<std::size_t>(index)], 2 * std::max(s.width, s.height));
    const double area = (kLeast + (1 - kLeast) * crop.area) * picture.width * picture.height;
    const double aspect = std::exp((2 * crop.aspect - 1) * kAspect) * s.width / s.height;
    const double width = std::min(std::sqrt(area * aspect), 1.0 * picture.width);
    const double height = std::min(std::sqrt(area / aspect), 1.0 * picture.height);
    resize(
        picture,
        {crop.left * (picture.width - width), crop.top * (picture.height - height), width, height},
        s.width, s.height, crop.flip, out);
}

void read_centres(Dataset& data) {
    if (data.files.empty()) return;
    const auto size = static_cast<std::size_t>(data.shape.size());
    data.pixels.resize(size * data.files.size());
    in_parts(data.size(), processors(), [&data, size](int begin, int end) {
        for (int i = begin; i < end; ++i) {
            const Codes centre = read_centre(data.files[static_cast<std::size_t>(i)], data.shape);
            std::copy(centre.begin(), centre.end(),
                      data.pixels.begin() + static_cast<std::ptrdiff_t>(size) * i);
        }
    });
    data.files.clear();
}

}  // namespace cimarron
