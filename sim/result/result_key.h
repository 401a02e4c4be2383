// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <vector>

namespace cimarron {

// What every key of a result is: the tree is written from these descriptions, and read, checked,
// compared, tabulated and documented by them.

// Of the layout of a result. It rises when a key changes its name, place, unit or meaning, or goes.
constexpr int kResultSchema = 1;

enum class ResultType {
    name,      // text that tells the items of a list apart
    text,      //
    flag,      // true or false
    integer,   //
    number,    //
    range,     // [low, high] of a number
    integers,  // a list of them
    list,      // of trees, each with the keys that begin with `path[].`
    tree       // with keys of its own that are described elsewhere
};

// Whether two results of the same inputs must agree in it.
enum class Compared {
    always,   // numbers within the tolerance
    exactly,  // only where nothing is tolerated: wording, with rounded numbers in it
    never     // of the program, not of the chip
};

// How tables show it; without a title they do not.
struct Shown {
    const char* title = nullptr;
    double scale = 1;
    int digits = 0;  // behind the point
    bool with_range = false;
};

struct ResultKey {
    std::string path;  // layers[].cycles; * stands for names that depend on the chip
    ResultType type = ResultType::text;
    std::string unit;  // empty: none
    std::string meaning;
    Shown shown = {};
    Compared compared = Compared::always;
    bool always = true;  // every result has it
};

// In the order in which a result has them; a list is followed by the keys of its items.
const std::vector<ResultKey>& result_keys();

// The description of a place in a result, such as layers[].cycles, or of the nearest tree above it
// that is described; nullptr: none.
const ResultKey* result_key(const std::string& place);

// The key of a list's items that tells them apart (layers: name); empty: their order does.
std::string item_name(const std::string& list);

const char* name_of(ResultType type);

}  // namespace cimarron
