// SPDX-License-Identifier: Apache-2.0
#include "sim/report/repetitions.h"

#include "sim/report/csv.h"

#include <fmt/format.h>
#include <boost/histogram.hpp>

#include <algorithm>
#include <cmath>
#include <map>

namespace cimarron {

namespace {

using Results = std::vector<const Json*>;

// What results must share to be repetitions: all of the configuration but the seed, the network's
// bytes, and the program.
std::string group_of(const Json& result) {
    Json config = result.at("config");
    config.erase("seed");
    const Json& manifest = result.at("manifest");
    std::string group = config.dump() + manifest.value("version", "");
    for (const Json& input : manifest.value("inputs", Json::array()))
        if (input.at("role") == "network") group += input.at("sha256").get<std::string>();
    return group;
}

// Numbers become their mean, part by part; of all else the first stays.
Json mean(const Results& trees) {
    Json result = *trees.front();
    const auto mean_of = [&trees](const auto& part) {
        Results parts;
        for (const Json* tree : trees) parts.push_back(&tree->at(part));
        return mean(parts);
    };
    if (result.is_object()) {
        for (const auto& [key, value] : result.items()) value = mean_of(key);
    } else if (result.is_array()) {
        for (std::size_t i = 0; i < result.size(); ++i) result[i] = mean_of(i);
    } else if (result.is_number()) {
        double sum = 0;
        bool equal = true;
        for (const Json* tree : trees) {
            sum += tree->get<double>();
            equal = equal && *tree == result;
        }
        if (!equal) return sum / static_cast<double>(trees.size());  // equal integers stay such
    }
    return result;
}

Json histogram(const std::vector<double>& values, double low, double high) {
    const double bins = std::ceil(std::sqrt(static_cast<double>(values.size())));
    if (low == high) return {{"low", low}, {"high", high}, {"counts", {values.size()}}};
    auto counts = boost::histogram::make_histogram(
        boost::histogram::axis::regular<>(static_cast<unsigned>(bins), low, high));
    for (const double value : values) counts(value);
    Json list = Json::array();
    for (int bin = 0; bin < counts.axis().size(); ++bin)
        list.push_back(static_cast<std::int64_t>(counts.at(bin)));
    // Bins are half open, so that the largest value is beyond the last one.
    list.back() = list.back().get<std::int64_t>() +
                  static_cast<std::int64_t>(counts.at(counts.axis().size()));
    return {{"low", low}, {"high", high}, {"counts", list}};
}

Json spread(const std::vector<double>& values) {
    const auto n = static_cast<double>(values.size());
    double sum = 0;
    for (const double value : values) sum += value;
    double squares = 0;
    for (const double value : values) squares += (value - sum / n) * (value - sum / n);
    const auto [low, high] = std::minmax_element(values.begin(), values.end());
    return {{"mean", sum / n},
            {"deviation", std::sqrt(squares / (n - 1))},
            {"min", *low},
            {"max", *high},
            {"histogram", histogram(values, *low, *high)}};
}

double clipped_share(const Json& result) {
    if (!result.contains("adc")) return 0;
    const double conversions = result.at("adc").at("conversions").get<double>();
    return conversions > 0 ? result.at("adc").at("clipped").get<double>() / conversions : 0;
}

Json merged(const Results& group) {
    if (group.size() == 1) return *group.front();
    Json result = mean(group);
    std::map<std::string, std::vector<double>> values;
    Json seeds = Json::array();
    for (const Json* one : group) {
        seeds.push_back(one->at("manifest").at("seed"));
        for (const char* key : {"top1", "energy_j"})
            values[key].push_back(one->at(key).get<double>());
        values["clipped"].push_back(clipped_share(*one));
    }
    result["repetitions"] = {{"seeds", seeds}};
    for (const auto& [key, list] : values) result["repetitions"][key] = spread(list);
    return result;
}

std::string number(const Json& spread, const char* key, double scale = 1) {
    return fmt::format("{:.4g}", scale * spread.at(key).get<double>());
}

std::string percent(const Json& spread, const char* key) {
    return fmt::format("{:.2f}", 100 * spread.at(key).get<double>());
}

}  // namespace

Json merge_repetitions(const Json& results) {
    std::vector<Results> groups;
    std::map<std::string, std::size_t> index;
    for (const Json& result : results) {
        const auto [found, is_new] = index.emplace(group_of(result), groups.size());
        if (is_new) groups.emplace_back();
        groups[found->second].push_back(&result);
    }
    Json list = Json::array();
    for (const Results& group : groups) list.push_back(merged(group));
    return list;
}

bool has_repetitions(const Json& merged) {
    return std::any_of(merged.begin(), merged.end(),
                       [](const Json& r) { return r.contains("repetitions"); });
}

Json statistics(const Json& merged) {
    Json list = Json::array();
    for (const Json& result : merged) {
        if (!result.contains("repetitions")) continue;
        Json one = result.at("repetitions");
        for (const char* key : {"network", "activation_bits", "device", "images", "config"})
            one[key] = result.at(key);
        one["config"].erase("seed");
        list.push_back(std::move(one));
    }
    return list;
}

std::string statistics_csv(const Json& merged) {
    const std::vector<std::string> keys = varied_keys(merged);
    std::vector<std::string> titles = {"network", "activation_bits", "device"};
    for (const std::string& key : keys) titles.push_back(short_name(key));
    titles.insert(titles.end(), {"images", "runs"});
    for (const char* figure : {"top1", "clipped", "energy_j"})
        for (const char* key : {"mean", "deviation", "min", "max", "histogram"})
            titles.push_back(fmt::format("{}_{}", figure, key));
    std::string text = csv_line(titles);
    for (const Json& r : merged) {
        if (!r.contains("repetitions")) continue;
        std::vector<std::string> fields = {r.at("network").get<std::string>(),
                                           r.at("activation_bits").dump(),
                                           r.at("device").get<std::string>()};
        for (const std::string& key : keys) fields.push_back(value_at(r, key));
        const Json& all = r.at("repetitions");
        fields.insert(fields.end(),
                      {r.at("images").dump(), std::to_string(all.at("seeds").size())});
        for (const char* figure : {"top1", "clipped", "energy_j"}) {
            for (const char* key : {"mean", "deviation", "min", "max"})
                fields.push_back(all.at(figure).at(key).dump());
            const auto counts =
                all.at(figure).at("histogram").at("counts").get<std::vector<std::int64_t>>();
            fields.push_back(fmt::format("{}", fmt::join(counts, " ")));
        }
        text += csv_line(fields);
    }
    return text;
}

Table statistics_table(const Json& merged) {
    const std::vector<std::string> keys = varied_keys(merged);
    Table table{{"device", "bits"}, {}};
    for (const std::string& key : keys) table.header.push_back(short_name(key));
    for (const char* title : {"chips", "accuracy %", "deviation", "min", "max", "clipped %",
                              "deviation", "energy uJ", "deviation"})
        table.header.emplace_back(title);
    for (const Json& r : merged) {
        if (!r.contains("repetitions")) continue;
        std::vector<std::string> row = {r.at("device").get<std::string>(),
                                        r.at("activation_bits").dump()};
        for (const std::string& key : keys) row.push_back(value_at(r, key));
        const Json& all = r.at("repetitions");
        row.push_back(std::to_string(all.at("seeds").size()));
        for (const char* key : {"mean", "deviation", "min", "max"})
            row.push_back(percent(all.at("top1"), key));
        for (const char* key : {"mean", "deviation"})
            row.push_back(percent(all.at("clipped"), key));
        for (const char* key : {"mean", "deviation"})
            row.push_back(number(all.at("energy_j"), key, 1e6));
        table.rows.push_back(std::move(row));
    }
    return table;
}

}  // namespace cimarron
