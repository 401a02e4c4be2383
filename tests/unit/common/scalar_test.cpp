// SPDX-License-Identifier: Apache-2.0
#include "common/yaml/scalar.h"

#include <fmt/format.h>
#include <gtest/gtest.h>

#include <cmath>
#include <cstdint>
#include <random>

namespace cimarron {
namespace {

TEST(Scalar, every_integer_round_trips) {
    const unsigned seed = std::random_device{}();
    SCOPED_TRACE(fmt::format("seed {}", seed));
    std::mt19937_64 engine(seed);
    for (int i = 0; i < 10000; ++i) {
        const auto value = static_cast<std::int64_t>(engine()) >> (i % 64);
        std::int64_t read = 0;
        EXPECT_EQ(parse_scalar(fmt::format("{}", value), read), "");
        EXPECT_EQ(read, value);
    }
}

TEST(Scalar, every_finite_double_round_trips) {
    const unsigned seed = std::random_device{}();
    SCOPED_TRACE(fmt::format("seed {}", seed));
    std::mt19937_64 engine(seed);
    std::uniform_real_distribution<double> exponent(-300, 300);
    for (int i = 0; i < 10000; ++i) {
        const double value = std::pow(10.0, exponent(engine)) * (i % 2 == 0 ? 1 : -1);
        double read = 0;
        EXPECT_EQ(parse_scalar(fmt::format("{}", value), read), "");
        EXPECT_EQ(read, value);
    }
}

TEST(Scalar, the_limits_fit_and_one_more_does_not) {
    int value = 0;
    EXPECT_EQ(parse_scalar("2147483647", value), "");
    EXPECT_EQ(parse_scalar("-2147483648", value), "");
    EXPECT_NE(parse_scalar("2147483648", value), "");
    std::uint64_t big = 0;
    EXPECT_EQ(parse_scalar("18446744073709551615", big), "");
    EXPECT_NE(parse_scalar("18446744073709551616", big), "");
}

TEST(Nearest, finds_slips_and_not_strangers) {
    const std::vector<std::string> words = {"rows", "columns", "rows_active", "columns_per_adc"};
    EXPECT_EQ(nearest("rosw", words), "rows");
    EXPECT_EQ(nearest("column", words), "columns");
    EXPECT_EQ(nearest("row_active", words), "rows_active");
    EXPECT_EQ(nearest("column_per_adc", words), "columns_per_adc");
    EXPECT_EQ(nearest("temperature", words), "");
    EXPECT_EQ(nearest("rows", {}), "");
}

}  // namespace
}  // namespace cimarron
