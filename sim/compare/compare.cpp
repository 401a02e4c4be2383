// SPDX-License-Identifier: Apache-2.0
#include "sim/compare/compare.h"

#include "sim/compare/points.h"
#include "sim/result/result_key.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <limits>

namespace cimarron {

namespace {

constexpr double kUnlike = std::numeric_limits<double>::infinity();

std::string shown(const Json* value) {
    constexpr std::size_t kLongest = 32;
    if (value == nullptr) return "-";
    std::string text = value->is_string() ? value->get<std::string>() : value->dump();
    if (text.size() > kLongest) text = text.substr(0, kLongest - 3) + "...";
    return text;
}

// Two trees of one point.
class Walk {
public:
    Walk(const std::string& point, double tolerance, Comparison& found)
        : point_(point), tolerance_(tolerance), found_(found) {}

    // place: for people, with names in its brackets; key: its description's.
    void compare(const Json* a, const Json* b, const std::string& place, const std::string& key) {
        const ResultKey* described = result_key(key);
        if (described != nullptr && excepted(*described)) return;
        if (a != nullptr && b != nullptr && a->is_object() && b->is_object())
            return objects(*a, *b, place, key);
        if (a != nullptr && b != nullptr && a->is_array() && b->is_array())
            return arrays(*a, *b, place, key);
        ++found_.values;
        const double relative = difference(a, b);
        if (relative > 0) add(place, shown(a), shown(b), relative);
    }

private:
    bool excepted(const ResultKey& key) const {
        return key.compared == Compared::never ||
               (key.compared == Compared::exactly && tolerance_ > 0);
    }

    void add(const std::string& place, std::string a, std::string b, double relative) {
        found_.differences.push_back({point_, place, std::move(a), std::move(b), relative});
    }

    // 0: within the tolerance.
    double difference(const Json* a, const Json* b) const {
        if (a == nullptr || b == nullptr || a->is_null() || b->is_null()) return kUnlike;
        if (!a->is_number() || !b->is_number()) return *a == *b ? 0 : kUnlike;
        if (*a == *b) return 0;
        const auto x = a->get<double>();
        const auto y = b->get<double>();
        const double relative = std::fabs(x - y) / std::max(std::fabs(x), std::fabs(y));
        if (tolerance_ > 0 && relative <= tolerance_) return 0;
        return std::max(relative, std::numeric_limits<double>::min());  // large integers: rounded
    }

    void objects(const Json& a, const Json& b, const std::string& place, const std::string& key) {
        const std::string dot = place.empty() ? "" : ".";
        for (const auto& [name, value] : a.items())
            compare(&value, b.contains(name) ? &b.at(name) : nullptr, place + dot + name,
                    key + dot + name);
        for (const auto& [name, value] : b.items())
            if (!a.contains(name)) compare(nullptr, &value, place + dot + name, key + dot + name);
    }

    void arrays(const Json& a, const Json& b, const std::string& place, const std::string& key) {
        const std::string name = item_name(key);
        if (!name.empty() && named(a, name) && named(b, name))
            return named_items(a, b, name, place, key);
        for (std::size_t i = 0; i < std::max(a.size(), b.size()); ++i)
            compare(i < a.size() ? &a[i] : nullptr, i < b.size() ? &b[i] : nullptr,
                    fmt::format("{}[{}]", place, i), key + "[]");
    }

    static bool named(const Json& list, const std::string& name) {
        return std::all_of(list.begin(), list.end(), [&](const Json& item) {
            return item.is_object() && item.contains(name) && item.at(name).is_string();
        });
    }

    void named_items(const Json& a, const Json& b, const std::string& name,
                     const std::string& place, const std::string& key) {
        const auto find = [&name](const Json& list, const Json& item) {
            const auto at = std::find_if(list.begin(), list.end(), [&](const Json& other) {
                return other.at(name) == item.at(name);
            });
            return at == list.end() ? nullptr : &*at;
        };
        std::string order[2];
        const auto visit = [&](const Json& item, const Json* left, const Json* right) {
            const auto label = item.at(name).get<std::string>();
            compare(left, right, fmt::format("{}[{}]", place, label), key + "[]");
        };
        for (const Json& item : a) {
            const Json* other = find(b, item);
            if (other != nullptr) order[0] += item.at(name).get<std::string>() + " ";
            visit(item, &item, other);
        }
        for (const Json& item : b) {
            if (find(a, item) == nullptr)
                visit(item, nullptr, &item);
            else
                order[1] += item.at(name).get<std::string>() + " ";
        }
        if (order[0] != order[1] && tolerance_ == 0)
            add(place + " (order)", order[0], order[1], kUnlike);
    }

    const std::string& point_;
    double tolerance_;
    Comparison& found_;
};

}  // namespace

Comparison compare(const Json& a, const Json& b, double tolerance) {
    Comparison found;
    for (const PointPair& pair : match_points(a, b)) {
        if (pair.a == nullptr || pair.b == nullptr) {
            found.differences.push_back({pair.name, "(the point)",
                                         pair.a != nullptr ? "there" : "-",
                                         pair.b != nullptr ? "there" : "-", kUnlike});
            continue;
        }
        ++found.points;
        Walk(pair.name, tolerance, found).compare(pair.a, pair.b, "", "");
    }
    std::stable_sort(
        found.differences.begin(), found.differences.end(),
        [](const Difference& x, const Difference& y) { return x.relative > y.relative; });
    return found;
}

}  // namespace cimarron
