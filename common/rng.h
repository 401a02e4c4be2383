// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <boost/random/mersenne_twister.hpp>
#include <boost/random/normal_distribution.hpp>
#include <boost/random/uniform_int_distribution.hpp>
#include <boost/random/uniform_real_distribution.hpp>

#include <cstdint>

namespace cimarron {

// Seeded random numbers. Boost's distributions give the same sequence with every standard library,
// so a seed names the same experiment on every machine.
class Rng {
public:
    explicit Rng(std::uint64_t seed) : engine_(seed) {}

    // Uniform in [low, high], both ends included.
    int uniform_int(int low, int high) {
        return boost::random::uniform_int_distribution<int>(low, high)(engine_);
    }
    double uniform(double low, double high) {
        return boost::random::uniform_real_distribution<double>(low, high)(engine_);
    }
    double normal(double mean, double sigma) {
        return boost::random::normal_distribution<double>(mean, sigma)(engine_);
    }
    bool coin(double probability) { return uniform(0.0, 1.0) < probability; }

    boost::random::mt19937_64& engine() { return engine_; }

private:
    boost::random::mt19937_64 engine_;
};

}  // namespace cimarron
