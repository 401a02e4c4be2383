// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <initializer_list>
#include <utility>

namespace cimarron {

// What is said of one key of a file, at the one place that names it: the `describe(keys, struct)`
// template beside the struct that the key fills. KeyReader, KeyWriter and KeyLister run that
// template to read a file, to write one, and to tell what it may hold.
struct Key {
    const char* name;
    const char* unit;            // "" where there is none
    const char* meaning;         // plain text, one sentence or two
    const char* example;         // a value as a file has it; together they make a file that reads
    const char* otherwise = "";  // without an optional key, where the struct's own value tells not
    const char* most = "";       // the upper end of the range, where another key gives it
};

// The words a choice may be, and what each stands for.
template <class E>
using Names = std::initializer_list<std::pair<const char*, E>>;

}  // namespace cimarron
