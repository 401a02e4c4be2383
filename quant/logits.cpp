// SPDX-License-Identifier: Apache-2.0
#include "quant/logits.h"

#include "common/error.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

namespace cimarron {

namespace {

std::vector<double> channels_first(const std::vector<double>& values, const Shape& shape) {
    std::vector<double> result;
    result.reserve(values.size());
    const auto channels = static_cast<std::size_t>(shape.channels);
    for (std::size_t c = 0; c < channels; ++c)
        for (std::size_t i = c; i < values.size(); i += channels) result.push_back(values[i]);
    return result;
}

// e^(x - most), so that nothing overflows, over their sum; or its logarithm.
void softmax(std::vector<double>& values, bool logarithm) {
    const double most = *std::max_element(values.begin(), values.end());
    double sum = 0;
    for (const double v : values) sum += std::exp(v - most);
    for (double& v : values) v = logarithm ? v - most - std::log(sum) : std::exp(v - most) / sum;
}

void apply(LogitForm::Function function, std::vector<double>& values) {
    using Function = LogitForm::Function;
    if (function == Function::arg_max)
        values = {
            static_cast<double>(std::max_element(values.begin(), values.end()) - values.begin())};
    else if (function != Function::none)
        softmax(values, function == Function::log_softmax);
}

}  // namespace

std::vector<double> real_logits(const Network& network, const std::vector<double>& values) {
    const Shape shape = outputs_of(network).back().shape;
    if (values.size() != static_cast<std::size_t>(shape.size()))
        throw UserError(fmt::format("network {}: {} logits, {} are right", network.name,
                                    values.size(), shape.size()));
    const LogitForm& form = network.logit_form;
    const auto channels = static_cast<std::size_t>(shape.channels);
    std::vector<double> result(values.size());
    for (std::size_t i = 0; i < values.size(); ++i) {
        const double v = std::clamp(values[i], form.clip.low, form.clip.high);
        const std::size_t c = i % channels;
        result[i] = form.quantizer ? form.quantizer->value(form.quantizer->code(v, c), c) : v;
    }
    return form.channels_last ? result : channels_first(result, shape);
}

std::vector<double> real_logits(const Network& network, const IntegerNetwork& lowered,
                                const std::vector<std::int64_t>& logits) {
    std::vector<double> values(logits.size());
    std::transform(logits.begin(), logits.end(), values.begin(), [&](std::int64_t v) {
        return std::ldexp(static_cast<double>(v), -lowered.last_mvm().shift);
    });
    return real_logits(network, values);
}

std::vector<double> after_function(const Network& network, std::vector<double> logits) {
    apply(network.logit_form.function, logits);
    return logits;
}

std::vector<double> file_logits(const Network& network, const std::vector<double>& values) {
    return after_function(network, real_logits(network, values));
}

std::vector<double> file_logits(const Network& network, const IntegerNetwork& lowered,
                                const std::vector<std::int64_t>& logits) {
    return after_function(network, real_logits(network, lowered, logits));
}

}  // namespace cimarron
