// SPDX-License-Identifier: Apache-2.0
#include "common/error.h"
#include "common/numpy/npy_writer.h"
#include "common/numpy/read_array.h"

#include <fmt/format.h>
#include <gtest/gtest.h>
#include <unistd.h>

#include <cmath>
#include <cstring>
#include <filesystem>
#include <fstream>

namespace cimarron {
namespace {

namespace fs = std::filesystem;

class Numpy : public testing::Test {
protected:
    Numpy() { fs::create_directories(folder_); }
    ~Numpy() override { fs::remove_all(folder_); }

    fs::path write(const std::string& content) const {
        std::ofstream(folder_ / "x.npy", std::ios::binary) << content;
        return folder_ / "x.npy";
    }
    // Version 1, as numpy pads it.
    static std::string npy(const std::string& dictionary, const std::string& elements) {
        const std::size_t length = (dictionary.size() + 11 + 63) / 64 * 64 - 10;
        std::string text = dictionary + std::string(length - dictionary.size() - 1, ' ') + "\n";
        return std::string("\x93NUMPY\x01\x00", 8) + static_cast<char>(length & 255) +
               static_cast<char>(length >> 8) + text + elements;
    }
    static std::string header(const std::string& type, const std::string& shape,
                              bool fortran = false) {
        return fmt::format("{{'descr': '{}', 'fortran_order': {}, 'shape': {}, }}", type,
                           fortran ? "True" : "False", shape);
    }
    void expect_error(const std::string& content, const std::string& what) const {
        const fs::path file = write(content);
        try {
            read_array(file, "input");
            ADD_FAILURE() << "read: " << what;
        } catch (const UserError& error) {
            EXPECT_EQ(std::string(error.what()).find(file.string() + ": "), 0U) << error.what();
            EXPECT_NE(std::string(error.what()).find(what), std::string::npos) << error.what();
            EXPECT_LT(std::string(error.what()).size(), 200U);
        }
    }

