// SPDX-License-Identifier: Apache-2.0
// cimarron.vpi: every function of cimarron_dpi.h as a system function of the same name for Icarus
// Verilog, which has no DPI-C. Handles and longints are 64 bits wide, strings come as registers.
#include "cimarron_dpi.h"

#include <vpi_user.h>

#include <cstdint>
#include <cstdio>
#include <string>
#include <tuple>
#include <type_traits>

namespace {

[[noreturn]] void too_few_arguments() {
    throw std::string("too few arguments");
}

s_vpi_value read(vpiHandle arguments, PLI_INT32 format) {
    const vpiHandle argument = arguments == nullptr ? nullptr : vpi_scan(arguments);
    if (argument == nullptr) too_few_arguments();
    s_vpi_value value{};
    value.format = format;
    vpi_get_value(argument, &value);
    return value;
}

// An argument of a call, in their order; a string is kept, since the simulator reuses its buffer.
template <class T>
struct Argument;
template <>
struct Argument<int> {
    explicit Argument(vpiHandle arguments) : value(read(arguments, vpiIntVal).value.integer) {}
    int value;
};
template <>
struct Argument<const char*> {
    explicit Argument(vpiHandle arguments) : text(read(arguments, vpiStringVal).value.str) {}
    std::string text;
    const char* value = text.c_str();
};
template <>
struct Argument<void*> {
    explicit Argument(vpiHandle arguments) {
        const s_vpi_vecval* words = read(arguments, vpiVectorVal).value.vector;
        const auto bits = static_cast<std::uint32_t>(words[0].aval) |
                          std::uint64_t{static_cast<std::uint32_t>(words[1].aval)} << 32;
        value = reinterpret_cast<void*>(static_cast<std::uintptr_t>(bits));
    }
    void* value;
};

void put_words(vpiHandle call, std::uint64_t bits) {
    s_vpi_vecval words[2] = {{static_cast<PLI_INT32>(bits), 0},
                             {static_cast<PLI_INT32>(bits >> 32), 0}};
    s_vpi_value value{};
    value.format = vpiVectorVal;
    value.value.vector = words;
    vpi_put_value(call, &value, nullptr, vpiNoDelay);
}
void put(vpiHandle call, long long result) {
    put_words(call, static_cast<std::uint64_t>(result));
}
void put(vpiHandle call, void* result) {
    put_words(call, reinterpret_cast<std::uintptr_t>(result));
}
void put(vpiHandle call, int result) {
    s_vpi_value value{};
    value.format = vpiIntVal;
    value.value.integer = result;
    vpi_put_value(call, &value, nullptr, vpiNoDelay);
}
void put(vpiHandle call, double result) {
    s_vpi_value value{};
    value.format = vpiRealVal;
    value.value.real = result;
    vpi_put_value(call, &value, nullptr, vpiNoDelay);
}
void put(vpiHandle call, const char* result) {
    std::string text = result;
    s_vpi_value value{};
    value.format = vpiStringVal;
    value.value.str = text.data();
    vpi_put_value(call, &value, nullptr, vpiNoDelay);
}

constexpr PLI_INT32 kTextBits = 8 * 200;
template <class R>
PLI_INT32 bits(PLI_BYTE8*) {
    return std::is_same_v<R, const char*> ? kTextBits : 64;
}

template <class R, class... A>
void call(R (*function)(A...), vpiHandle self) {
    const vpiHandle arguments = vpi_iterate(vpiArgument, self);
    const std::tuple<Argument<A>...> values{Argument<A>(arguments)...};  // braces: left to right
    put(self, std::apply([&](const auto&... a) { return function(a.value...); }, values));
    if (arguments != nullptr && vpi_scan(arguments) != nullptr)
        throw std::string("too many arguments");
}

template <auto kFunction>
PLI_INT32 run(PLI_BYTE8* name) {
    try {
        call(kFunction, vpi_handle(vpiSysTfCall, nullptr));
    } catch (const std::string& what) {
        vpi_printf(const_cast<PLI_BYTE8*>("FAIL %s: %s\n"), name, what.c_str());
        vpi_control(vpiFinish, 1);
    }
    return 0;
}

template <class R, class... A>
constexpr R result(R (*)(A...));

template <auto kFunction>
void add(const char* name) {
    using R = decltype(result(kFunction));
    s_vpi_systf_data data{};
    data.type = vpiSysFunc;
    data.sysfunctype = std::is_same_v<R, double> ? vpiRealFunc
                       : std::is_same_v<R, int>  ? vpiIntFunc
                                                 : vpiSizedFunc;
    data.tfname = name;
    data.calltf = run<kFunction>;
    data.sizetf = bits<R>;
    data.user_data = const_cast<PLI_BYTE8*>(name);
    vpi_register_systf(&data);
}

void add_all() {
    add<cimarron_error>("$cimarron_error");
    add<cimarron_destroy>("$cimarron_destroy");
    add<cimarron_macro_create>("$cimarron_macro_create");
    add<cimarron_macro_weight>("$cimarron_macro_weight");
    add<cimarron_macro_input>("$cimarron_macro_input");
    add<cimarron_macro_run>("$cimarron_macro_run");
    add<cimarron_macro_clock>("$cimarron_macro_clock");
    add<cimarron_macro_pin>("$cimarron_macro_pin");
    add<cimarron_macro_sum>("$cimarron_macro_sum");
    add<cimarron_array_load>("$cimarron_array_load");
    add<cimarron_array_settle>("$cimarron_array_settle");
    add<cimarron_array_sample>("$cimarron_array_sample");
    add<cimarron_array_convert>("$cimarron_array_convert");
    add<cimarron_array_code>("$cimarron_array_code");
    add<cimarron_accelerator_create>("$cimarron_accelerator_create");
    add<cimarron_accelerator_image>("$cimarron_accelerator_image");
    add<cimarron_accelerator_pixel>("$cimarron_accelerator_pixel");
    add<cimarron_accelerator_run>("$cimarron_accelerator_run");
    add<cimarron_accelerator_logit>("$cimarron_accelerator_logit");
    add<cimarron_parameter>("$cimarron_parameter");
    add<cimarron_activity>("$cimarron_activity");
    add<cimarron_energy>("$cimarron_energy");
    add<cimarron_leakage>("$cimarron_leakage");
}

}  // namespace

extern "C" {
__attribute__((visibility("default"))) void (*vlog_startup_routines[])() = {add_all, nullptr};
}
