// SPDX-License-Identifier: Apache-2.0
#include "sim/config/scaling_config.h"

#include "common/yaml/key_lister.h"
#include "common/yaml/key_reader.h"

namespace cimarron {

namespace {

constexpr Range<double> kNode{1, 1000};

// As the file has it.
struct FittedNode {
    SupplyFit fit;
    std::array<double, 2> supply{};
};
struct ScalingFile {
    ScalingRules rules;
    std::vector<FittedNode> hp, lp;
};

template <class Keys>
void describe(Keys& f, FittedNode& entry) {
    f.value({"node", "nm", "falling from entry to entry", "45"}, entry.fit.node, kNode);
    f.numbers({"delay", "", "a3, a2, a1, a0 of the polynomial in volts", "[0, 0, -2, 4]"},
              entry.fit.delay);
    f.numbers({"energy", "", "b2, b1, b0 of the polynomial in volts", "[1, 0, 0]"},
              entry.fit.energy);
    f.numbers({"supply", "V", "lowest and highest that the fit holds at", "[0.5, 1]"},
              entry.supply);
}

template <class Keys>
void describe(Keys& f, AreaPoint& point) {
    f.value({"node", "nm", "falling from entry to entry", "45"}, point.node, kNode);
    f.value({"relative", "", "area of a gate, in any unit", "1"}, point.relative,
            Range<double>{1e-6, 1e6});
}

template <class Keys>
void describe(Keys& f, ScalingFile& file) {
    ScalingRules& rules = file.rules;
    const auto fields = [](auto& keys, auto& item) { describe(keys, item); };
    f.value({"source", "", "where the fits come from", "a paper"}, rules.source);
    f.value({"capacitance_law_above", "nm",
             "from this node up energy goes with node x supply squared", "20"},
            rules.capacitance_law_above, Range<double>{0, 1000});
    f.value({"range_factor", "", "added uncertainty of a constant moved to another node", "1.2"},
            rules.range_factor, Range<double>{1, 100});
    f.children({"hp", "", "fits of high-performance transistors", ""}, file.hp, fields);
    f.children({"lp", "", "fits of low-power transistors", ""}, file.lp, fields);
    f.children({"area", "", "area of the same gate at each node", ""}, rules.area, fields);
}

template <class Entry>
void check_order(const YamlReader& reader, const std::vector<Entry>& entries,
                 const std::string& key) {
    for (std::size_t i = 1; i < entries.size(); ++i)
        if (!(entries[i].node < entries[i - 1].node))
            reader.fail(key, "must go from the largest node to the smallest");
}

std::vector<SupplyFit> fits_of(const std::vector<FittedNode>& entries) {
    std::vector<SupplyFit> fits;
    for (const FittedNode& entry : entries) {
        fits.push_back(entry.fit);
        fits.back().low = entry.supply[0];
        fits.back().high = entry.supply[1];
    }
    return fits;
}

}  // namespace

ScalingRules load_scaling(const std::filesystem::path& file) {
    const YamlReader reader = YamlReader::load(file);
    ScalingFile read;
    KeyReader keys(reader);
    describe(keys, read);
    reader.done();
    ScalingRules rules = read.rules;
    rules.hp = fits_of(read.hp);
    rules.lp = fits_of(read.lp);
    check_order(reader, rules.hp, "hp");
    check_order(reader, rules.lp, "lp");
    check_order(reader, rules.area, "area");
    return rules;
}

std::vector<KeyEntry> scaling_keys() {
    ScalingFile file;
    return list_keys([&](KeyLister& keys) { describe(keys, file); });
}

}  // namespace cimarron