    const fs::path folder_ = fs::temp_directory_path() / fmt::format("cimarron_numpy_{}", getpid());
};

TEST_F(Numpy, WritesWhatItReadsInParts) {
    const fs::path file = folder_ / "y.npy";
    NpyWriter writer(file, ElementType::f8, {3, 2});
    writer.append(std::vector<double>{1, -2.5});
    writer.append(std::vector<double>{3, 4, 5, 1e300});
    writer.close();
    const Array array = read_array(file, "");
    EXPECT_EQ(array.shape, (std::vector<std::size_t>{3, 2}));
    ASSERT_EQ(array.size(), 6U);
    EXPECT_EQ(array[1], -2.5);
    EXPECT_EQ(array[5], 1e300);
    EXPECT_EQ(fs::file_size(file) % 64, 48U);  // elements begin at a multiple of 64
}

TEST_F(Numpy, AWriterKnowsHowMuchIsMissing) {
    NpyWriter writer(folder_ / "y.npy", ElementType::u1, {4});
    writer.append(std::vector<std::uint8_t>{1, 2, 3});
    EXPECT_THROW(writer.append(std::vector<std::uint8_t>{1, 2}), ModelError);
    EXPECT_THROW(writer.close(), ModelError);
}

TEST_F(Numpy, ColumnMajorArraysAreTurned) {
    // Elements 0..23 of shape (2, 3, 4), the first index fastest.
    std::string elements;
    for (int k = 0; k < 4; ++k)
        for (int j = 0; j < 3; ++j)
            for (int i = 0; i < 2; ++i) elements += static_cast<char>(12 * i + 4 * j + k);
    const Array array = read_array(write(npy(header("|u1", "(2, 3, 4)", true), elements)), "");
    for (std::size_t i = 0; i < 24; ++i) EXPECT_EQ(array[i], static_cast<double>(i));
}

TEST_F(Numpy, BigEndianArraysAreTurned) {
    const Array array = read_array(
        write(npy(header(">i4", "(2,)"), std::string("\0\0\1\2\xff\xff\xff\xfe", 8))), "");
    EXPECT_EQ(array[0], 258);
    EXPECT_EQ(array[1], -2);
}

TEST_F(Numpy, HalfPrecisionIsWhatItStandsFor) {
    // 1, -2, 65504, 2^-24, infinity, 0.333251953125
    const std::string elements("\x00\x3c\x00\xc0\xff\x7b\x01\x00\x00\x7c\x55\x35", 12);
    const Array array = read_array(write(npy(header("<f2", "(6,)"), elements)), "");
    const double expected[] = {1, -2, 65504, std::ldexp(1, -24), INFINITY, 0.333251953125};
    for (std::size_t i = 0; i < 6; ++i) EXPECT_EQ(array[i], expected[i]);
}

TEST_F(Numpy, RefusesWhatIsNoArrayOfNumbers) {
    expect_error("", "no .npy array");
    expect_error("hello, this is text", "no .npy array");
    expect_error(npy(header("<c8", "(1,)"), std::string(8, '\0')), "type <c8");
    expect_error(npy(header("|O", "(1,)"), std::string(8, '\0')), "type |O");
    expect_error(npy(header("<U4", "(1,)"), std::string(16, '\0')), "type <U4");
    expect_error(npy("{'descr': [('a', '<f4')], 'fortran_order': False, 'shape': (1,)}", "abcd"),
                 "records");
    expect_error(npy(header("<f4", "(2, 3)"), "abcd"), "truncated: 4 bytes");
    expect_error(npy(header("<f4", "(99999999999, 9999999999)"), "abcd"), "damaged");
    expect_error(npy(header("<f4", "(4000000000, 4000000000, 4000000000)"), "abcd"), "too many");
    expect_error(npy("{'descr': '<f4', 'shape': (1,)}", "abcd"), "no fortran_order");
    expect_error(npy("{'descr': '<f4', 'fortran_order': False, 'shape': ", "abcd"), "damaged");
    expect_error(npy(header("<f4", "(1,)"), "abcd").substr(0, 40), "truncated");
}

TEST_F(Numpy, EveryCutOfAnArchiveIsRefused) {
    // savez of input = uint8 [1, 2, 3], one stored member.
    const std::string member = npy(header("|u1", "(3,)"), "\1\2\3");
    const std::string name = "input.npy";
    const auto le = [](std::uint32_t v, int n) {
        std::string text;
        for (int i = 0; i < n; ++i) text += static_cast<char>(v >> (8 * i));
        return text;
    };
    const std::uint32_t crc = 0x6a3a9ba6;  // patched below
    const auto sizes = [&](std::uint32_t sum) {
        return le(sum, 4) + le(static_cast<std::uint32_t>(member.size()), 4) +
               le(static_cast<std::uint32_t>(member.size()), 4) + le(9, 2) + le(0, 2);
    };
    const auto archive = [&](std::uint32_t sum) {
        const std::string local =
            "PK\3\4" + le(20, 2) + le(0, 4) + le(0, 4) + sizes(sum) + name + member;
        const std::string central = "PK\1\2" + le(20, 2) + le(20, 2) + le(0, 4) + le(0, 4) +
                                    sizes(sum) + le(0, 8) + le(0, 4) + le(0, 2) + name;
        return local + central + "PK\5\6" + le(0, 4) + le(1, 2) + le(1, 2) +
               le(static_cast<std::uint32_t>(central.size()), 4) +
               le(static_cast<std::uint32_t>(local.size()), 4) + le(0, 2);
    };
    expect_error(archive(crc), "checksum");
    std::uint32_t right = 0xFFFFFFFF;  // CRC-32, bit by bit
    for (const char c : member) {
        right ^= static_cast<unsigned char>(c);
        for (int i = 0; i < 8; ++i) right = (right >> 1) ^ ((right & 1) != 0 ? 0xEDB88320 : 0);
    }
    const std::string whole = archive(~right);
    const Array array = read_array(write(whole), "input");
    ASSERT_EQ(array.size(), 3U);
    EXPECT_EQ(array[2], 3);
    EXPECT_THROW(read_array(write(whole), "output"), UserError);
    for (std::size_t cut = 0; cut < whole.size(); ++cut)
        EXPECT_THROW(read_array(write(whole.substr(0, cut)), "input"), UserError) << cut;
}

}  // namespace
}  // namespace cimarron
