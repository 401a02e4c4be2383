// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <gtest/gtest.h>

#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <string>

namespace cimarron::test {

// Seed of a property test: CIMARRON_TEST_SEED when set, else the test's own. Printed, so that a
// failure can be repeated.
inline std::uint64_t test_seed(std::uint64_t fallback) {
    const char* text = std::getenv("CIMARRON_TEST_SEED");
    const std::uint64_t seed = text == nullptr ? fallback : std::strtoull(text, nullptr, 10);
    ::testing::Test::RecordProperty("seed", std::to_string(seed));
    std::printf("seed %llu\n", static_cast<unsigned long long>(seed));
    return seed;
}

}  // namespace cimarron::test
