// SPDX-License-Identifier: Apache-2.0
#include "sim/report/headline.h"

#include "sim/report/attribution.h"

#include <fmt/format.h>

#include <vector>

namespace cimarron {

namespace {

std::string range_text(const Json& result, const char* key, double scale) {
    const Json& range = result.at("ranges").at(key);
    return fmt::format(", constants leave {:.4g} to {:.4g}", scale * range[0].get<double>(),
                       scale * range[1].get<double>());
}

std::string dominant_text(const Json& result) {
    constexpr std::size_t kShown = 3;
    std::vector<std::string> names;
    for (const Json& one : result.at("dominant_constants").at("energy_j"))
        if (names.size() < kShown)
            names.push_back(fmt::format("{} (x{:.2f} to x{:.2f})",
                                        one.at("constant").get<std::string>(),
                                        one.at("low").get<double>(), one.at("high").get<double>()));
    return fmt::format("  energy rests on {}\n", fmt::join(names, ", "));
}

std::string reload_text(const Json& r) {
    const Json& reload = r.at("reload");
    if (reload.at("rounds").get<int>() == 1) return {};
    const auto count = [&](const char* key) { return reload.at(key).get<std::int64_t>(); };
    return fmt::format(
        "  reloading   {} rounds: {} of the cycles, {:.4g} uJ, {} cells written, a cell up to {} "
        "times an image; {} bytes from DRAM\n",
        count("rounds"), count("cycles"), 1e6 * reload.at("energy_j").get<double>(),
        count("cell_writes"), count("writes_per_cell"),
        r.at("dram").at("bytes_read").get<std::int64_t>());
}

}  // namespace

std::string headline(const Json& r) {
    const auto value = [&r](const char* key) { return r.at(key).get<double>(); };
    std::string text = fmt::format(
        "{}, {}-bit activations, {}\n"
        "  accuracy    {:.2f} % of {} images\n"
        "  latency     {:.4g} us an image ({} cycles){}\n"
        "  energy      {:.4g} uJ an image ({:.4g} uJ leakage){}\n"
        "  area        {:.4g} mm2{}\n"
        "  throughput  {:.4g} images/s, {:.4g} TOPS, {:.4g} TOPS/W\n",
        r.at("network").get<std::string>(), r.at("activation_bits").get<int>(),
        r.at("device").get<std::string>(), 100 * value("top1"), r.at("images").get<int>(),
        1e6 * value("latency_s"), r.at("cycles").get<std::int64_t>(),
        range_text(r, "latency_s", 1e6), 1e6 * value("energy_j"), 1e6 * value("leakage_energy_j"),
        range_text(r, "energy_j", 1e6), value("area_mm2"), range_text(r, "area_mm2", 1),
        value("images_per_s"), value("tops"), value("tops_per_w"));
    if (!r.at("critical_path").empty()) text += critical_path_text(r);
    text += reload_text(r);
    text += dominant_text(r);
    for (const Json& check : r.at("checks"))
        text +=
            fmt::format("  {} {}: {}\n", check.at("passed").get<bool>() ? "ok    " : "FAILED",
                        check.at("name").get<std::string>(), check.at("detail").get<std::string>());
    return text;
}

}  // namespace cimarron
