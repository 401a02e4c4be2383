// SPDX-License-Identifier: Apache-2.0
#include "quant/onnx/graph/rewrite.h"

#include "common/error.h"

#include <fmt/format.h>

#include <algorithm>

namespace cimarron::foreign {

std::map<std::string, std::size_t> producers(const Graph& graph) {
    std::map<std::string, std::size_t> result;
    for (std::size_t i = 0; i < graph.nodes.size(); ++i)
        for (const std::string& output : graph.nodes[i].outputs) {
            if (output.empty()) continue;
            if (graph.constants.count(output) != 0 || output == graph.input.name ||
                !result.emplace(output, i).second)
                fail(graph.nodes[i],
                     fmt::format("tensor {} is already defined", output.substr(0, 80)));
        }
    return result;
}

std::set<std::string> needed_tensors(const Graph& graph) {
    std::map<std::string, const Node*> by_output;
    for (const Node& node : graph.nodes)
        for (const std::string& output : node.outputs) by_output[output] = &node;
    std::set<std::string> needed;
    std::vector<std::string> open{graph.output};
    while (!open.empty()) {
        const std::string tensor = std::move(open.back());
        open.pop_back();
        if (tensor.empty() || !needed.insert(tensor).second) continue;
        const auto found = by_output.find(tensor);
        if (found != by_output.end())
            open.insert(open.end(), found->second->inputs.begin(), found->second->inputs.end());
    }
    return needed;
}

namespace {

// Depth first without recursion: a hostile file may be one long chain.
class Sorter {
public:
    explicit Sorter(const Graph& graph)
        : graph_(graph), made_by_(producers(graph)), state_(graph.nodes.size(), State::unseen) {}

    std::vector<std::size_t> order() {
        if (made_by_.count(graph_.output) == 0)
            throw UserError(
                fmt::format("the output {} is given by no node", graph_.output.substr(0, 80)));
        visit(made_by_.at(graph_.output));
        return std::move(order_);
    }

private:
    enum class State { unseen, open, done };

    void visit(std::size_t root) {
        std::vector<std::pair<std::size_t, std::size_t>> stack{{root, 0}};
        state_[root] = State::open;
        while (!stack.empty()) {
            auto& [index, next] = stack.back();
            const Node& node = graph_.nodes[index];
            if (next == node.inputs.size()) {
                state_[index] = State::done;
                order_.push_back(index);
                stack.pop_back();
                continue;
            }
            const std::string& tensor = node.inputs[next++];
            if (tensor.empty() || tensor == graph_.input.name ||
                graph_.constants.count(tensor) != 0)
                continue;
            const auto found = made_by_.find(tensor);
            if (found == made_by_.end())
                fail(node, fmt::format("reads {}, which nothing gives", tensor.substr(0, 80)));
            State& state = state_[found->second];
            if (state == State::open) fail(node, "the graph has a cycle");
            if (state == State::done) continue;
            state = State::open;
            stack.emplace_back(found->second, 0);
        }
    }

    const Graph& graph_;
    const std::map<std::string, std::size_t> made_by_;
    std::vector<State> state_;
    std::vector<std::size_t> order_;
};

void drop_unread_constants(Graph& graph) {
    std::set<std::string> read;
    for (const Node& node : graph.nodes) read.insert(node.inputs.begin(), node.inputs.end());
    read.insert(graph.output);
    for (auto it = graph.constants.begin(); it != graph.constants.end();)
        it = read.count(it->first) == 0 ? graph.constants.erase(it) : std::next(it);
}

}  // namespace

void sort_nodes(Graph& graph) {
    const std::vector<std::size_t> order = Sorter(graph).order();
    std::vector<Node> sorted;
    sorted.reserve(order.size());
    for (std::size_t index : order) sorted.push_back(std::move(graph.nodes[index]));
    graph.nodes = std::move(sorted);
    drop_unread_constants(graph);
}

std::map<std::string, int> count_readers(const Graph& graph) {
    std::map<std::string, int> count;
    for (const Node& node : graph.nodes)
        for (const std::string& input : node.inputs) ++count[input];
    ++count[graph.output];
    return count;
}

void redirect(Graph& graph, const std::map<std::string, std::string>& from_to) {
    const auto resolve = [&](std::string& tensor) {
        for (auto found = from_to.find(tensor); found != from_to.end();
             found = from_to.find(tensor))
            tensor = found->second;
    };
    for (Node& node : graph.nodes)
        for (std::string& input : node.inputs) resolve(input);
    resolve(graph.output);
}

std::string fresh_name(Graph& graph, const std::string& base) {
    return fmt::format("{}#{}", base, ++graph.names_given);
}

void Changes::note(const std::string& step, const std::string& what, int times) {
    const auto found = std::find_if(entries_.begin(), entries_.end(), [&](const Entry& entry) {
        return entry.step == step && entry.what == what;
    });
    if (found != entries_.end())
        found->times += times;
    else if (times > 0)
        entries_.push_back({step, what, times});
}

}  // namespace cimarron::foreign
