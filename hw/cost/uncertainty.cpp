// SPDX-License-Identifier: Apache-2.0
#include "hw/cost/uncertainty.h"

#include "common/error.h"
#include "hw/cost/visit.h"

#include <algorithm>
#include <cmath>

namespace cimarron {

namespace {

constexpr double kSmallest = 1e-9;  // relative change that counts as none

struct Perturbed {
    std::string constant;
    std::vector<double> low, high;
};

// Every uncertain constant at both ends, all others at their values.
class Perturbation {
public:
    Perturbation(const Technology& technology, const Device& device, const Figures& figures)
        : technology_(technology), device_(device), figures_(figures) {}

    std::vector<Perturbed> run(const std::vector<double>& nominal) {
        const auto one = [&](const std::string& owner, const std::string& section,
                             const std::string& key, Constant& constant) {
            if (constant.low_factor == 1 && constant.high_factor == 1) return;
            const std::string name = owner + "." + (section.empty() ? key : section + "." + key);
            all_.push_back({name, at(constant, constant.low(), nominal),
                            at(constant, constant.high(), nominal)});
        };
        visit_technology(technology_, [&](const char* section, const char* key, const char*, double,
                                          Constant& c) { one("technology", section, key, c); });
        visit_device(device_, [&](const char* section, const char* key, const char*, double,
                                  Constant& c) { one("device", section, key, c); });
        return std::move(all_);
    }

private:
    std::vector<double> at(Constant& constant, double value, const std::vector<double>& nominal) {
        const double before = constant.value;
        constant.value = value;
        std::vector<double> moved;
        try {
            moved = figures_(technology_, device_);
        } catch (const UserError&) {
            moved = nominal;
        }
        constant.value = before;
        return moved;
    }

    Technology technology_;
    Device device_;
    const Figures& figures_;
    std::vector<Perturbed> all_;
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
