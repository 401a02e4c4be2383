// SPDX-License-Identifier: Apache-2.0
#include "hw/tile/tile_datapath.h"

#include "hw/periphery/adc_bank.h"
#include "hw/tile/stage_timing.h"

#include <algorithm>
#include <numeric>

namespace cimarron {

TileDatapath::TileDatapath(const TileParams& params, const Stage& stage,
                           const TilePlacement& placement)
    : params_(params),
      stage_(stage),
      placement_(placement),
      input_(params.input_buffer, stage.mvm),
      affine_(stage.mvm.affine.begin() + placement.first_channel,
              stage.mvm.affine.begin() + placement.first_channel + placement.channels),
      register_(static_cast<std::size_t>(stage.mvm.rows())),
      issued_sums_(static_cast<std::size_t>(placement.copies)),
      sums_(static_cast<std::size_t>(placement.channels)),
      codes_(static_cast<std::size_t>(placement.channels)) {
    for (const PoolLayer& pool : stage.pools) {
        pools_.emplace_back(pool, placement.channels);
        pooled_.emplace_back(static_cast<std::size_t>(placement.channels));
    }
}

void TileDatapath::set_affine(std::vector<ChannelAffine> affine) {
    affine_ = std::move(affine);
}

int TileDatapath::fetch(int window) {
    const int cycles = input_.fetch(window, register_.data());
    fetched_sum_ = std::accumulate(register_.begin(), register_.end(), std::int64_t{0});
    return cycles;
}

void TileDatapath::begin_collect(int copy) {
    std::fill(sums_.begin(), sums_.end(), 0);
    result_sum_ = issued_sums_[static_cast<std::size_t>(copy)];
}

void TileDatapath::collect(int macro, const std::int32_t* partial_sums) {
    const MacroPlacement& m = placement_.macros[static_cast<std::size_t>(macro)];
    std::int64_t* sums = sums_.data() + (m.first_channel - placement_.first_channel);
    for (int o = 0; o < m.channels; ++o) sums[o] += partial_sums[o];
    if (m.first_row > 0) own_.adder_tree.additions += m.channels;
}

void TileDatapath::post_process(int window, std::int64_t adc_lsb, OutputQueue& out) {
    constexpr int kFraction = AdcBank::kLsbFractionBits;
    constexpr std::int64_t kHalf = std::int64_t{1} << (kFraction - 1);
    const MvmLayer& layer = stage_.mvm;
    const std::int64_t offset = (std::int64_t{1} << layer.weight_bits) - 1;
    own_.post_processing.affines += placement_.channels;
    std::vector<std::int64_t>* logits = nullptr;
    if (layer.output_bits == 0) {
        OutputVector& vector = out.push();
        vector.pixel = window;
        vector.codes.clear();
        vector.logits.resize(sums_.size());
        logits = &vector.logits;
        count_output_accesses(vector_bits(stage_, placement_), true);
    }
    for (std::size_t o = 0; o < sums_.size(); ++o) {
        const std::int64_t n = (sums_[o] * adc_lsb + kHalf) >> kFraction;
        const std::int64_t v = affine_value(affine_[o], 2 * n - offset * result_sum_, result_sum_);
        if (logits != nullptr)
            (*logits)[o] = v;
        else
            codes_[o] = requantize(v, layer.shift, layer.output_bits);
    }
    if (logits == nullptr) emit(0, window, codes_.data(), out);
}

void TileDatapath::emit(std::size_t level, int pixel, const std::uint8_t* codes, OutputQueue& out) {
    if (level == pools_.size()) {
        OutputVector& vector = out.push();
        vector.pixel = pixel;
        vector.codes.assign(codes, codes + placement_.channels);
        vector.logits.clear();
        count_output_accesses(vector_bits(stage_, placement_), true);
        return;
    }
    Pooling& pooling = pools_[level];
    const std::int64_t bits = std::int64_t{placement_.channels} * pooling.layer().bits;
    pooling.push(pixel, codes);
    count_output_accesses(bits, false);
    for (const int pooled : pooling.completed_by(pixel)) {
        pooling.pool(pooled, pooled_[level].data(), own_.post_processing);
        const Window& w = pooling.layer().window;
        own_.output_buffer.reads +=
            std::int64_t{w.kernel_h} * w.kernel_w *
            ((bits + params_.output_buffer.port_bits - 1) / params_.output_buffer.port_bits);
        emit(level + 1, pooled, pooled_[level].data(), out);
    }
}

void TileDatapath::count_output_accesses(std::int64_t bits, bool write_and_read) {
    const std::int64_t accesses =
        (bits + params_.output_buffer.port_bits - 1) / params_.output_buffer.port_bits;
    own_.output_buffer.writes += accesses;
    if (write_and_read) own_.output_buffer.reads += accesses;
}

TileActivity TileDatapath::activity() const {
    TileActivity all = own_;
    all.input_buffer = input_.activity();
    all.window_sum.additions = input_.new_codes();
    all.input_register_bits = input_.new_codes() * stage_.mvm.input_bits;
    return all;
}

}  // namespace cimarron
