// SPDX-License-Identifier: Apache-2.0
#include "hw/run/bit_true_tile.h"

#include "hw/program/weights.h"

#include <algorithm>

namespace cimarron {

namespace {

// Of a macro at once: its cells stay in cache, and what is done once a call is little. More where
// that is much: the sums that currents are made of.
int windows_of_macro(const MacroParams& params) {
    return params.non_idealities.analog() ? 64 : 16;
}

// In program order a stage has all of its input before it begins.
TileParams with_whole_maps(TileParams params) {
    params.dataflow = Dataflow::sequential;
    return params;
}

}  // namespace

BitTrueTile::BitTrueTile(const AcceleratorParams& params, const Stage& stage,
                         const TilePlacement& placement)
    : windows_(windows_of_macro(params.macro) * placement.copies),
      datapath_(with_whole_maps(params.tile), stage, placement, windows_),
      inputs_(static_cast<std::size_t>(windows_), Codes(datapath_.register_size())),
      runs_(stage.outputs.size()) {
    for (int copy = 0; copy < placement.copies; ++copy)
        for (const MacroPlacement& macro : placement.macros)
            macros_.push_back(std::make_unique<MacroDatapath>(
                params.macro, macro, stage.mvm.weight_bits,
                macro_instance(placement, static_cast<int>(macros_.size()))));
    for (std::size_t i = 0; i < runs_.size(); ++i) {
        runs_[i].output = static_cast<int>(i);
        runs_[i].pixels = 0;
    }
    if (stage.mvm.groups > 1 || !prefers_planes(*macros_.front())) return;
    std::vector<int> group_rows;
    int words = 0;
    for (int m = 0; m < placement.row_tiles; ++m) {
        const RowGroups& groups = macros_[static_cast<std::size_t>(m)]->row_groups();
        first_words_.push_back(words);
        for (int g = 0; g < groups.count(); ++g) {
            group_rows.push_back(groups.rows_in(g));
            words += groups.words_in(g);
        }
    }
    planes_.emplace(stage.mvm, group_rows, windows_);
}

void BitTrueTile::program() {
    const std::vector<MacroPlacement>& of_copy = datapath_.placement().macros;
    for (std::size_t m = 0; m < of_copy.size(); ++m) {
        const std::vector<std::uint8_t> weights = macro_weights(datapath_.stage().mvm, of_copy[m]);
        for (std::size_t copy = m; copy < macros_.size(); copy += of_copy.size())
            macros_[copy]->program(weights.data());
    }
}

void BitTrueTile::run(std::int64_t image, const Send& send) {
    const bool planes = by_planes();
    if (planes) planes_->slice(datapath_.input().map(image));
    const int all = datapath_.band().windows();
    for (int first = 0; first < all; first += windows_) {
        const int count = std::min(windows_, all - first);
        planes ? cut(image, first, count) : fetch(image, first, count);
        for (int copy = 0; copy < copies(); ++copy) run_copy(copy, first, count, planes);
        for (int copy = 0; copy < copies(); ++copy) collect(copy, first, count);
        post_process(image, first, count, send);
    }
}

void BitTrueTile::fetch(std::int64_t image, int first, int count) {
    for (int i = 0; i < count; ++i) {
        const int window = datapath_.band().window(first + i);
        datapath_.fetch(image, window);
        datapath_.fetched(image, window);
        datapath_.issue(i);
        datapath_.swap_register(inputs_[static_cast<std::size_t>(i)]);
    }
}

bool BitTrueTile::prefers_planes(const MacroDatapath& macro) const {
    const int of_copy = ceil_div(datapath_.band().windows(), copies());
    return macro.prefers_planes(std::min(of_copy, windows_ / copies()), datapath_.input_bits());
}

bool BitTrueTile::by_planes() const {
    return planes_ && std::all_of(macros_.begin(), macros_.end(),
                                  [this](const auto& macro) { return prefers_planes(*macro); });
}

// The same for macros that take planes.
void BitTrueTile::cut(std::int64_t image, int first, int count) {
    const Band& band = datapath_.band();
    cut_windows_.clear();
    for (int i = 0; i < count;) {
        const int window = band.window(first + i);
        const int follow = band.run(first + i, count - i);
        for (int k = 0; k < follow; ++k) cut_windows_.push_back(window + k);
        i += follow;
    }
    planes_->cut(cut_windows_);
    for (int i = 0; i < count;) {
        const int follow = band.run(first + i, count - i);
        datapath_.note_fetches(image, cut_windows_[static_cast<std::size_t>(i)], follow, i,
                               planes_->sums() + i);
        i += follow;
    }
}

// Window w goes to copy w % copies.
int BitTrueTile::first_of_copy(int copy, int first) const {
    return (copy - first % copies() + copies()) % copies();
}

// Of a macro its windows, before the next macro has its.
void BitTrueTile::run_copy(int copy, int first, int count, bool planes) {
    const int of_copy = first_of_copy(copy, first);
    if (planes) return run_sliced(copy, of_copy, count);
    for (int m = 0; m < per_copy(); ++m) {
        codes_.clear();
        for (int i = of_copy; i < count; i += copies())
            codes_.push_back(datapath_.macro_input(m, inputs_[static_cast<std::size_t>(i)]));
        macros_[static_cast<std::size_t>(copy * per_copy() + m)]->run_windows(
            codes_, datapath_.input_bits());
    }
}

void BitTrueTile::run_sliced(int copy, int of_copy, int count) {
    sliced_.clear();
    for (int i = of_copy; i < count; i += copies()) sliced_.push_back(planes_->plane_words(i));
    SlicedWindows windows{sliced_.data(), static_cast<int>(sliced_.size()), datapath_.input_bits(),
                          planes_->plane_stride(), WindowPlanes::kLanes};
    for (int m = 0; m < per_copy(); ++m) {
        windows.first_word = first_word(m);
        macros_[static_cast<std::size_t>(copy * per_copy() + m)]->run_windows(windows);
    }
}

void BitTrueTile::collect(int copy, int first, int count) {
    const int of_copy = first_of_copy(copy, first);
    if (of_copy >= count) return;
    partial_sums_.clear();
    for (int m = copy * per_copy(); m < (copy + 1) * per_copy(); ++m) {
        const MacroDatapath& macro = *macros_[static_cast<std::size_t>(m)];
        partial_sums_.push_back({macro.window_sums(0), macro.sums_stride()});
    }
    datapath_.collect(of_copy, copies(), ceil_div(count - of_copy, copies()), partial_sums_,
                      of_copy);
}

void BitTrueTile::post_process(std::int64_t image, int first, int count, const Send& send) {
    const Band& band = datapath_.band();
    for (int done = 0; done < count;) {
        const int windows = band.run(first + done, count - done);
        datapath_.post_process(image, band.window(first + done), done, windows,
                               macros_.front()->readout(), queue_);
        done += windows;
    }
    for (; !queue_.empty(); queue_.pop()) append(queue_.front(), send);
    for (OutputVector& run : runs_) flush(run, send);
}

void BitTrueTile::append(const OutputVector& vectors, const Send& send) {
    OutputVector& run = runs_[static_cast<std::size_t>(vectors.output)];
    if (vectors.pixel != run.pixel + run.pixels) flush(run, send);
    if (run.pixels == 0) {
        run.pixel = vectors.pixel;
        run.bits = vectors.bits;
    }
    run.pixels += vectors.pixels;
    run.payload.insert(run.payload.end(), vectors.payload.begin(), vectors.payload.end());
}

void BitTrueTile::flush(OutputVector& run, const Send& send) {
    if (run.pixels > 0) send(run);
    run.pixels = 0;
    run.payload.clear();
}

}  // namespace cimarron
