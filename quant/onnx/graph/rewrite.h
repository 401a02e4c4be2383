// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "quant/onnx/graph/graph.h"

#include <map>
#include <set>
#include <string>
#include <vector>

namespace cimarron::foreign {

// What the steps rewrite graphs with.

// Every tensor that the output depends on, itself included.
std::set<std::string> needed_tensors(const Graph& graph);

// Drops the nodes and constants that the output does not need and puts the others in topological
// order. UserError for a tensor that two nodes give, that nobody gives, or that depends on itself.
void sort_nodes(Graph& graph);

// How many inputs read each tensor; the graph's output counts as one.
std::map<std::string, int> count_readers(const Graph& graph);
// Position of the node that gives each tensor.
std::map<std::string, std::size_t> producers(const Graph& graph);

// Every reader of `from` (and the output) reads `to` instead.
void redirect(Graph& graph, const std::map<std::string, std::string>& from_to);

// A name for a new tensor, which begins with `base` and no tensor of the steps has.
std::string fresh_name(Graph& graph, const std::string& base);

// What the steps of an import did, for the user: one line a kind, with how often.
class Changes {
public:
    void note(const std::string& step, const std::string& what, int times = 1);

    struct Entry {
        std::string step;
        std::string what;
        int times = 0;
    };
    const std::vector<Entry>& entries() const { return entries_; }

private:
    std::vector<Entry> entries_;  // in the order of their first appearance
};

}  // namespace cimarron::foreign
