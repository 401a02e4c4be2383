// SPDX-License-Identifier: Apache-2.0
#include "sim/compare/points.h"

#include "sim/report/table.h"

#include <fmt/format.h>

#include <algorithm>
#include <map>
#include <set>

namespace cimarron {

namespace {

// A place in results, with the value of each of one sweep's and each of the other's.
struct Column {
    std::string name;
    std::vector<std::string> a, b;
};

std::string text_at(const Json& result, const std::string& pointer) {
    const Json::json_pointer place(pointer);
    if (!result.contains(place)) return "-";
    const Json& value = result.at(place);
    return value.is_string() ? value.get<std::string>() : value.dump();
}

std::vector<std::string> texts_at(const Json& results, const std::string& pointer) {
    std::vector<std::string> texts;
    for (const Json& result : results) texts.push_back(text_at(result, pointer));
    return texts;
}

bool varies(const std::vector<std::string>& texts) {
    return std::any_of(texts.begin(), texts.end(),
                       [&](const std::string& text) { return text != texts.front(); });
}

bool ends_with(const std::string& text, const std::string& end) {
    return text.size() >= end.size() &&
           text.compare(text.size() - end.size(), end.size(), end) == 0;
}

enum Rank { kWord, kNumber, kConstant, kNone };

Rank rank_of(const std::string& pointer, const Json& value) {
    for (const char* part : {"/source", "/unit", "/grade", "/range/0", "/range/1"})
        if (ends_with(pointer, part)) return kNone;
    if (ends_with(pointer, "/value")) return kConstant;
    return value.is_number() ? kNumber : kWord;
}

// Those that vary in either sweep, by rank: what may tell points apart.
class Columns {
public:
    Columns(const Json& a, const Json& b) : a_(a), b_(b) {
        for (const char* own : {"/network", "/device", "/activation_bits", "/manifest/seed"})
            add(own);
        add_configuration();
        for (std::size_t i = 0; i < 8; ++i) add(fmt::format("/manifest/inputs/{}/sha256", i));
    }

    const std::vector<Column>& all() const { return all_; }

private:
    void add(const std::string& pointer) {
        Column column{short_name(pointer), texts_at(a_, pointer), texts_at(b_, pointer)};
        if (varies(column.a) || varies(column.b)) all_.push_back(std::move(column));
    }

    void add_configuration() {
        std::vector<std::string> pointers[kNone];
        std::set<std::string> seen;
        for (const Json* results : {&a_, &b_})
            for (const Json& result : *results) {
                const Json flat = result.at("config").flatten();
                for (const auto& [path, value] : flat.items())
                    if (const Rank rank = rank_of(path, value);
                        rank != kNone && seen.insert(path).second)
                        pointers[rank].push_back("/config" + path);
            }
        for (const auto& rank : pointers)
            for (const std::string& pointer : rank) add(pointer);
    }

    const Json& a_;
    const Json& b_;
    std::vector<Column> all_;
};

using Identities = std::vector<std::string>;

Identities joined(const Identities& before, const std::vector<std::string>& texts) {
    Identities after;
    for (std::size_t i = 0; i < texts.size(); ++i) after.push_back(before[i] + "\n" + texts[i]);
    return after;
}

std::size_t distinct(const Identities& identities) {
    return std::set<std::string>(identities.begin(), identities.end()).size();
}

// What the columns chosen so far say of each point.
struct Identified {
    Identities a, b;            // to compare
    Identities name_a, name_b;  // to print

    void add(const Column& column) {
        const std::size_t before = distinct(a) + distinct(b);
        const Identities more_a = joined(a, column.a);
        const Identities more_b = joined(b, column.b);
        if (distinct(more_a) + distinct(more_b) == before) return;
        a = more_a;
        b = more_b;
        append(name_a, column.name, column.a);
        append(name_b, column.name, column.b);
    }

    static void append(Identities& names, const std::string& key,
                       const std::vector<std::string>& texts) {
        for (std::size_t i = 0; i < texts.size(); ++i)
            names[i] += fmt::format("{}{}={}", names[i].empty() ? "" : " ", key, texts[i]);
    }
};

}  // namespace

std::vector<PointPair> match_points(const Json& a, const Json& b) {
    if (a.size() == 1 && b.size() == 1) return {{"", &a[0], &b[0]}};
    Identified points{Identities(a.size()), Identities(b.size()), Identities(a.size()),
                      Identities(b.size())};
    const Columns columns(a, b);
    for (const Column& column : columns.all()) points.add(column);
    std::multimap<std::string, std::size_t> others;
    for (std::size_t i = 0; i < b.size(); ++i) others.emplace(points.b[i], i);
    std::vector<PointPair> pairs;
    for (std::size_t i = 0; i < a.size(); ++i) {
        const auto other = others.lower_bound(points.a[i]);
        const bool found = other != others.end() && other->first == points.a[i];
        pairs.push_back({points.name_a[i], &a[i], found ? &b[other->second] : nullptr});
        if (found) others.erase(other);
    }
    std::vector<std::size_t> left;
    for (const auto& [identity, i] : others) left.push_back(i);
    std::sort(left.begin(), left.end());
    for (const std::size_t i : left) pairs.push_back({points.name_b[i], nullptr, &b[i]});
    return pairs;
}

}  // namespace cimarron
