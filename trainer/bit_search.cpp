// SPDX-License-Identifier: Apache-2.0
#include "trainer/bit_search.h"

#include "common/error.h"
#include "common/file.h"
#include "quant/onnx/onnx_io.h"
#include "trainer/batches.h"
#include "trainer/checkpoint.h"
#include "trainer/export.h"
#include "trainer/layer_energy.h"
#include "trainer/model.h"

#include <ATen/Parallel.h>
#include <fmt/format.h>
#include <torch/nn/functional/loss.h>
#include <torch/utils.h>

#include <cmath>
#include <fstream>

namespace cimarron {
namespace {

using nlohmann::json;

constexpr int kBatch = 100;

// The network at one bit, so that every quantizer with a choice can take any width.
Method narrowest(Method method) {
    method.activation_bits = 1;
    return method;
}

// Quantizers of one choice: that of the codes that some layers read.
struct Site {
    std::shared_ptr<LearnedQuantizer> quantizer;
    std::vector<std::string> readers;
    std::string name() const { return readers.front(); }
};

std::vector<Site> sites_of(const Model& model) {
    std::vector<Site> sites;
    for (const Model::Part& part : model.parts()) {
        const std::shared_ptr<LearnedQuantizer> codes =
            part.weighted ? model.codes_read_by(part) : nullptr;
        if (!codes || codes->bits() != 1) continue;
        auto found = std::find_if(sites.begin(), sites.end(),
                                  [&](const Site& site) { return site.quantizer == codes; });
        if (found == sites.end()) found = sites.insert(found, Site{codes, {}});
        found->readers.push_back(part.spec.name);
    }
    return sites;
}

class BitSearch {
public:
    BitSearch(const TrainConfig& config, const std::filesystem::path& folder)
        : config_(config),
          folder_(folder),
          model_(config.network, narrowest(config.method)),
          sites_(sites_of(model_)),
          top_(config.method.activation_bits) {
        warm_start();
        std::filesystem::create_directories(folder_);
        load();
    }

    NetworkSpec run() {
        for (int bits = top_; bits >= 1; --bits) measure_energy(bits);
        measure_losses();
        return chosen(choose());
    }

private:
    std::filesystem::path file() const { return folder_ / "search.json"; }

    void load() {
        state_ = {{"identity", identity()}, {"energy_j", json::object()}, {"loss", json::object()}};
        if (!std::filesystem::exists(file())) return;
        std::ifstream in(file());
        const json found = json::parse(in, nullptr, false);
        if (!found.is_object() || found.value("identity", json()) != state_.at("identity")) {
            throw UserError(
                fmt::format("{}: holds another search; choose another --out, or delete "
                            "the file",
                            file().string()));
        }
        state_ = found;
    }
    void save() const { write_atomically(file(), state_.dump(2) + "\n"); }

    // What decides the measurements: not the budget.
    json identity() const {
        json result = describe(config_);
        for (const char* key : {"epochs", "learning_rate", "warm_up", "optimizer", "weight_decay",
                                "progressive", "shards", "shift", "flip", "budget"}) {
            result.erase(key);
        }
        result["warm_start"] = fingerprint(model_);
        return result;
    }

    void warm_start() { Checkpoint(*config_.warm_start / "checkpoint.pt").warm_start(model_); }
    void set_all(int bits) {
        for (const Site& site : sites_) site.quantizer->set_bits(bits);
        for (const Model::Part& part : model_.parts()) {
            if (part.input_quantizer) part.input_quantizer->forget_step();
            if (part.quantizer) part.quantizer->forget_step();
        }
    }

    const Dataset& data() {
        if (data_.size() == 0) {
            data_ = load_dataset(config_.dataset, config_.dataset_folder, Split::train,
                                 config_.network.input, config_.search->images);
        }
        return data_;
    }

    double loss() {
        const torch::NoGradGuard no_gradient;
        at::set_num_threads(1);
        model_.train();
        double sum = 0;
        int count = 0;
        for (int first = 0; first + kBatch <= data().size(); first += kBatch, ++count) {
            const Batch batch = plain_batch(data(), first, kBatch);
            sum += torch::nn::functional::cross_entropy(model_.forward(batch.images), batch.labels)
                       .item<double>();
        }
        return sum / count;
    }

    void measure_energy(int bits) {
        const std::string key = std::to_string(bits);
        if (state_["energy_j"].contains(key)) return;
        warm_start();  // whatever was measured before
        set_all(bits);
        model_.begin_epoch();
        loss();  // sets the steps
        const std::filesystem::path network = folder_ / "search.onnx";
        write_onnx(to_network(model_), network);
        const ImageEnergy energy = simulate_energy(config_, network, bits, folder_);
        json& entry = state_["energy_j"][key] = {{"total", energy.total}};
        for (const Site& site : sites_) {
            double sum = 0;
            for (const std::string& reader : site.readers) sum += energy.layers.at(reader);
            entry[site.name()] = sum;
        }
        save();
        fmt::print("search: {} bits everywhere: {:.4g} uJ an image\n", bits, 1e6 * energy.total);
        std::fflush(stdout);
    }

