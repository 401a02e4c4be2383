// SPDX-License-Identifier: Apache-2.0
#include "quant/shortcut_terms.h"

#include "common/error.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

namespace cimarron {

namespace {

constexpr int kNarrowBits = 16;

}  // namespace

ShortcutTerms::ShortcutTerms(const std::string& node, const Shortcut& shortcut,
                             const TensorInfo& from)
    : shortcut_(shortcut), from_(from), gain_(from.quantizer->scale[0]) {
    if (!from.quantizer->scale.is_uniform())
        throw UserError(fmt::format(
            "node {}: its shortcut's channels have different scales, which a residual add cannot "
            "bring to one",
            node));
}

double ShortcutTerms::most() const {
    const int bits = from_.quantizer->bits;
    return is_stream(bits) ? std::ldexp(1.0, bits - 1) : std::ldexp(1.0, bits) - 1;
}

bool ShortcutTerms::is_wide() const {
    return from_.quantizer->bits > kNarrowBits;
}

Interval ShortcutTerms::reach() const {
    const double low = gain_ * static_cast<double>(from_.quantizer->low);
    const double high = gain_ * static_cast<double>(from_.quantizer->high);
    return {std::min(low, 0.0), std::max(high, 0.0)};
}

Residual ShortcutTerms::residual() const {
    Residual residual;
    residual.source = shortcut_.source;
    residual.input = from_.shape;
    residual.bits = from_.quantizer->bits;
    residual.stride = shortcut_.stride;
    residual.channel_offset = shortcut_.channel_offset;
    return residual;
}

void ShortcutTerms::subtract_zeros(std::vector<RealAffine>& channels) const {
    for (int c = 0; c < from_.shape.channels; ++c)
        channels[static_cast<std::size_t>(c + shortcut_.channel_offset)].d -=
            gain_ * from_.quantizer->zero[static_cast<std::size_t>(c)];
}

}  // namespace cimarron
