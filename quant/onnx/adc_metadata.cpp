// SPDX-License-Identifier: Apache-2.0
#include "quant/onnx/adc_metadata.h"

#include "common/error.h"

#include <fmt/format.h>

#include <charconv>

namespace cimarron {

namespace {

const std::string kPrefix = "cimarron.adc_lsb.";

}  // namespace

void write_adc_lsb(const std::map<std::string, double>& lsb, ::onnx::ModelProto& model) {
    for (const auto& [layer, value] : lsb) {
        ::onnx::StringStringEntryProto& entry = *model.add_metadata_props();
        entry.set_key(kPrefix + layer);
        entry.set_value(fmt::format("{}", value));
    }
}

std::map<std::string, double> read_adc_lsb(const std::map<std::string, std::string>& metadata) {
    std::map<std::string, double> result;
    for (const auto& [key, text] : metadata) {
        if (key.rfind(kPrefix, 0) != 0) continue;
        const char* end = text.data() + text.size();
        double value = 0;
        const auto [stop, error] = std::from_chars(text.data(), end, value);
        if (error != std::errc() || stop != end)
            throw UserError(fmt::format("metadata {} is '{}', a number is right", key, text));
        result[key.substr(kPrefix.size())] = value;
    }
    return result;
}

}  // namespace cimarron
