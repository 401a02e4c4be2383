// SPDX-License-Identifier: Apache-2.0
#include "quant/dataset/dataset.h"

#include "common/error.h"
#include "common/rng.h"
#include "tests/support/seed.h"

#include <boost/iostreams/copy.hpp>
#include <boost/iostreams/device/array.hpp>
#include <boost/iostreams/device/back_inserter.hpp>
#include <boost/iostreams/filter/gzip.hpp>
#include <boost/iostreams/filtering_streambuf.hpp>

#include <unistd.h>

#include <filesystem>
#include <fstream>

namespace cimarron {
namespace {

namespace io = boost::iostreams;
using Chars = std::vector<char>;

void append_size(Chars& bytes, int value) {
    for (int shift = 24; shift >= 0; shift -= 8) bytes.push_back(static_cast<char>(value >> shift));
}

Chars random_bytes(Rng& rng, int count, int high) {
    Chars bytes;
    for (int i = 0; i < count; ++i) bytes.push_back(static_cast<char>(rng.uniform_int(0, high)));
    return bytes;
}

Chars gzip(const Chars& bytes) {
    Chars packed;
    io::filtering_streambuf<io::input> filter;
    filter.push(io::gzip_compressor());
    filter.push(io::array_source(bytes.data(), bytes.size()));
    io::copy(filter, io::back_inserter(packed));
    return packed;
}

// A folder with the test split of an IDX data set of `count` images of 5 x 4 pixels.
class DatasetTest : public ::testing::Test {
protected:
    DatasetTest() {
        std::filesystem::create_directories(folder_);
        append_size(images_, 0x803);
        for (const int size : {kCount, 5, 4}) append_size(images_, size);
        pixels_ = random_bytes(rng_, kCount * 20, 255);
        images_.insert(images_.end(), pixels_.begin(), pixels_.end());
        append_size(labels_, 0x801);
        append_size(labels_, kCount);
        const Chars classes = random_bytes(rng_, kCount, 9);
        labels_.insert(labels_.end(), classes.begin(), classes.end());
        write(kImages, images_);
        write(kLabels, labels_);
    }
    ~DatasetTest() override { std::filesystem::remove_all(folder_); }

    void write(const std::string& name, const Chars& bytes) const {
        std::ofstream out(folder_ / name, std::ios::binary);
        out.write(bytes.data(), static_cast<std::streamsize>(bytes.size()));
    }
    Dataset load(const std::string& name = "fashion_mnist") const {
        return load_dataset(name, folder_, Split::test);
    }
    void expect_error(const std::string& name, const std::string& part) const {
        try {
            load(name);
            FAIL() << "accepted; expected an error about " << part;
        } catch (const UserError& error) {
            EXPECT_NE(std::string(error.what()).find(part), std::string::npos) << error.what();
        }
    }

