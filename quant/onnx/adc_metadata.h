// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <onnx/onnx_pb.h>

#include <map>
#include <string>

namespace cimarron {

// Network::adc_lsb in a model's metadata, one entry "cimarron.adc_lsb.LAYER" each; other programs
// pass it over, as their entries are here.
void write_adc_lsb(const std::map<std::string, double>& lsb, ::onnx::ModelProto& model);

// Throws UserError naming an entry that is no number.
std::map<std::string, double> read_adc_lsb(const std::map<std::string, std::string>& metadata);

}  // namespace cimarron
