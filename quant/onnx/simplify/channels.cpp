// SPDX-License-Identifier: Apache-2.0
#include "quant/onnx/simplify/channels.h"

#include "quant/onnx/simplify/elementwise.h"

#include <algorithm>

namespace cimarron::foreign {

std::int64_t channels_of(const Dims& dims) {
    return dims.size() >= 2 ? dims[1] : 1;
}

std::optional<Tensor> per_channel(const Tensor& constant, const Dims& dims) {
    if (!constant.has_values()) {
        const std::int64_t size = element_count(constant.dims);
        if (size != 1 && size != channels_of(dims)) return std::nullopt;
        return without_values(constant.type, {size}, constant.missing);
    }
    if (constant.size() == 0) return std::nullopt;
    const bool uniform = std::all_of(constant.values.begin(), constant.values.end(),
                                     [&](double v) { return v == constant.values[0]; });
    if (uniform) return make_tensor(constant.type, {1}, {constant.values[0]});
    if (dims.size() < 2 || dims[0] != 1 || constant.dims.size() > dims.size()) return std::nullopt;
    for (std::size_t i = 0; i < constant.dims.size(); ++i)
        if (constant.dims[i] != 1 &&
            constant.dims[i] != dims[dims.size() - constant.dims.size() + i])
            return std::nullopt;
    const auto sources = broadcast_sources(constant.dims, dims);
    const auto channels = static_cast<std::size_t>(dims[1]);
    const std::size_t pixels = sources.size() / channels;
    std::vector<double> values;
    for (std::size_t c = 0; c < channels; ++c) {
        values.push_back(constant.values[static_cast<std::size_t>(sources[c * pixels])]);
        for (std::size_t p = 1; p < pixels; ++p)
            if (constant.values[static_cast<std::size_t>(sources[c * pixels + p])] != values.back())
                return std::nullopt;
    }
    return make_tensor(constant.type, {static_cast<std::int64_t>(channels)}, std::move(values));
}

}  // namespace cimarron::foreign