    static constexpr int kCount = 30;
    static constexpr const char* kImages = "t10k-images-idx3-ubyte";
    static constexpr const char* kLabels = "t10k-labels-idx1-ubyte";
    Rng rng_{test::test_seed(1)};
    std::filesystem::path folder_ =
        std::filesystem::temp_directory_path() / ("cimarron_dataset_" + std::to_string(::getpid()));
    Chars images_, labels_, pixels_;
};

TEST_F(DatasetTest, PlainAndGzippedIdxGiveTheWrittenPixels) {
    const Dataset plain = load();
    EXPECT_EQ(plain.shape, (Shape{1, 5, 4}));
    ASSERT_EQ(plain.size(), kCount);
    EXPECT_TRUE(
        std::equal(plain.pixels.begin(), plain.pixels.end(), pixels_.begin(),
                   [](std::uint8_t a, char b) { return a == static_cast<std::uint8_t>(b); }));
    std::filesystem::remove(folder_ / kImages);
    write(std::string(kImages) + ".gz", gzip(images_));
    EXPECT_EQ(load().pixels, plain.pixels);
    EXPECT_EQ(load().labels, plain.labels);
}

TEST_F(DatasetTest, EveryTruncationAndTrailingByteIsAnError) {
    for (std::size_t size = 0; size < images_.size(); size += 1 + size / 8) {
        write(kImages, Chars(images_.begin(), images_.begin() + static_cast<std::ptrdiff_t>(size)));
        expect_error("fashion_mnist", kImages);
    }
    images_.push_back(0);
    write(kImages, images_);
    expect_error("fashion_mnist", kImages);
}

TEST_F(DatasetTest, DamagedGzipIsAnErrorOrHarmless) {
    const Dataset good = load();
    const Chars packed = gzip(images_);
    std::filesystem::remove(folder_ / kImages);
    const std::string name = std::string(kImages) + ".gz";
    for (std::size_t size = 0; size < packed.size(); size += 1 + size / 8) {
        write(name, Chars(packed.begin(), packed.begin() + static_cast<std::ptrdiff_t>(size)));
        expect_error("fashion_mnist", name);
    }
    for (int i = 0; i < 200; ++i) {
        Chars changed = packed;
        const int at = rng_.uniform_int(0, static_cast<int>(packed.size()) - 1);
        changed[static_cast<std::size_t>(at)] ^= static_cast<char>(1 << rng_.uniform_int(0, 7));
        write(name, changed);
        try {  // some header bits (time stamp, system) carry no data
            EXPECT_EQ(load().pixels, good.pixels) << "byte " << at;
        } catch (const UserError& error) {
            EXPECT_NE(std::string(error.what()).find(kImages), std::string::npos);
        }
    }
}

TEST_F(DatasetTest, WrongHeadersAndLabelsNameTheFile) {
    Chars changed = images_;
    changed[3] = 1;
    write(kImages, changed);
    expect_error("fashion_mnist", "magic");
    changed = images_;
    changed[11] = 0;
    write(kImages, changed);
    expect_error("fashion_mnist", "size 0");
    write(kImages, images_);
    changed = labels_;
    changed.back() = 10;
    write(kLabels, changed);
    expect_error("fashion_mnist", "label 10 of image 29");
    changed = labels_;
    changed.pop_back();
    changed[7] = kCount - 1;
    write(kLabels, changed);
    expect_error("fashion_mnist", "29 labels for the 30 images");
    std::filesystem::remove(folder_ / kLabels);
    expect_error("fashion_mnist", kLabels);
    expect_error("mnist_fashion", "unknown data set");
    EXPECT_THROW(load_dataset("cifar10", folder_ / "absent", Split::test), UserError);
}

TEST_F(DatasetTest, CifarPlanesBecomeInterleavedPixels) {
    constexpr int kRecords = 10000;
    constexpr int kPlane = 1024;
    Chars file;
    for (int i = 0; i < kRecords; ++i) {
        file.push_back(static_cast<char>(i % 10));
        for (int k = 0; k < 3 * kPlane; ++k) file.push_back(static_cast<char>(i + 7 * k));
    }
    write("test_batch.bin", file);
    const Dataset data = load("cifar10");
    ASSERT_EQ(data.size(), kRecords);
    EXPECT_EQ(data.shape, (Shape{3, 32, 32}));
    for (int n = 0; n < 1000; ++n) {
        const int i = rng_.uniform_int(0, kRecords - 1);
        const int p = rng_.uniform_int(0, kPlane - 1);
        const int c = rng_.uniform_int(0, 2);
        EXPECT_EQ(data.labels[static_cast<std::size_t>(i)], i % 10);
        EXPECT_EQ(data.image(i)[p * 3 + c], static_cast<std::uint8_t>(i + 7 * (c * kPlane + p)));
    }
    file.resize(file.size() - 3073);
    write("test_batch.bin", file);
    expect_error("cifar10", "test_batch.bin");
    std::filesystem::remove(folder_ / "test_batch.bin");
    expect_error("cifar10", "test_batch.bin.gz");
}

TEST(FashionMnist, InstalledDataSetLoadsWhereItIs) {
    const std::filesystem::path folder = "/usr/share/datasets/fashion-mnist";
    if (!std::filesystem::exists(folder)) GTEST_SKIP() << "dataset-fashion-mnist is not installed";
    const Dataset data = load_dataset("fashion_mnist", folder, Split::test);
    EXPECT_EQ(data.shape, (Shape{1, 28, 28}));
    ASSERT_EQ(data.size(), 10000);
    for (int c = 0; c < 10; ++c) {
        EXPECT_EQ(std::count(data.labels.begin(), data.labels.end(), c), 1000);
    }
}

}  // namespace
}  // namespace cimarron
