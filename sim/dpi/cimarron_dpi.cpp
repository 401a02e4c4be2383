// SPDX-License-Identifier: Apache-2.0
#include "sim/dpi/cimarron_dpi.h"

#include "common/error.h"
#include "sim/dpi/accelerator_model.h"
#include "sim/dpi/macro_model.h"

#include <algorithm>
#include <memory>
#include <vector>

namespace {

using cimarron::UserError;
using cimarron::dpi::AcceleratorModel;
using cimarron::dpi::MacroModel;
using cimarron::dpi::Model;

std::vector<std::unique_ptr<Model>>& models() {
    static std::vector<std::unique_ptr<Model>> all;
    return all;
}

std::string& error() {
    static std::string text;
    return text;
}

auto find(const void* handle) {
    const auto at = std::find_if(models().begin(), models().end(),
                                 [&](const auto& model) { return model.get() == handle; });
    if (at == models().end()) throw UserError("not a handle of a macro or an accelerator");
    return at;
}

template <class Kind>
Kind& as(const void* handle) {
    auto* model = dynamic_cast<Kind*>(find(handle)->get());
    if (model == nullptr) throw UserError("a handle of the other kind");
    return *model;
}

const char* text(const char* given) {
    return given == nullptr ? "" : given;
}

// The boundary: whatever f throws becomes `failed` and cimarron_error().
template <class Result, class Function>
Result guarded(Result failed, Function f) {
    error().clear();
    try {
        return f();
    } catch (const std::exception& e) {
        error() = e.what();
    } catch (...) {
        error() = "unknown failure";
    }
    return failed;
}

template <class Kind, class... Arguments>
void* create(Arguments... arguments) {
    return guarded<void*>(nullptr, [&] {
        models().push_back(std::make_unique<Kind>(arguments...));
        return static_cast<void*>(models().back().get());
    });
}

void take_all(const unsigned char* codes, int count, int expected) {
    if (codes == nullptr) throw UserError("no codes");
    cimarron::dpi::require("count of codes", count, expected, expected);
}

}  // namespace

const char* cimarron_error(void) {
    return error().c_str();
}

int cimarron_destroy(void* model) {
    return guarded(0, [&] {
        models().erase(find(model));
        return 1;
    });
}

void* cimarron_macro_create(const char* run_file, const char* settings, int rows, int channels,
                            int weight_bits, int input_bits) {
    return create<MacroModel>(text(run_file), text(settings),
                              MacroModel::Shape{rows, channels, weight_bits, input_bits});
}

int cimarron_macro_weight(void* macro, int channel, int row, int code) {
    return guarded(0, [&] { return as<MacroModel>(macro).weight(channel, row, code), 1; });
}

int cimarron_macro_weights(void* macro, const unsigned char* codes, int count) {
    return guarded(0, [&] {
        auto& model = as<MacroModel>(macro);
        take_all(codes, count, model.rows() * model.channels());
        for (int i = 0; i < count; ++i) model.weight(i / model.rows(), i % model.rows(), codes[i]);
        return 1;
    });
}

int cimarron_macro_input(void* macro, int row, int code) {
    return guarded(0, [&] { return as<MacroModel>(macro).input(row, code), 1; });
}

int cimarron_macro_inputs(void* macro, const unsigned char* codes, int count) {
    return guarded(0, [&] {
        auto& model = as<MacroModel>(macro);
        take_all(codes, count, model.rows());
        for (int i = 0; i < count; ++i) model.input(i, codes[i]);
        return 1;
    });
}

long long cimarron_macro_run(void* macro) {
    return guarded<long long>(0, [&] { return as<MacroModel>(macro).run(); });
}

int cimarron_macro_clock(void* macro, int request_valid, int response_ready) {
    return guarded(0, [&] {
        as<MacroModel>(macro).clock(request_valid != 0, response_ready != 0);
        return 1;
    });
}

int cimarron_array_load(void* macro) {
    return guarded(0, [&] { return as<MacroModel>(macro).load(), 1; });
}

int cimarron_array_settle(void* macro, int slice, int row_group) {
    return guarded(0, [&] { return as<MacroModel>(macro).settle(slice, row_group), 1; });
}

int cimarron_array_sample(void* macro) {
    return guarded(0, [&] { return as<MacroModel>(macro).sample(), 1; });
}

int cimarron_array_convert(void* macro, int position) {
    return guarded(0, [&] { return as<MacroModel>(macro).convert(position), 1; });
}

int cimarron_array_code(void* macro, int adc) {
    return guarded(-1, [&] { return as<MacroModel>(macro).code(adc); });
}

int cimarron_macro_pin(void* macro, int pin) {
    return guarded(-1, [&] { return as<MacroModel>(macro).pin(pin); });
}

long long cimarron_macro_sum(void* macro, int channel) {
    return guarded<long long>(-1, [&] { return as<MacroModel>(macro).sum(channel); });
}

void* cimarron_accelerator_create(const char* run_file, const char* settings) {
    return create<AcceleratorModel>(text(run_file), text(settings));
}

int cimarron_accelerator_image(void* accelerator, int index) {
    return guarded(-1, [&] { return as<AcceleratorModel>(accelerator).image(index); });
}

int cimarron_accelerator_pixel(void* accelerator, int index, int code) {
    return guarded(0, [&] { return as<AcceleratorModel>(accelerator).pixel(index, code), 1; });
}

int cimarron_accelerator_run(void* accelerator) {
    return guarded(-1, [&] { return as<AcceleratorModel>(accelerator).run(); });
}

long long cimarron_accelerator_logit(void* accelerator, int index) {
    return guarded<long long>(-1, [&] { return as<AcceleratorModel>(accelerator).logit(index); });
}

long long cimarron_parameter(void* model, const char* name) {
    return guarded<long long>(-1, [&] { return as<Model>(model).parameter(text(name)); });
}

long long cimarron_activity(void* model, const char* counter) {
    return guarded<long long>(-1, [&] { return as<Model>(model).activity(text(counter)); });
}

double cimarron_energy(void* model) {
    return guarded(-1.0, [&] { return as<Model>(model).energy().value(); });
}

double cimarron_leakage(void* model) {
    return guarded(-1.0, [&] { return as<Model>(model).leakage().value(); });
}
