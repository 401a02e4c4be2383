// SPDX-License-Identifier: Apache-2.0
#include "common/file.h"

#include "common/error.h"

#include <gtest/gtest.h>

#include <fstream>
#include <iterator>

namespace cimarron {
namespace {

// Test vectors of FIPS 180-4's examples.
TEST(Sha256, equals_published_vectors) {
    EXPECT_EQ(sha256(""), "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855");
    EXPECT_EQ(sha256("abc"), "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
    EXPECT_EQ(sha256("abcdbcdecdefdefgefghfghighijhijkijkljklmklmnlmnomnopnopq"),
              "248d6a61d20638b8e5c026930c3e6039a33ce45964ff2167f6ecedd419db06c1");
    EXPECT_EQ(sha256(std::string(1000000, 'a')),
              "cdc76e5c9914fb9281a1c7e284d73e67f1809a48a497200e046d39ccc7112cd0");
}

TEST(Sha256, pads_around_the_edge_of_a_block) {
    EXPECT_EQ(sha256(std::string(55, 'x')),
              "d5e285683cd4efc02d021a5c62014694958901005d6f71e89e0989fac77e4072");
    EXPECT_EQ(sha256(std::string(56, 'x')),
              "04c26261370ee7541549d16dee320c723e3fd14671e66a099afe0a377c16888e");
    EXPECT_EQ(sha256(std::string(64, 'x')),
              "7ce100971f64e7001e8fe5a51973ecdfe1ced42befe7ee8d5fd6219506b5393c");
}

TEST(Sha256, a_file_hashes_as_its_content) {
    const auto file = std::filesystem::path(testing::TempDir()) / "cimarron_sha256_test";
    for (const std::size_t size : {std::size_t{55}, std::size_t{56}, std::size_t{64}}) {
        const std::string text(size, 'x');
        std::ofstream(file, std::ios::binary) << text;
        EXPECT_EQ(sha256_of_file(file), sha256(text));
    }
    std::filesystem::remove(file);
    EXPECT_THROW(sha256_of_file(file), UserError);
}

TEST(WriteAtomically, creates_folders_replaces_and_leaves_nothing_aside) {
    const auto folder = std::filesystem::path(testing::TempDir()) / "cimarron_write_test";
    std::filesystem::remove_all(folder);
    write_atomically(folder / "a" / "b.txt", "one");
    write_atomically(folder / "a" / "b.txt", "two");
    std::ifstream in(folder / "a" / "b.txt");
    std::string text;
    in >> text;
    EXPECT_EQ(text, "two");
    EXPECT_EQ(std::distance(std::filesystem::directory_iterator(folder / "a"), {}), 1);
    EXPECT_THROW(write_atomically(folder / "a" / "b.txt" / "c", "x"), UserError);
    EXPECT_THROW(write_atomically(folder / "a", "x"), UserError);
    EXPECT_EQ(std::distance(std::filesystem::directory_iterator(folder), {}), 1);
    std::filesystem::remove_all(folder);
}

}  // namespace
}  // namespace cimarron
