// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "hw/chip/activity_sum.h"
#include "hw/run/run_result.h"
#include "quant/reference.h"

#include <gtest/gtest.h>

namespace cimarron::test {

inline testing::AssertionResult checks_pass(const RunResult& run) {
    for (const Check& check : run.checks)
        if (!check.passed) return testing::AssertionFailure() << check.name << ": " << check.detail;
    return testing::AssertionSuccess();
}

// Both runs' checks pass, and they give and count the same: logits, whole activity and each
// stage's, what reloading took.
inline testing::AssertionResult same_work(const RunResult& a, const RunResult& b) {
    const auto differ = [](const auto& what) {
        return testing::AssertionFailure() << what << " differ";
    };
    for (const RunResult* run : {&a, &b})
        if (testing::AssertionResult passed = checks_pass(*run); !passed) return passed;
    if (a.logits != b.logits) return differ("logits");
    if (a.stages.size() != b.stages.size()) return differ("numbers of stages");
    for (std::size_t s = 0; s < a.stages.size(); ++s)
        if (!(a.stages[s].activity == b.stages[s].activity))
            return differ("activities of " + a.stages[s].name);
    if (!(a.activity == b.activity)) return differ("activities");
    AcceleratorActivity reloading_a, reloading_b;
    reloading_a.interconnect = a.reloading;
    reloading_b.interconnect = b.reloading;
    if (!(reloading_a == reloading_b)) return differ("reloading's flits");
    return testing::AssertionSuccess();
}

// Every image has the integer reference's logits.
inline testing::AssertionResult is_reference(const RunResult& run, const IntegerNetwork& network,
                                             const std::vector<Codes>& images) {
    if (run.logits.size() != images.size())
        return testing::AssertionFailure()
               << run.logits.size() << " of " << images.size() << " images";
    Reference reference(network);
    for (std::size_t i = 0; i < images.size(); ++i)
        if (run.logits[i] != reference.logits(images[i]))
            return testing::AssertionFailure() << "logits of image " << i << " differ";
    return testing::AssertionSuccess();
}

}  // namespace cimarron::test
