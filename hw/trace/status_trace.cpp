// SPDX-License-Identifier: Apache-2.0
#include "hw/trace/status_trace.h"

namespace cimarron {

void StatusTrace::add(const char* name, int width, std::function<std::int64_t()> value) {
    variables_.push_back({wave_.add(path_ + '.' + name, width), std::move(value)});
}

void StatusTrace::add_energy(std::function<double()> joules) {
    energy_ = wave_.add_real(path_ + ".energy_j");
    joules_ = std::move(joules);
}

void StatusTrace::show() {
    for (const Variable& variable : variables_)
        wave_.set(variable.handle, static_cast<std::uint64_t>(variable.value()));
    if (energy_ >= 0) wave_.set_real(energy_, joules_());
}

}  // namespace cimarron
