// SPDX-License-Identifier: Apache-2.0
#include "hw/tile/post_rtl.h"
#include "common/error.h"
#include "common/rng.h"
#include "tests/support/seed.h"
#include "tests/support/simulation_context.h"

#include <gtest/gtest.h>

#include <functional>

namespace cimarron {
namespace {

const Clock kClock(1000);

PostProcessingParams lanes(int count) {
    PostProcessingParams params;
    params.lanes = count;
    params.pipeline_cycles = 3;  // as verilated
    return params;
}

// A pass with the model's values and codes.
struct Pass {
    PostLanes::Layer layer;
    std::vector<PostLanes::Channel> channels;
    int residual_cycles = 0;
};

Pass random_pass(Rng& rng) {
    Pass p;
    PostLanes::Layer& l = p.layer;
    l.adc_lsb = rng.uniform_int(1 << 14, 1 << 20);
    l.weight_bits = rng.uniform_int(1, 8);
    l.logits = rng.coin(0.1);
    l.to = {rng.uniform_int(1, 40), static_cast<Rounding>(rng.uniform_int(0, 2)),
            whole_range(rng.uniform_int(1, 32))};
    if (rng.coin(0.3)) l.to.range.low = l.to.range.high / 3;
    l.residual_up = rng.coin(0.7) ? 0 : rng.uniform_int(0, 8);
    p.residual_cycles = rng.uniform_int(0, 20);
    for (int i = rng.uniform_int(1, 70); i > 0; --i) {
        PostLanes::Channel c;
        const int width = rng.uniform_int(0, 30);
        c.sum = rng.uniform_int(0, (1 << rng.uniform_int(0, 24)) - 1);
        c.window_sum = rng.uniform_int(0, 1 << 20);
        c.affine = {rng.uniform_int(-(1 << width), 1 << width),
                    rng.uniform_int(-(1 << width), 1 << width),
                    std::int64_t{rng.uniform_int(-(1 << width), 1 << width)} * 1024,
                    rng.coin(0.8) ? 0 : rng.uniform_int(0, 6)};
        c.r = rng.uniform_int(-(1 << 30), 1 << 30);
        c.residual = rng.uniform_int(-(1 << 22), 1 << 22);
        const std::int64_t n = (c.sum * l.adc_lsb + (1 << 15)) >> 16;
        const std::int64_t m = c.window_sum;
        c.value = affine_value(c.affine, 2 * n - ((1 << l.weight_bits) - 1) * m, m) +
                  std::int64_t{c.r} * c.residual * (1 << l.residual_up);
        if (!l.logits) c.code = l.to(c.value);
        p.channels.push_back(c);
    }
    return p;
}

TEST(PostRtl, HasTheModelsValuesCodesAndCycles) {
    test::fresh_simulation();
    const std::uint64_t seed = test::test_seed(70);
    Rng rng(seed);
    for (int trial = 0; trial < 300; ++trial) {
        SCOPED_TRACE(testing::Message() << "seed " << seed << " trial " << trial);
        const auto rtl = make_post_rtl("tile", lanes(rng.uniform_int(1, 32)), kClock);
        for (int i = 0; i < 3; ++i) {
            Pass p = random_pass(rng);
            ASSERT_NO_THROW(rtl->pass(p.layer, p.channels, p.residual_cycles));
        }
    }
}

// What the report says of a pass in which the model would have something else.
std::string failure(const std::function<void(Pass&)>& change) {
    test::fresh_simulation();
    Rng rng(3);
    Pass p = random_pass(rng);
    while (p.channels.size() < 8 || p.layer.logits) p = random_pass(rng);
    change(p);
    const auto rtl = make_post_rtl("tile", lanes(4), kClock);
    try {
        rtl->pass(p.layer, p.channels, p.residual_cycles);
    } catch (const sc_core::sc_report& report) {
        return report.what();
    }
    return "";
}

TEST(PostRtl, FirstDifferenceIsNamed) {
    EXPECT_EQ(failure([](Pass&) {}), "");
    const std::string value =
        failure([](Pass& p) { p.channels[5].value ^= std::int64_t{1} << 40; });
    EXPECT_NE(value.find("tile: cycle 0, pass 1: value_5: expected "), std::string::npos) << value;
    const std::string code = failure([](Pass& p) { p.channels[7].code ^= 1; });
    EXPECT_NE(code.find("tile: cycle 0, pass 1: code_7: expected "), std::string::npos) << code;
}

TEST(PostRtl, RefusesWhatTheRtlCannotBe) {
    PostProcessingParams deep = lanes(4);
    deep.pipeline_cycles = 4;
    EXPECT_THROW(make_post_rtl("tile", deep, kClock), UserError);
    EXPECT_THROW(make_post_rtl("tile", lanes(33), kClock), UserError);
}

}  // namespace
}  // namespace cimarron
