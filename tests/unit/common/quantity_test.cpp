// SPDX-License-Identifier: Apache-2.0
#include "common/quantity.h"

#include <gtest/gtest.h>

#include <type_traits>
#include <utility>

namespace cimarron {
namespace {

template <class A, class B, class = void>
struct Addable : std::false_type {};
template <class A, class B>
struct Addable<A, B, std::void_t<decltype(std::declval<A>() + std::declval<B>())>>
    : std::true_type {};

TEST(Quantity, units_do_not_mix) {
    static_assert(Addable<Energy, Energy>::value);
    static_assert(!Addable<Energy, Power>::value);
    static_assert(!Addable<Energy, double>::value);
    static_assert(!std::is_convertible_v<double, Energy>);
    static_assert(!std::is_convertible_v<Power, Energy>);
}

TEST(Quantity, prefixes) {
    EXPECT_DOUBLE_EQ(femtojoules(1000).value(), picojoules(1).value());
    EXPECT_DOUBLE_EQ(nanowatts(1000).value(), microwatts(1).value());
    EXPECT_DOUBLE_EQ(picoseconds(1000).value(), nanoseconds(1).value());
    EXPECT_DOUBLE_EQ(in_square_millimetres(square_microns(2e6)), 2.0);
}

TEST(Quantity, power_times_time_is_energy) {
    EXPECT_DOUBLE_EQ((microwatts(3) * nanoseconds(2)).value(), femtojoules(6).value());
    EXPECT_EQ(nanoseconds(2) * microwatts(3), microwatts(3) * nanoseconds(2));
}

TEST(Quantity, arithmetic_and_order) {
    Energy sum = picojoules(1);
    sum += picojoules(2);
    EXPECT_DOUBLE_EQ(sum / picojoules(1), 3.0);
    EXPECT_DOUBLE_EQ(((sum - picojoules(1)) * 2.0 / 4.0).value(), picojoules(1).value());
    EXPECT_LT(picojoules(1), sum);
    EXPECT_GE(sum, sum);
    EXPECT_NE(sum, picojoules(1));
    EXPECT_EQ(Energy().value(), 0.0);
}

}  // namespace
}  // namespace cimarron
