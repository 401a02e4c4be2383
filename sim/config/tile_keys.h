// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "common/yaml/key.h"
#include "common/yaml/yaml_reader.h"
#include "hw/chip/macro.h"
#include "sim/config/memory_keys.h"

namespace cimarron {

constexpr Names<Implementation> kImplementations = {{"model", Implementation::model},
                                                    {"rtl", Implementation::rtl}};

template <class Keys, class PostProcessing>
void describe_post_processing(Keys& f, PostProcessing& post) {
    constexpr int many = 1 << 20;
    f.value({"lanes", "channels", "a cycle: affine, clamp, pooling", "16"}, post.lanes,
            Range<int>{1, many});
    f.value({"pipeline_cycles", "cycles", "its depth", "3"}, post.pipeline_cycles,
            Range<int>{0, many});
    f.value({"coefficient_bits", "bits", "of the affine's signed coefficients", "16"},
            post.coefficient_bits, Range<int>{2, 31});
    f.optional_choice({"implementation", "",
                       "the lanes: the model's, or the RTL of hw/rtl, each pass compared in value "
                       "and cycles",
                       "rtl"},
                      post.implementation, kImplementations);
}

template <class Keys, class Tile>
void describe_tile(Keys& f, Tile& tile) {
    f.value({"macros", "", "in a tile; a layer's row tiles must fit in one tile", "8"}, tile.macros,
            Range<int>{1, 1 << 20});
    f.value({"duplicate", "",
             "macros that a layer leaves free hold copies of its weights and share its windows",
             "true"},
            tile.duplicate);
    f.optional({"share", "",
                "or hold other layers, which take turns; with duplicate, the macros then left hold "
                "copies. Only with dataflow: sequential and mapping: fill",
                "false"},
               tile.share);
    f.child({"input_buffer", "", "holds a layer's input map; pipelined, as many of its rows as fit",
             ""},
            [&](auto& b) { describe_buffer(b, tile.input_buffer, "16384"); });
    f.child({"output_buffer", "", "pooling rows, and vectors waiting for the interconnect", ""},
            [&](auto& b) { describe_buffer(b, tile.output_buffer, "4096"); });
    f.child({"residual_buffer", "",
             "maps that residual additions take; 0 bytes: none is built, nor the adders", ""},
            [&](auto& b) { describe_buffer(b, tile.residual_buffer, "16384", 0); });
    f.child({"post_processing", "", "what follows the macros", ""},
            [&](auto& p) { describe_post_processing(p, tile.post_processing); });
}

}  // namespace cimarron
