// SPDX-License-Identifier: Apache-2.0
#include "sim/report/lines.h"

#include "sim/report/table.h"

#include <fmt/format.h>

#include <algorithm>
#include <map>
#include <set>

namespace cimarron {

namespace {

const std::string kBits = "/activation_bits";

bool is_number(const Json& results, const std::string& path) {
    const Json::json_pointer pointer(path);
    return std::all_of(results.begin(), results.end(), [&pointer](const Json& r) {
        const Json& config = r.at("config");
        return config.contains(pointer) && config.at(pointer).is_number();
    });
}

std::string x_of(const Json& results, const std::vector<std::string>& varied) {
    std::set<std::string> bits;
    for (const Json& r : results) bits.insert(value_at(r, kBits));
    if (bits.size() > 1) return kBits;
    const auto found = std::find_if(varied.begin(), varied.end(), [&](const std::string& path) {
        return is_number(results, path);
    });
    return found == varied.end() ? kBits : *found;
}

// Some results of one device and x differ in it: what follows from x does not make a line.
bool makes_lines(const Json& results, const std::string& path, const std::string& x) {
    std::map<std::string, std::set<std::string>> seen;
    for (const Json& r : results)
        seen[r.at("device").dump() + value_at(r, x)].insert(value_at(r, path));
    return std::any_of(seen.begin(), seen.end(), [](const auto& s) { return s.second.size() > 1; });
}

}  // namespace

Lines lines_of(const Json& results) {
    const std::vector<std::string> varied = varied_keys(results);
    Lines lines;
    lines.x = x_of(results, varied);
    lines.x_label = lines.x == kBits ? "activation bits" : short_name(lines.x);
    std::map<std::string, std::size_t> index;
    for (const Json& r : results) {
        std::string name = r.at("device").get<std::string>();
        for (const std::string& path : varied)
            if (path != lines.x && makes_lines(results, path, lines.x))
                name += fmt::format(", {} {}", short_name(path), value_at(r, path));
        const auto [found, is_new] = index.emplace(name, lines.list.size());
        if (is_new) lines.list.push_back({name, {}});
        lines.list[found->second].results.push_back(&r);
    }
    const auto x = [&lines](const Json* r) {
        const Json& config = r->at("config");
        const Json::json_pointer pointer(lines.x);
        return config.contains(pointer) ? config.at(pointer).get<double>() : 0;
    };
    for (Line& line : lines.list)
        std::stable_sort(line.results.begin(), line.results.end(),
                         [&x](const Json* a, const Json* b) { return x(a) < x(b); });
    return lines;
}

}  // namespace cimarron
