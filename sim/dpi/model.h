// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "common/quantity.h"
#include "sim/config/run_config.h"

#include <cstdint>
#include <string>
#include <vector>

namespace cimarron::dpi {

// What a handle of cimarron_dpi.h stands for. Everything throws UserError with one line.
class Model {
public:
    virtual ~Model() = default;

    std::int64_t parameter(const std::string& name) const;
    std::int64_t activity(const std::string& counter) const;
    virtual Energy energy() const = 0;
    virtual Power leakage() const = 0;

protected:
    Model(const std::string& run_file, const std::string& settings);

    virtual AcceleratorActivity done() const = 0;
    // Of this handle, beside the keys of the accelerator file; negative: not one of its.
    virtual std::int64_t own_parameter(const std::string& name) const = 0;

    const RunConfig config_;
    const AcceleratorParams params_;  // every `auto` resolved
};

// Throws UserError unless low <= value <= high.
void require(const char* what, int value, int low, int high);

}  // namespace cimarron::dpi
