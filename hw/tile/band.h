// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "hw/program/program.h"

#include <vector>

namespace cimarron {

// The output rows that a tile computes of its layer (TilePlacement::band), and the input rows that
// they read, each in order. Rows and windows are named by their place in the layer; `index` counts
// those of the tile.
class Band {
public:
    Band(const MvmLayer& layer, const TilePlacement& tile);

    int windows() const { return rows() * width_; }
    // The layer's window that is the tile's index-th.
    int window(int index) const {
        return ys_[static_cast<std::size_t>(index / width_)] * width_ + index % width_;
    }
    // Windows from the tile's index-th on, at most so many, that follow each other in the layer and
    // are all sent or none.
    int run(int index, int most) const;
    int rows() const { return static_cast<int>(ys_.size()); }
    bool computes(int y) const { return computed_.has(y); }
    int index(int y) const { return computed_.index(y); }  // of the first computed row from y on
    // The first computed row after y; the layer's height: none.
    int next(int y) const;
    bool sends(int y) const { return sends_[static_cast<std::size_t>(y)]; }

    int input_rows() const { return read_.count(); }
    bool reads(int y) const { return read_.has(y); }
    int input_index(int y) const { return read_.index(y); }

private:
    // A subset of the rows of a map.
    class Rows {
    public:
        explicit Rows(int height) : above_(static_cast<std::size_t>(height) + 1) {}
        void add(int y) { above_[static_cast<std::size_t>(y) + 1] = 1; }
        void done();
        bool has(int y) const { return index(y + 1) > index(y); }
        int index(int y) const { return above_[static_cast<std::size_t>(y)]; }
        int count() const { return above_.back(); }

    private:
        std::vector<int> above_;  // rows of the subset above y
    };
    int width_;
    std::vector<int> ys_;
    std::vector<bool> sends_;
    Rows computed_;
    Rows read_;
};

}  // namespace cimarron
