// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "sim/config/accelerator_config.h"
#include "sim/config/interconnect_keys.h"
#include "sim/config/macro_keys.h"
#include "sim/config/memory_keys.h"
#include "sim/config/tile_keys.h"

#include <cstdint>

namespace cimarron {

template <class Keys, class Config>
void describe_clock(Keys& f, Config& config) {
    f.value(
        {"clock_period_ps", "ps", "one cycle; an error when a digital path does not fit", "1250"},
        config.params.clock_period_ps, Range<std::int64_t>{1, 1000000000});
}

template <class Keys, class Config>
void describe_layout(Keys& f, Config& config) {
    const Names<Mapping> mappings = {
        {"fill", Mapping::fill}, {"auto", Mapping::automatic}, {"energy", Mapping::energy}};
    const Names<Dataflow> dataflows = {{"sequential", Dataflow::sequential},
                                       {"pipelined", Dataflow::pipelined}};
    auto& params = config.params;
    f.automatic({"tiles", "", "on the chip; auto: those that the mapping uses, within max_area_mm2",
                 "auto"},
                params.tiles, config.derive.tiles, Range<int>{1, 1 << 20});
    f.only("tiles", "auto", config.derive.tiles, [&] {
        f.value({"max_area_mm2", "mm2", "area budget of the chip", "25"}, config.max_area_mm2,
                Range<double>{0, 1e9});
    });
    f.choice({"mapping", "",
              "a layer takes the fewest tiles that hold it; or is spread for the least time of an "
              "image; or for the least energy",
              "fill"},
             params.mapping, mappings);
    f.choice({"dataflow", "",
              "one image and one layer after another; or windows begin with their rows and images "
              "follow each other",
              "sequential"},
             params.tile.dataflow, dataflows);
    f.optional_list(
        {"rtl_scope", "", "where an implementation is rtl: the tiles and macros that are RTL",
         "[tile_0, tile_1.macro_2]", "all"},
        params.rtl_scope);
}

// The clock and an analog macro alone.
template <class Keys, class Config>
void describe_lone_macro(Keys& f, Config& config) {
    describe_clock(f, config);
    f.child({"macro", "", "the macro", ""}, [&](auto& m) { describe_macro_blocks(m, config); });
}

// configs/accelerator/*.yaml.
template <class Keys, class Config>
void describe_accelerator(Keys& f, Config& config) {
    auto& params = config.params;
    describe_clock(f, config);
    describe_layout(f, config);
    f.child({"tile", "", "each tile", ""}, [&](auto& t) { describe_tile(t, params.tile); });
    f.child({"macro", "", "each macro", ""}, [&](auto& m) { describe_macro(m, config); });
    f.child({"interconnect", "", "between the tiles", ""},
            [&](auto& i) { describe_interconnect(i, params.interconnect); });
    f.child({"global_buffer", "", "holds the image (pipelined two) and the logits", ""},
            [&](auto& b) {
                describe_buffer(b, params.global_buffer, "65536");
                b.value({"banks", "",
                         "image i lies in bank i mod banks; each has a port, so that pipelined one "
                         "image is written while another is sent",
                         "1"},
                        params.global_buffer.banks, Range<int>{1, 1 << 10});
            });
    f.child({"dram", "", "one channel beside the chip", ""},
            [&](auto& d) { describe_dram(d, config); });
}

}  // namespace cimarron