    void measure_losses() {
        json& losses = state_["loss"];
        set_all(top_);
        losses["all"] = loss();  // sets every step, whatever is measured already
        for (const Site& site : sites_) {
            for (int bits = top_ - 1; bits >= 1; --bits) {
                const std::string key = std::to_string(bits);
                if (losses[site.name()].contains(key)) continue;
                site.quantizer->set_bits(bits);
                losses[site.name()][key] = loss();
                save();
            }
            site.quantizer->set_bits(top_);
        }
    }

    double added_loss(const Site& site, int bits) const {
        if (bits == top_) return 0;
        const json& losses = state_.at("loss");
        return losses.at(site.name()).at(std::to_string(bits)).get<double>() -
               losses.at("all").get<double>();
    }
    double energy(const Site& site, int bits) const {
        return state_.at("energy_j").at(std::to_string(bits)).at(site.name()).get<double>();
    }
    double total(const std::vector<int>& bits) const {
        double sum = state_.at("energy_j").at(std::to_string(top_)).at("total").get<double>();
        for (std::size_t i = 0; i < sites_.size(); ++i) {
            sum += energy(sites_[i], bits[i]) - energy(sites_[i], top_);
        }
        return sum;
    }

    std::vector<int> choose() const {
        std::vector<int> bits(sites_.size(), top_);
        const double all = total(bits);
        while (total(bits) > config_.search->budget * all) {
            if (!narrow(bits)) {
                throw UserError(fmt::format(
                    "search.budget: {} of the energy at {} bits cannot be met; 1 bit everywhere "
                    "takes {:.3f}",
                    config_.search->budget, top_, total(std::vector<int>(sites_.size(), 1)) / all));
            }
        }
        return bits;
    }

    // The step that costs least loss per joule; false when none saves any.
    bool narrow(std::vector<int>& bits) const {
        std::size_t site = sites_.size();
        int width = 0;
        double least = INFINITY;
        for (std::size_t i = 0; i < sites_.size(); ++i) {
            for (int to = bits[i] - 1; to >= 1; --to) {
                const double saved = energy(sites_[i], bits[i]) - energy(sites_[i], to);
                const double cost = added_loss(sites_[i], to) - added_loss(sites_[i], bits[i]);
                if (saved <= 0 || cost / saved >= least) continue;
                least = cost / saved;
                site = i;
                width = to;
            }
        }
        if (site == sites_.size()) return false;
        bits[site] = width;
        return true;
    }

    NetworkSpec chosen(const std::vector<int>& bits) {
        NetworkSpec network = config_.network;
        json table = json::array();
        fmt::print("{:<20} {:>4} {:>12} {:>12} {:>11}\n", "layer", "bits",
                   fmt::format("uJ at {}", top_), "uJ", "added loss");
        for (std::size_t i = 0; i < sites_.size(); ++i) {
            const Site& site = sites_[i];
            for (LayerSpec& layer : network.layers) {
                const auto& names = site.readers;
                if (std::find(names.begin(), names.end(), layer.name) != names.end())
                    layer.activation_bits = bits[i];
            }
            const double before = energy(site, top_);
            const double after = energy(site, bits[i]);
            fmt::print("{:<20} {:>4} {:>12.4g} {:>12.4g} {:>11.4f}\n", site.name(), bits[i],
                       1e6 * before, 1e6 * after, added_loss(site, bits[i]));
            table.push_back({{"layers", site.readers},
                             {"activation_bits", bits[i]},
                             {"energy_j", after},
                             {"energy_j_at_all", before},
                             {"added_loss", added_loss(site, bits[i])}});
        }
        const double share = total(bits) / total(std::vector<int>(sites_.size(), top_));
        fmt::print("estimate: {:.4g} uJ an image, {:.3f} of {} bits everywhere\n",
                   1e6 * total(bits), share, top_);
        state_["choice"] = {{"budget", config_.search->budget},
                            {"estimate_j", total(bits)},
                            {"share", share},
                            {"layers", table}};
        save();
        return network;
    }

    const TrainConfig& config_;
    const std::filesystem::path folder_;
    Model model_;
    const std::vector<Site> sites_;
    const int top_;
    Dataset data_;
    json state_;
};

}  // namespace

NetworkSpec search_bits(const TrainConfig& config, const std::filesystem::path& folder) {
    return BitSearch(config, folder).run();
}

}  // namespace cimarron
