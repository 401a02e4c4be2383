// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "hw/chip/accelerator.h"
#include "hw/macro/macro_datapath.h"
#include "hw/tile/tile_datapath.h"
#include "hw/tile/window_planes.h"

#include <functional>
#include <memory>
#include <optional>
#include <vector>

namespace cimarron {

// A tile without time: its datapath and macros, which take many windows at once.
class BitTrueTile {
public:
    using Send = std::function<void(const OutputVector&)>;

    BitTrueTile(const AcceleratorParams& params, const Stage& stage,
                const TilePlacement& placement);

    void program();
    // All windows of an image, whose input is there. send takes what leaves, each output in order.
    void run(std::int64_t image, const Send& send);

    TileDatapath& datapath() { return datapath_; }
    const TileDatapath& datapath() const { return datapath_; }
    const std::vector<std::unique_ptr<MacroDatapath>>& macros() const { return macros_; }

private:
    int per_copy() const { return static_cast<int>(datapath_.placement().macros.size()); }
    int copies() const { return datapath_.placement().copies; }
    bool prefers_planes(const MacroDatapath& macro) const;
    bool by_planes() const;
    void fetch(std::int64_t image, int first, int count);
    void cut(std::int64_t image, int first, int count);
    void run_copy(int copy, int first, int count, bool planes);
    void run_sliced(int copy, int of_copy, int count);
    int first_word(int macro) const {
        return first_words_[static_cast<std::size_t>(macro % datapath_.placement().row_tiles)];
    }
    int first_of_copy(int copy, int first) const;
    void collect(int copy, int first, int count);
    void post_process(std::int64_t image, int first, int count, const Send& send);
    void append(const OutputVector& vectors, const Send& send);
    void flush(OutputVector& run, const Send& send);

    const int windows_;  // at once
    TileDatapath datapath_;
    std::vector<std::unique_ptr<MacroDatapath>> macros_;  // copy after copy
    std::vector<Codes> inputs_;                           // of each window
    std::vector<const std::uint8_t*> codes_;              // of a macro's windows
    std::optional<WindowPlanes> planes_;                  // instead, where macros take them
    std::vector<int> first_words_;                        // of each row tile in planes_
    std::vector<int> cut_windows_;
    std::vector<const Word*> sliced_;        // of a copy's windows
    std::vector<PartialSums> partial_sums_;  // of a copy's macros
    OutputQueue queue_;
    std::vector<OutputVector> runs_;  // of each output, under way
};

}  // namespace cimarron
