// SPDX-License-Identifier: Apache-2.0
#include "common/error.h"
#include "quant/dataset/formats.h"

#include <fmt/format.h>
#include <boost/iostreams/copy.hpp>
#include <boost/iostreams/device/back_inserter.hpp>
#include <boost/iostreams/filter/gzip.hpp>
#include <boost/iostreams/filtering_streambuf.hpp>

#include <fstream>
#include <iterator>

namespace cimarron {
namespace {

namespace io = boost::iostreams;

std::vector<char> unpack(std::istream& in, const std::filesystem::path& file) {
    std::vector<char> bytes;
    try {
        io::filtering_streambuf<io::input> gzip;
        gzip.push(io::gzip_decompressor());
        gzip.push(in);
        io::copy(gzip, io::back_inserter(bytes));
    } catch (const std::exception& error) {
        throw UserError(fmt::format("{}: damaged or truncated gzip file ({}); fetch it again",
                                    file.string(), error.what()));
    }
    return bytes;
}

}  // namespace

Bytes read_bytes(const std::filesystem::path& folder, const std::string& name) {
    std::filesystem::path file = folder / name;
    const bool packed = !std::filesystem::exists(file);
    if (packed) file += ".gz";
    std::ifstream in(file, std::ios::binary);
    if (!in || std::filesystem::is_directory(file)) {
        throw UserError(fmt::format("{}: cannot read {} nor {}.gz; is this the data set's folder?",
                                    folder.string(), name, name));
    }
    const std::vector<char> bytes =
        packed ? unpack(in, file) : std::vector<char>(std::istreambuf_iterator<char>(in), {});
    if (in.bad()) throw UserError(fmt::format("{}: read error", file.string()));
    return Bytes(bytes.begin(), bytes.end());
}

void damaged(const std::filesystem::path& folder, const std::string& name,
             const std::string& what) {
    throw UserError(fmt::format("{}: {}", (folder / name).string(), what));
}

void check_labels(const std::filesystem::path& folder, const std::string& name,
                  const std::uint8_t* labels, std::size_t count, std::size_t stride, int classes) {
    for (std::size_t i = 0; i < count; ++i) {
        const int label = labels[i * stride];
        if (label >= classes) {
            damaged(folder, name,
                    fmt::format("label {} of image {}; must be 0..{}", label, i, classes - 1));
        }
    }
}

}  // namespace cimarron
