// SPDX-License-Identifier: Apache-2.0
#include "common/error.h"
#include "common/rng.h"
#include "quant/dataset/dataset.h"
#include "quant/dataset/jpeg.h"
#include "tests/support/jpeg_folder.h"
#include "tests/support/seed.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <fstream>
#include <numeric>

namespace cimarron {
namespace {

using test::JpegFolder;

constexpr Shape kInput{3, 14, 14};

Dataset load(const std::filesystem::path& folder, Split split, int count = 0) {
    return load_dataset("image_folder", folder, split, kInput, count);
}

void expect_error(const std::filesystem::path& folder, const std::string& part,
                  Split split = Split::test) {
    try {
        const Dataset data = load(folder, split);
        std::vector<std::uint8_t> pixels(static_cast<std::size_t>(kInput.size()));
        for (int i = 0; !data.files.empty() && i < data.size(); ++i)
            read_crop(data, i, {0.5, 0.5, 0.5, 0.5, false}, pixels.data());
        FAIL() << "accepted; expected an error about " << part;
    } catch (const UserError& error) {
        EXPECT_NE(std::string(error.what()).find(part), std::string::npos) << error.what();
    }
}

Picture random_picture(Rng& rng, int width, int height) {
    Picture picture{width, height, {}};
    for (int i = 0; i < 3 * width * height; ++i)
        picture.pixels.push_back(static_cast<std::uint8_t>(rng.uniform_int(0, 255)));
    return picture;
}

TEST(ImageFolder, OneImageOfEachClassInTurn) {
    const JpegFolder folder("jpeg_order", 3, 2, 4);
    const Dataset test = load(folder.path(), Split::test);
    EXPECT_EQ(test.classes, 3);
    EXPECT_EQ(test.size(), 12);
    EXPECT_TRUE(test.files.empty());
    EXPECT_EQ(test.pixels.size(), 12U * static_cast<std::size_t>(kInput.size()));
    for (int i = 0; i < 12; ++i) EXPECT_EQ(test.labels[static_cast<std::size_t>(i)], i % 3);
    const Dataset train = load(folder.path(), Split::train, 4);
    EXPECT_TRUE(train.pixels.empty());
    EXPECT_EQ(train.size(), 4);
    EXPECT_EQ(train.files.back(), folder.file("train", 0, 1));
}

// Classes are numbered alike in both splits, also where val lacks some.
TEST(ImageFolder, ClassesAreThoseOfTheTrainingImages) {
    const JpegFolder folder("jpeg_classes", 3, 1, 1);
    std::filesystem::remove_all(folder.path() / "val" / "class01");
    const Dataset test = load(folder.path(), Split::test);
    EXPECT_EQ(test.classes, 3);
    EXPECT_EQ(test.labels, (std::vector<std::uint16_t>{0, 2}));
    std::filesystem::rename(folder.path() / "val" / "class02", folder.path() / "val" / "other");
    expect_error(folder.path(), "other: no such class");
}

TEST(ImageFolder, TheCentreAndTheCropsAreWhereTheyShouldBe) {
    const JpegFolder folder("jpeg_centre", 1, 1, 1);
    const auto ramp = [](int x, int, int) { return 2 * x; };  // of 128 columns
    test::write_jpeg(folder.file("val", 0, 0), 128, 64, 3, ramp);
    test::write_jpeg(folder.file("train", 0, 0), 128, 64, 3, ramp);
    const Dataset test = load(folder.path(), Split::test);
    const auto mean = [](const std::uint8_t* first, int step, int count) {
        double sum = 0;
        for (int i = 0; i < count; ++i) sum += first[i * step];
        return sum / count;
    };
    EXPECT_NEAR(mean(test.image(0), 1, kInput.size()), 127, 2);  // the middle
    EXPECT_NEAR(test.image(0)[0], 2 * (64 - 28 + 2), 4);         // 7/8 of 64 wide
    const Dataset train = load(folder.path(), Split::train);
    std::vector<std::uint8_t> left(static_cast<std::size_t>(kInput.size()));
    std::vector<std::uint8_t> right = left;
    std::vector<std::uint8_t> flipped = left;
    read_crop(train, 0, {0.2, 0.5, 0, 0, false}, left.data());
    read_crop(train, 0, {0.2, 0.5, 1, 0, false}, right.data());
    read_crop(train, 0, {0.2, 0.5, 1, 0, true}, flipped.data());
    EXPECT_LT(left[0], 8);
    EXPECT_GT(right[13 * 3], 246);
    for (int x = 0; x < 14; ++x)
        EXPECT_EQ(flipped[static_cast<std::size_t>(3 * x)],
                  right[static_cast<std::size_t>(3 * (13 - x))]);
}

TEST(Resize, KeepsWhatHasTheSizeAlreadyAndTheMeanOfWhatHasNot) {
    Rng rng(test::test_seed(41));
    for (int trial = 0; trial < 20; ++trial) {
        const int width = rng.uniform_int(1, 40);
        const int height = rng.uniform_int(1, 40);
        const Picture picture = random_picture(rng, width, height);
        const Crop all{0, 0, 1.0 * width, 1.0 * height};
        std::vector<std::uint8_t> same(picture.pixels.size());
        resize(picture, all, width, height, false, same.data());
        EXPECT_EQ(same, picture.pixels);
        const int factor = rng.uniform_int(2, 4);
        const Picture large = random_picture(rng, width * 8, height * 8);
        std::vector<std::uint8_t> small(
            static_cast<std::size_t>(3 * (width * 8 / factor) * (height * 8 / factor)));
        resize(large, {0, 0, 8.0 * width, 8.0 * height}, width * 8 / factor, height * 8 / factor,
               false, small.data());
        const auto mean = [](const std::vector<std::uint8_t>& v) {
            return std::accumulate(v.begin(), v.end(), 0.0) / static_cast<double>(v.size());
        };
        EXPECT_NEAR(mean(small), mean(large.pixels), 12) << width << " x " << height;
        std::vector<std::uint8_t> enlarged(static_cast<std::size_t>(3 * 80 * 80));
        resize(picture, all, 80, 80, false, enlarged.data());
        EXPECT_LE(*std::max_element(enlarged.begin(), enlarged.end()),
                  *std::max_element(picture.pixels.begin(), picture.pixels.end()));
    }
}

TEST(Jpeg, DecodesColoursGreyAndReducedSizes) {
    const JpegFolder folder("jpeg_colours", 1, 1, 0);
    const auto file = folder.file("train", 0, 0);
    test::write_jpeg(file, 100, 60, 3, [](int, int, int c) { return 50 + 70 * c; });
    const Picture colour = read_jpeg(file, 100);
    EXPECT_EQ(colour.width, 100);
    for (int c = 0; c < 3; ++c)
        EXPECT_NEAR(colour.pixels[static_cast<std::size_t>(3 * 777 + c)], 50 + 70 * c, 3);
    const Picture reduced = read_jpeg(file, 30);
    EXPECT_EQ(reduced.width, 50);
    EXPECT_EQ(reduced.height, 30);
    test::write_jpeg(file, 9, 5, 1, [](int x, int, int) { return 20 * x; });
    const Picture grey = read_jpeg(file, 30);
    EXPECT_EQ(grey.width, 9);
    for (std::size_t x = 0; x < 9; ++x) {
        EXPECT_NEAR(grey.pixels[3 * x], 20.0 * static_cast<double>(x), 3);
        EXPECT_EQ(grey.pixels[3 * x], grey.pixels[3 * x + 2]);
    }
}

TEST(ImageFolder, WhatIsDamagedIsNamed) {
    const JpegFolder folder("jpeg_damage", 2, 3, 3);
    std::ifstream in(folder.file("val", 1, 2), std::ios::binary);
    const std::string bytes((std::istreambuf_iterator<char>(in)), {});
    Rng rng(test::test_seed(42));
    for (const char* split : {"val", "train"}) {
        const auto file = folder.file(split, 1, 2);
        const std::string name = split + std::string("/class01/0002.JPEG: truncated or damaged");
        for (int trial = 0; trial < 10; ++trial) {
            const auto size = rng.uniform_int(0, static_cast<int>(bytes.size()) - 8);
            std::ofstream(file, std::ios::binary)
                << bytes.substr(0, static_cast<std::size_t>(size));
            expect_error(folder.path(), name, split[0] == 'v' ? Split::test : Split::train);
        }
        std::ofstream(file, std::ios::binary) << "\x89PNG\r\n";
        expect_error(folder.path(), name, split[0] == 'v' ? Split::test : Split::train);
        std::ofstream(file, std::ios::binary) << bytes;
    }
    std::filesystem::remove_all(folder.path() / "val");
    expect_error(folder.path(), "val: no such folder; expected train/CLASS/*.JPEG");
    std::filesystem::create_directories(folder.path() / "val");
    expect_error(folder.path(), "val: has no folders");
    std::filesystem::create_directories(folder.path() / "val" / "class00");
    expect_error(folder.path(), "val: has no .JPEG files");
    EXPECT_THROW(load_dataset("image_folder", folder.path(), Split::train, {1, 14, 14}), UserError);
}

}  // namespace
}  // namespace cimarron
