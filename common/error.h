// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <stdexcept>
#include <string>

namespace cimarron {

// The user's mistake (file, key, command line): one line on stderr, exit code 2.
class UserError : public std::runtime_error {
public:
    using std::runtime_error::runtime_error;
};

// The model contradicts itself: the message names module, cycle and values; exit code 1.
class ModelError : public std::runtime_error {
public:
    using std::runtime_error::runtime_error;
};

}  // namespace cimarron
