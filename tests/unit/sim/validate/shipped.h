// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "sim/validate/validate.h"

#include <algorithm>
#include <cmath>
#include <filesystem>
#include <map>
#include <string>
#include <vector>

namespace cimarron::test {

inline std::filesystem::path validate_folder() {
    return std::filesystem::path(CIMARRON_SOURCE_DIR) / "configs/validate";
}

// All experiments that ship, by macro.
inline const std::map<std::string, std::vector<Experiment>>& shipped_experiments() {
    static const auto all = [] {
        std::map<std::string, std::vector<Experiment>> macros;
        for (const auto& entry : std::filesystem::directory_iterator(validate_folder()))
            if (entry.path().extension() == ".yaml")
                macros[entry.path().stem()] = load_experiments(entry.path());
        return macros;
    }();
    return all;
}

// Their rows, computed once.
inline const std::map<std::string, std::vector<ValidationRow>>& shipped_rows() {
    static const auto all = [] {
        std::map<std::string, std::vector<ValidationRow>> rows;
        for (const auto& [macro, experiments] : shipped_experiments())
            for (const Experiment& experiment : experiments)
                for (ValidationRow& row : validate(experiment))
                    rows[macro].push_back(std::move(row));
        return rows;
    }();
    return all;
}

}  // namespace cimarron::test
