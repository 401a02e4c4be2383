// SPDX-License-Identifier: Apache-2.0
#include "hw/cost/uncertainty.h"

#include "common/error.h"
#include "hw/technology/constants.h"

#include <algorithm>
#include <cmath>

namespace cimarron {

namespace {

constexpr double kSmallest = 1e-9;  // relative change that counts as none

struct Perturbed {
    std::string constant;
    std::vector<double> low, high;
};

// Constants of one fit err together; they count as one.
std::string origin(const std::string& owner, const std::string& section, const std::string& key) {
    std::string name = owner + "." + (section.empty() ? key : section + "." + key);
    if (section == "logic") return "technology.logic.*" + key.substr(key.rfind('_'));
    if (section == "adc" && key.rfind("energy_", 0) == 0) return "technology.adc.energy_*";
    if (section == "adc" && key.rfind("time_", 0) == 0) return "technology.adc.time_*";
    return name;
}

// Every uncertain origin at both ends, all others at their values.
class Perturbation {
public:
    Perturbation(const Technology& technology, const Device& device, const Figures& figures)
        : technology_(technology), device_(device), figures_(figures) {
        visit_technology(technology_, [&](const ConstantKey& key, Constant& c) {
            add("technology", key.section, key.name, c);
        });
        visit_device(device_, [&](const ConstantKey& key, Constant& c) {
            add("device", key.section, key.name, c);
        });
    }

    std::vector<Perturbed> run(const std::vector<double>& nominal) {
        std::vector<Perturbed> all;
        for (const Group& group : groups_)
            all.push_back({group.name, at(group, &Constant::low, nominal),
                           at(group, &Constant::high, nominal)});
        return all;
    }

private:
    struct Group {
        std::string name;
        std::vector<Constant*> constants;
    };

    void add(const std::string& owner, const std::string& section, const std::string& key,
             Constant& constant) {
        if (constant.low_factor == 1 && constant.high_factor == 1) return;
        const std::string name = origin(owner, section, key);
        const auto known = std::find_if(groups_.begin(), groups_.end(),
                                        [&](const Group& group) { return group.name == name; });
        if (known == groups_.end())
            groups_.push_back({name, {&constant}});
        else
            known->constants.push_back(&constant);
    }

    std::vector<double> at(const Group& group, double (Constant::*end)() const,
                           const std::vector<double>& nominal) const {
        std::vector<double> before;
        for (Constant* constant : group.constants) {
            before.push_back(constant->value);
            constant->value = (constant->*end)();
        }
        std::vector<double> moved;
        try {
            moved = figures_(technology_, device_);
        } catch (const UserError&) {
            moved = nominal;
        }
        for (std::size_t i = 0; i < before.size(); ++i) group.constants[i]->value = before[i];
        return moved;
    }

    Technology technology_;
    Device device_;
    const Figures& figures_;
    std::vector<Group> groups_;
};

Ranged ranged(double nominal, std::size_t index, const std::vector<Perturbed>& all) {
    Ranged figure{nominal, nominal, nominal, {}};
    if (nominal <= 0) return figure;
    double up = 0;
    double down = 0;
    for (const Perturbed& p : all) {
        const Influence influence{p.constant, p.low[index] / nominal, p.high[index] / nominal};
        const double a = std::log(influence.low);
        const double b = std::log(influence.high);
        const double most = std::max({0.0, a, b});
        const double least = std::min({0.0, a, b});
        up += most * most;
        down += least * least;
        if (influence.span() > kSmallest) figure.influences.push_back(influence);
    }
    figure.high = nominal * std::exp(std::sqrt(up));
    figure.low = nominal * std::exp(-std::sqrt(down));
    std::stable_sort(figure.influences.begin(), figure.influences.end(),
                     [](const Influence& a, const Influence& b) { return a.span() > b.span(); });
    return figure;
}

}  // namespace

double Influence::span() const {
    return std::fabs(std::log(high / low));
}

std::vector<Ranged> propagate(const Technology& technology, const Device& device,
                              const Figures& figures) {
    const std::vector<double> nominal = figures(technology, device);
    const std::vector<Perturbed> all = Perturbation(technology, device, figures).run(nominal);
    std::vector<Ranged> result;
    for (std::size_t i = 0; i < nominal.size(); ++i) result.push_back(ranged(nominal[i], i, all));
    return result;
}

}  // namespace cimarron
