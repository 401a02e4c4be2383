// SPDX-License-Identifier: Apache-2.0
#include "sim/dpi/macro_model.h"

#include "common/error.h"
#include "hw/cost/chip_cost.h"
#include "hw/macro/macro_timing.h"
#include "sim/dpi/cimarron_dpi.h"

#include <fmt/format.h>

#include <map>

namespace cimarron::dpi {

namespace {

MacroPlacement placement(const MacroParams& params, const MacroModel::Shape& shape) {
    require("weight_bits", shape.weight_bits, 1, 8);
    require("input_bits", shape.input_bits, 1, 8);
    require("rows", shape.rows, 1, params.array.rows);
    require("channels", shape.channels, 1, params.array.columns / shape.weight_bits);
    return {0, shape.rows, 0, shape.channels, shape.channels * shape.weight_bits};
}

}  // namespace

MacroModel::MacroModel(const std::string& run_file, const std::string& settings, const Shape& shape)
    : Model(run_file, settings),
      shape_(shape),
      datapath_(params_.macro, placement(params_.macro, shape), shape.weight_bits),
      weights_(static_cast<std::size_t>(shape.rows) * static_cast<std::size_t>(shape.channels)),
      inputs_(static_cast<std::size_t>(shape.rows)) {}

void MacroModel::weight(int channel, int row, int code) {
    require("channel", channel, 0, shape_.channels - 1);
    require("row", row, 0, shape_.rows - 1);
    require("weight code", code, 0, (1 << shape_.weight_bits) - 1);
    weights_[static_cast<std::size_t>(channel * shape_.rows + row)] =
        static_cast<std::uint8_t>(code);
    weights_changed_ = true;
}

void MacroModel::input(int row, int code) {
    require("row", row, 0, shape_.rows - 1);
    require("input code", code, 0, (1 << shape_.input_bits) - 1);
    inputs_[static_cast<std::size_t>(row)] = static_cast<std::uint8_t>(code);
}

void MacroModel::load() {
    if (weights_changed_) datapath_.program(weights_.data());
    weights_changed_ = false;
    datapath_.load(inputs_.data(), shape_.input_bits);
    settled_slice_ = held_slice_ = -1;
}

std::int64_t MacroModel::run() {
    if (busy_) throw UserError("run: a clocked product is in progress");
    load();
    datapath_.run();
    return mvm_timing(params_.macro, shape_.rows, datapath_.placement().columns, shape_.input_bits)
        .total;
}

void MacroModel::clock(bool request_valid, bool response_ready) {
    const bool response = response_ready && twin_.pins().response_valid;
    const bool request = request_valid && (!busy_ || response);
    busy_ = request || (busy_ && !response);
    if (request) load();
    strobes_ = twin_.edge(request, response);
}

int MacroModel::slices() const {
    return ceil_div(shape_.input_bits, params_.macro.word_line_driver.dac_bits);
}

void MacroModel::settle(int slice, int row_group) {
    require("slice", slice, 0, slices() - 1);
    require("row_group", row_group, 0, datapath_.groups() - 1);
    if (busy_) throw UserError("settle: a clocked product is in progress");
    if (datapath_.slices() == 0) throw UserError("settle: no inputs are loaded");
    datapath_.evaluate(slice, row_group);
    settled_slice_ = slice;
}

void MacroModel::sample() {
    if (settled_slice_ < 0) throw UserError("sample: the array has not settled");
    datapath_.sample();
    held_slice_ = settled_slice_;
    settled_slice_ = -1;
}

void MacroModel::convert(int position) {
    require("position", position, 0, datapath_.mux_positions() - 1);
    if (held_slice_ < 0) throw UserError("convert: nothing is held");
    datapath_.convert(held_slice_, position);
}

int MacroModel::code(int adc) const {
    require("adc", adc, 0, params_.macro.adcs() - 1);
    return adc < datapath_.converted() ? datapath_.codes()[static_cast<std::size_t>(adc)] : 0;
}

int MacroModel::pin(int number) const {
    const MacroPinValues& now = twin_.pins();
    switch (number) {
        case CIMARRON_STATE:
            return static_cast<int>(now.state);
        case CIMARRON_SLICE:
            return now.slice;
        case CIMARRON_ROW_GROUP:
            return now.row_group;
        case CIMARRON_SETTLED:
            return strobes_.settled ? 1 : 0;
        case CIMARRON_SAMPLE:
            return strobes_.sample ? 1 : 0;
        case CIMARRON_CONVERTING:
            return now.converting ? 1 : 0;
        case CIMARRON_POSITION:
            return now.converting ? now.position : 0;
        case CIMARRON_CONVERT:
            return strobes_.convert ? 1 : 0;
        case CIMARRON_RESPONSE_VALID:
            return now.response_valid ? 1 : 0;
        case CIMARRON_BUSY:
            return busy_ ? 1 : 0;
        default:
            throw UserError(fmt::format("pin {}: no such pin", number));
    }
}

std::int64_t MacroModel::sum(int channel) const {
    require("channel", channel, 0, shape_.channels - 1);
    return datapath_.partial_sums()[static_cast<std::size_t>(channel)];
}

AcceleratorActivity MacroModel::done() const {
    AcceleratorActivity all;
    all.macro = datapath_.activity();
    return all;
}

Energy MacroModel::energy() const {
    MacroActivity products = datapath_.activity();
    products.array.cell_writes = 0;
    const Seconds period = picoseconds(static_cast<double>(params_.clock_period_ps));
    return total_dynamic(
        price_macro(macro_cost(params_.macro, period, config_.technology, config_.device), products,
                    Seconds()));
}

Power MacroModel::leakage() const {
    const Seconds period = picoseconds(static_cast<double>(params_.clock_period_ps));
    Power sum;
    for (const ComponentCost& cost :
         macro_cost(params_.macro, period, config_.technology, config_.device))
        sum += cost.leakage;
    return sum;
}

std::int64_t MacroModel::own_parameter(const std::string& name) const {
    const std::map<std::string, int> known = {{"rows", shape_.rows},
                                              {"channels", shape_.channels},
                                              {"columns", datapath_.placement().columns},
                                              {"weight_bits", shape_.weight_bits},
                                              {"input_bits", shape_.input_bits},
                                              {"slices", slices()},
                                              {"row_groups", datapath_.groups()},
                                              {"mux_positions", datapath_.mux_positions()},
                                              {"adcs", params_.macro.adcs()}};
    const auto at = known.find(name);
    return at == known.end() ? -1 : at->second;
}

}  // namespace cimarron::dpi
