// SPDX-License-Identifier: Apache-2.0
#include "hw/tile/band.h"

#include <algorithm>

namespace cimarron {

void Band::Rows::done() {
    for (std::size_t y = 1; y < above_.size(); ++y) above_[y] += above_[y - 1];
}

Band::Band(const MvmLayer& layer, const TilePlacement& tile)
    : width_(layer.output.width),
      sends_(static_cast<std::size_t>(layer.output.height)),
      computed_(layer.output.height),
      read_(layer.input.height) {
    const int height = layer.output.height;
    std::vector<BandRow> rows = tile.band;
    for (int y = 0; tile.band.empty() && y < height; ++y) rows.push_back({y, true});
    const Window& w = layer.window;
    for (const BandRow& row : rows) {
        ys_.push_back(row.y);
        sends_[static_cast<std::size_t>(row.y)] = row.sent;
        computed_.add(row.y);
        // Padding alone still waits for the row beside it.
        const int last = layer.input.height - 1;
        const int top = std::clamp(row.y * w.stride_h - w.pad_top, 0, last);
        const int bottom = std::clamp(row.y * w.stride_h - w.pad_top + w.kernel_h - 1, 0, last);
        for (int y = top; y <= bottom; ++y) read_.add(y);
    }
    // A tile that has the layer for itself takes the whole map.
    for (int y = 0; tile.band.empty() && y < layer.input.height; ++y) read_.add(y);
    computed_.done();
    read_.done();
}

int Band::next(int y) const {
    const int i = index(y + 1);
    return i < rows() ? ys_[static_cast<std::size_t>(i)] : static_cast<int>(sends_.size());
}

int Band::run(int index, int most) const {
    auto row = static_cast<std::size_t>(index / width_);
    int count = width_ - index % width_;
    for (; count < most && row + 1 < ys_.size(); ++row, count += width_)
        if (ys_[row + 1] != ys_[row] + 1 || sends(ys_[row + 1]) != sends(ys_[row])) break;
    return std::min(count, most);
}

}  // namespace cimarron
