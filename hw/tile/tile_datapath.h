// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "hw/accelerator/program.h"
#include "hw/tile/input_buffer.h"
#include "hw/tile/output_queue.h"
#include "hw/tile/pooling.h"
#include "hw/tile/tile_params.h"

#include <vector>

namespace cimarron {

// The data of one tile, without time and without its macros. A window passes four steps:
//   fetch -> input register;  issue -> macros (the register is free again);
//   collect each macro's partial sums (adder tree);  post_process -> affine, pooling, output queue.
class TileDatapath {
public:
    TileDatapath(const TileParams& params, const Stage& stage, const TilePlacement& placement);

    // Fixed-point coefficients of this tile's channels; the layer's own until replaced.
    void set_affine(std::vector<ChannelAffine> affine);

    InputBuffer& input() { return input_; }
    const InputBuffer& input() const { return input_; }
    int windows() const { return stage_.mvm.output.pixels(); }

    int fetch(int window);  // returns its cycles
    const std::uint8_t* macro_input(int macro) const {
        return register_.data() + placement_.macros[static_cast<std::size_t>(macro)].first_row;
    }
    int input_bits() const { return stage_.mvm.input_bits; }

    void issue(int copy) { issued_sums_[static_cast<std::size_t>(copy)] = fetched_sum_; }
    void begin_collect(int copy);
    void collect(int macro, const std::int32_t* partial_sums);
    // adc_lsb: worth of one accumulated ADC code, AdcBank::kLsbFractionBits fraction bits.
    void post_process(int window, std::int64_t adc_lsb, OutputQueue& out);

    const Stage& stage() const { return stage_; }
    const TilePlacement& placement() const { return placement_; }
    TileActivity activity() const;

private:
    void emit(std::size_t level, int pixel, const std::uint8_t* codes, OutputQueue& out);
    void count_output_accesses(std::int64_t bits, bool write_and_read);

    const TileParams params_;
    const Stage& stage_;
    const TilePlacement& placement_;
    InputBuffer input_;
    std::vector<ChannelAffine> affine_;
    Codes register_;
    std::int64_t fetched_sum_ = 0;  // window sum M of the register, of the macros, of the result
    std::vector<std::int64_t> issued_sums_;  // per copy
    std::int64_t result_sum_ = 0;
    std::vector<std::int64_t> sums_;  // per channel, in ADC LSBs
    std::vector<Pooling> pools_;
    std::vector<Codes> pooled_;  // one vector per pooling level
    Codes codes_;
    TileActivity own_;
};

}  // namespace cimarron
