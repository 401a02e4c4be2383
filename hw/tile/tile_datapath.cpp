// SPDX-License-Identifier: Apache-2.0
#include "hw/tile/tile_datapath.h"

#include "hw/tile/vector_kernels.h"

#include <algorithm>
#include <numeric>

namespace cimarron {

TileDatapath::TileDatapath(const TileParams& params, const Stage& stage,
                           const TilePlacement& placement, int windows)
    : dataflow_(params.dataflow),
      stage_(stage),
      placement_(placement),
      band_(stage.mvm, placement),
      groups_(groups_of(stage.mvm, placement.first_channel, placement.channels)),
      first_row_(groups_.first * stage.mvm.rows()),
      input_(params, stage.mvm, groups_, band_),
      residual_(params, stage, placement, band_),
      post_(params.output_buffer, stage, placement, std::max(windows, 1), residual_),
      affine_(stage.mvm.affine.data() + placement.first_channel, placement.channels),
      border_(stage.mvm.input, stage.mvm.output, stage.mvm.window),
      register_(static_cast<std::size_t>(groups_.count) * stage.mvm.rows()),
      fetched_sums_(static_cast<std::size_t>(groups_.count)),
      issued_sums_(static_cast<std::size_t>(windows > 0 ? windows : placement.copies),
                   fetched_sums_),
      result_sums_(static_cast<std::size_t>(std::max(windows, 1)), fetched_sums_),
      terms_(result_sums_.size() * fetched_sums_.size()),
      sums_(result_sums_.size() * static_cast<std::size_t>(placement.channels)),
      values_(sums_.size()),
      codes_(sums_.size()),
      stream_(sums_.size()) {}

void TileDatapath::set_lanes(PostLanes& lanes) {
    lanes_ = &lanes;
    lane_channels_.resize(static_cast<std::size_t>(placement_.channels));
    post_.set_lanes(lanes);
}

void TileDatapath::receive(int tensor, std::int64_t image, const MapPart& part) {
    if (tensor == stage_.input) input_.write(image, part);
    if (tensor == stage_.residual) residual_.write(image, part);
}

bool TileDatapath::has_room(int tensor, std::int64_t image, int pixel) const {
    return (tensor != stage_.input || input_.has_room(image, pixel)) &&
           (tensor != stage_.residual || residual_.has_room(image, pixel));
}

bool TileDatapath::input_ready(std::int64_t image, int window) const {
    return dataflow_ == Dataflow::sequential ? input_.complete(image) : input_.ready(image, window);
}

bool TileDatapath::residual_ready(std::int64_t image, int window) const {
    return dataflow_ == Dataflow::sequential ? residual_.complete(image)
                                             : residual_.ready(image, window);
}

int TileDatapath::fetch(std::int64_t image, int window) {
    const int cycles = input_.fetch(image, window, register_.data());
    const std::uint8_t* row = register_.data();
    for (std::int64_t& sum : fetched_sums_) {
        sum = sum_codes(row, stage_.mvm.rows());
        row += stage_.mvm.rows();
    }
    return cycles;
}

void TileDatapath::note_fetches(std::int64_t image, int window, int count, int slot,
                                const std::int64_t* sums) {
    input_.count_fetches(window, count);
    input_.release(image, window, count);
    for (int i = 0; i < count; ++i)
        issued_sums_[static_cast<std::size_t>(slot + i)].front() = sums[i];
}

// Macros of the same channels follow each other.
void TileDatapath::collect(int slot, int step, int count, const std::vector<PartialSums>& macros,
                           int place) {
    for (int i = 0; i < count; ++i)
        result_sums_[static_cast<std::size_t>(place + i * step)].swap(
            issued_sums_[static_cast<std::size_t>(slot + i * step)]);
    const auto row_tiles = static_cast<std::size_t>(placement_.row_tiles);
    std::int64_t* sums = sums_.data() + std::ptrdiff_t{place} * placement_.channels;
    for (std::size_t m = 0; m < macros.size(); m += row_tiles) {
        const MacroPlacement& macro = placement_.macros[m];
        add_partial_sums(macros.data() + m, placement_.row_tiles, count, macro.channels,
                         sums + (macro.first_channel - placement_.first_channel),
                         step * placement_.channels);
        own_.adder_tree.additions +=
            std::int64_t{placement_.row_tiles - 1} * macro.channels * count;
    }
}

void TileDatapath::post_process(std::int64_t image, int window, int first, int count,
                                const Readout& readout, OutputQueue& out) {
    affine(window, first, count, readout);
    if (lanes_ != nullptr) prepare_lanes(image, window, readout);
    if (stage_.mvm.residual)
        residual_.add(image, window, count, values_.data(), placement_.channels);
    if (stage_.mvm.output_bits == 0) {
        pass_lanes(codes_.data());
        post_.push_logits({window, count, values_.data()}, out);
    } else {
        requantize_values(image, window, count, out);
    }
    residual_.release(image, window, count);
}

void TileDatapath::prepare_lanes(std::int64_t image, int window, const Readout& readout) {
    const MvmLayer& mvm = stage_.mvm;
    const int group_channels = mvm.output.channels / mvm.groups;
    lane_layer_ = {readout.lsb, mvm.weight_bits, mvm.output_bits == 0, mvm.requantizer(),
                   mvm.residual ? mvm.residual->up : 0};
    const std::int32_t r = mvm.residual ? mvm.residual->r : 0;
    const int border = border_.of(window / mvm.output.width, window % mvm.output.width);
    for (std::size_t o = 0; o < lane_channels_.size(); ++o) {
        const int channel = placement_.first_channel + static_cast<int>(o);
        const int group = channel / group_channels - groups_.first;
        ChannelAffine k = affine_[o];
        if (!mvm.border.empty())
            k = {k.a, k.c,
                 k.d + mvm.border[static_cast<std::size_t>(border * mvm.output.channels + channel)],
                 static_cast<int>(k.up)};
        lane_channels_[o] = {sums_[o],
                             result_sums_.front()[static_cast<std::size_t>(group)],
                             k,
                             r,
                             mvm.residual ? residual_.at(image, window, static_cast<int>(o)) : 0,
                             0,
                             0};
    }
}

// The model's values and codes to other lanes, if there are any, and theirs back.
template <class Code>
void TileDatapath::pass_lanes(Code* codes) {
    if (lanes_ == nullptr) return;
    for (std::size_t o = 0; o < lane_channels_.size(); ++o) {
        lane_channels_[o].value = values_[o];
        lane_channels_[o].code = codes[o];
    }
    lanes_->pass(lane_layer_, lane_channels_, residual_.accesses());
    for (std::size_t o = 0; o < lane_channels_.size(); ++o) {
        values_[o] = lane_channels_[o].value;
        codes[o] = static_cast<Code>(lane_channels_[o].code);
    }
}

// What conducts through a macro's cells at 0: the inputs of all groups packed into it.
const TileDatapath::WindowSums& TileDatapath::driven_inputs(const WindowSums& window) {
    driven_sums_ = window;
    for (const MacroPlacement& macro : placement_.macros) {
        if (macro.groups == 1) continue;
        const auto first =
            window.begin() +
            (groups_of(stage_.mvm, macro.first_channel, macro.channels).first - groups_.first);
        const auto driven = driven_sums_.begin() + (first - window.begin());
        std::fill_n(driven, macro.groups,
                    std::accumulate(first, first + macro.groups, std::int64_t{0}));
    }
    return driven_sums_;
}

void TileDatapath::affine(int window, int first, int count, const Readout& readout) {
    const std::int64_t offset = (std::int64_t{1} << stage_.mvm.weight_bits) - 1;
    const int group_channels = stage_.mvm.output.channels / stage_.mvm.groups;
    GroupTerms* terms = terms_.data();
    for (int i = first; i < first + count; ++i) {
        const WindowSums& sums = result_sums_[static_cast<std::size_t>(i)];
        const WindowSums& driven = readout.off == 0 ? sums : driven_inputs(sums);
        for (std::size_t g = 0; g < sums.size(); ++g) {
            const std::int64_t m = sums[g];
            *terms++ = {readout.lsb, readout.taken(driven[g]), offset * m, m};
        }
    }
    affine_.apply(sums_.data() + std::ptrdiff_t{first} * placement_.channels, count, terms_.data(),
                  groups_.count, group_channels - placement_.first_channel % group_channels,
                  group_channels, values_.data());
    if (!stage_.mvm.border.empty()) correct_border(window, count);
    own_.post_processing.affines += std::int64_t{count} * placement_.channels;
}

// Where padding is no code of the real 0: what it lacks.
void TileDatapath::correct_border(int window, int count) {
    const MvmLayer& mvm = stage_.mvm;
    std::int64_t* values = values_.data();
    for (int i = window; i < window + count; ++i, values += placement_.channels) {
        const int index = border_.of(i / mvm.output.width, i % mvm.output.width);
        if (index == 0) continue;
        const std::int64_t* border =
            mvm.border.data() + index * mvm.output.channels + placement_.first_channel;
        for (int o = 0; o < placement_.channels; ++o) values[o] += border[o];
    }
}

void TileDatapath::requantize_values(std::int64_t image, int window, int count, OutputQueue& out) {
    const Requantizer to = stage_.mvm.requantizer();
    const int values = count * placement_.channels;
    if (is_stream(stage_.mvm.output_bits)) {
        requantize(values_.data(), values, to, stream_.data());
        pass_lanes(stream_.data());
        post_.push_stream(image, {window, count, stream_.data()}, out);
    } else {
        requantize(values_.data(), values, to, codes_.data());
        pass_lanes(codes_.data());
        post_.push_codes(image, {window, count, codes_.data()}, out);
    }
}

TileActivity TileDatapath::activity() const {
    TileActivity all = own_;
    all.input_buffer = input_.activity();
    all.residual_buffer = residual_.activity();
    all.output_buffer = post_.output_buffer();
    all.post_processing = post_.activity();
    all.post_processing.affines = own_.post_processing.affines;
    all.post_processing.residuals = residual_.additions();
    all.window_sum.additions = input_.new_codes();
    all.input_register_bits = input_.new_codes() * stage_.mvm.input_bits;
    return all;
}

}  // namespace cimarron
