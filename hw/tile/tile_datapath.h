// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "hw/chip/tile.h"
#include "hw/macro/readout.h"
#include "hw/program/program.h"
#include "hw/tile/input_buffer.h"
#include "hw/tile/output_queue.h"
#include "hw/tile/post_datapath.h"
#include "hw/tile/post_lanes.h"
#include "hw/tile/residual_buffer.h"
#include "hw/tile/vector_kernels.h"

#include <utility>
#include <vector>

namespace cimarron {

// The data of one tile, without time and without its macros. A window passes four steps:
//   fetch -> input register;  issue -> macros (the register is free again);
//   collect the macros' partial sums (adder tree);
//   post_process -> affine, residual, post layers, output queue: one window, or many together.
class TileDatapath {
public:
    // windows: at most so many are issued and not yet collected; without it one a copy.
    TileDatapath(const TileParams& params, const Stage& stage, const TilePlacement& placement,
                 int windows = 0);

    // Fixed-point coefficients of this tile's channels; the layer's own until replaced.
    void set_affine(AffineTable affine) { affine_ = std::move(affine); }
    // Every pass also goes through these lanes, and has their results.
    void set_lanes(PostLanes& lanes);

    InputBuffer& input() { return input_; }
    const InputBuffer& input() const { return input_; }
    ResidualBuffer& residual() { return residual_; }
    const ResidualBuffer& residual() const { return residual_; }
    const Band& band() const { return band_; }

    // Of a tensor that the stage reads: into the buffers that keep it.
    void receive(int tensor, std::int64_t image, const MapPart& part);
    // A vector of that tensor may be sent.
    bool has_room(int tensor, std::int64_t image, int pixel) const;
    // What the window needs is there: its rows or, sequential, all of the image.
    bool ready(std::int64_t image, int window) const {
        return input_ready(image, window) && residual_ready(image, window);
    }
    bool input_ready(std::int64_t image, int window) const;
    bool residual_ready(std::int64_t image, int window) const;

    int fetch(std::int64_t image, int window);  // returns its cycles
    void fetched(std::int64_t image, int window) { input_.release(image, window); }
    // All of this for windows of one group that follow each other in the layer and were gathered
    // elsewhere, and their issue to slots from `slot` on; sums: of each one's codes.
    void note_fetches(std::int64_t image, int window, int count, int slot,
                      const std::int64_t* sums);
    const std::uint8_t* macro_input(int macro) const { return macro_input(macro, register_); }
    const std::uint8_t* macro_input(int macro, const Codes& window) const {
        return window.data() + placement_.macros[static_cast<std::size_t>(macro)].first_row -
               first_row_;
    }
    // Takes the fetched window; the next one goes into other's place.
    void swap_register(Codes& other) { register_.swap(other); }
    std::size_t register_size() const { return register_.size(); }
    int input_bits() const { return stage_.mvm.input_bits; }

    // slot: the copy that works on the window, or any other name of it until it is collected.
    void issue(int slot) { issued_sums_[static_cast<std::size_t>(slot)].swap(fetched_sums_); }
    // A copy's macros' sums of the windows in `count` slots from `slot` on, every step-th, become
    // windows `place`, + step, .. of those that post_process() takes.
    void collect(int slot, int step, int count, const std::vector<PartialSums>& macros, int place);
    // `count` windows that follow each other in the layer and are all sent or none (Band::sends),
    // collected from place `first` on. Lanes take one at a time.
    void post_process(std::int64_t image, int window, int first, int count, const Readout& readout,
                      OutputQueue& out);

    const Stage& stage() const { return stage_; }
    const TilePlacement& placement() const { return placement_; }
    TileActivity activity() const;

private:
    using WindowSums = std::vector<std::int64_t>;  // M of each group

    void affine(int window, int first, int count, const Readout& readout);
    void correct_border(int window, int count);
    const WindowSums& driven_inputs(const WindowSums& window);
    void requantize_values(std::int64_t image, int window, int count, OutputQueue& out);
    void prepare_lanes(std::int64_t image, int window, const Readout& readout);
    template <class Code>
    void pass_lanes(Code* codes);

    const Dataflow dataflow_;
    const Stage& stage_;
    const TilePlacement& placement_;
    const Band band_;
    const GroupRange groups_;
    const int first_row_;  // of the register among the layer's rows
    InputBuffer input_;
    ResidualBuffer residual_;
    PostDatapath post_;
    AffineTable affine_;
    BorderClasses border_;
    Codes register_;
    WindowSums fetched_sums_;              // of the register
    std::vector<WindowSums> issued_sums_;  // of each slot's window
    std::vector<WindowSums> result_sums_;  // of the windows that are post-processed
    std::vector<GroupTerms> terms_;        // of the same, for their channels
    WindowSums driven_sums_;               // of one, over the groups that share a macro
    std::vector<std::int64_t> sums_;       // per window and channel, in ADC LSBs
    std::vector<std::int64_t> values_;     // per window and channel, before requantization
    Codes codes_;
    Stream stream_;
    PostLanes* lanes_ = nullptr;
    PostLanes::Layer lane_layer_;  // of the window that is post-processed
    std::vector<PostLanes::Channel> lane_channels_;
    TileActivity own_;
};

}  // namespace cimarron
