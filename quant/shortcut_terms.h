// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "quant/coefficients.h"
#include "quant/network.h"
#include "quant/reach.h"

#include <string>
#include <vector>

namespace cimarron {

// What a shortcut adds to a node's real values: gain * (R - zero), R integers.
class ShortcutTerms {
public:
    // from: what the shortcut reads. Throws UserError where the gain differs between channels.
    ShortcutTerms(const std::string& node, const Shortcut& shortcut, const TensorInfo& from);

    double gain() const { return gain_; }
    double most() const;        // |R|
    bool is_wide() const;       // R are real values in a stream
    Interval reach() const;     // of gain * R, with 0 where there is no R
    Residual residual() const;  // without its r

    // Adds -gain * zero to the channels that have an R.
    void subtract_zeros(std::vector<RealAffine>& channels) const;

private:
    const Shortcut shortcut_;
    const TensorInfo from_;
    double gain_ = 1;
};

}  // namespace cimarron
