// SPDX-License-Identifier: Apache-2.0
#include "trainer/training.h"

#include "common/error.h"
#include "common/file.h"
#include "quant/lower.h"
#include "quant/onnx/onnx_io.h"
#include "trainer/batches.h"
#include "trainer/config_data.h"
#include "trainer/evaluate.h"
#include "trainer/export.h"
#include "trainer/layer_energy.h"
#include "trainer/optimizer.h"
#include "trainer/schedule.h"
#include "trainer/weights_file.h"

#include <ATen/Context.h>
#include <ATen/Parallel.h>
#include <fmt/format.h>
#include <torch/utils.h>
#include <torch/version.h>

#include <chrono>
#include <cmath>
#include <fstream>

namespace cimarron {
namespace {

using Clock = std::chrono::steady_clock;

double seconds_since(Clock::time_point start) {
    return std::chrono::duration<double>(Clock::now() - start).count();
}

std::shared_ptr<const Hardware> make_hardware(const TrainConfig& config) {
    if (!config.hardware) return nullptr;
    return std::make_shared<Hardware>(*config.hardware, config.network,
                                      config.method.activation_bits, config.chips);
}

Model make_model(const TrainConfig& config) {
    at::set_num_threads(1);  // ShardedStep is the only parallelism
    // Of max pooling CUDA has no deterministic gradient where windows overlap: a warning there.
    at::globalContext().setDeterministicAlgorithms(true, /*warn_only=*/config.cuda);
    torch::manual_seed(config.seed);
    Model model(config.network, config.method, make_hardware(config));
    if (config.cuda) model.to(torch::kCUDA);
    return model;
}

std::shared_ptr<const Teacher> make_teacher(const TrainConfig& config) {
    return config.teacher ? std::make_shared<Teacher>(*config.teacher, config) : nullptr;
}

std::unique_ptr<WeightAverage> make_average(const Model& model, const TrainConfig& config) {
    return config.weight_average > 0 ? std::make_unique<WeightAverage>(model, config.weight_average)
                                     : nullptr;
}

// The key of the first difference between two descriptions, as a JSON pointer without its slash.
std::string first_difference(const nlohmann::json& a, const nlohmann::json& b) {
    return nlohmann::json::diff(a, b).at(0).at("path").get<std::string>().substr(1);
}

}  // namespace

Training::Training(const TrainConfig& config, const std::filesystem::path& folder, bool restart,
                   const Ranks& ranks, const std::filesystem::path& weights)
    : config_(config),
      stages_(stages(config.method.activation_bits, config.epochs, config.progressive)),
      folder_(folder),
      ranks_(ranks),
      model_(make_model(config)),
      teacher_(make_teacher(config)),
      average_(make_average(model_, config)),
      optimizer_(make_optimizer(model_, config)),
      step_(model_, config.shards, config.threads, ranks, teacher_, config.label_smoothing) {
    state_.identity = describe(config_);
    if (config_.warm_start) warm_start();
    if (teacher_) state_.identity["teacher"] = teacher_->fingerprint();
    if (!restart && std::filesystem::exists(folder_ / "checkpoint.pt")) {
        resume();
    } else if (!weights.empty()) {
        resume_from(weights);
    }
    describe_run();
}

void Training::warm_start() {
    Checkpoint(*config_.warm_start / "checkpoint.pt").warm_start(model_);
    state_.identity["warm_start"] = fingerprint(model_);
}

void Training::expect_same_run(const std::filesystem::path& place, const RunState& found) const {
    if (found.identity == state_.identity) return;
    throw UserError(fmt::format(
        "{}: holds a run with another {}; choose another --out, or replace it with --restart",
        place.string(), first_difference(state_.identity, found.identity)));
}

// The bits that the steps of so many epochs belong to.
void Training::set_activation_bits_after(int epochs) {
    if (epochs > 0) set_activation_bits(bits_of(stage_of(stages_, epochs - 1)));
}

void Training::resume_from(const std::filesystem::path& weights) {
    WeightsFile found(weights);
    expect_same_run(weights, found.state());
    set_activation_bits_after(found.state().epochs);
    found.restore(model_);
    state_ = found.state();
}

void Training::export_weights(const std::filesystem::path& file) const {
    save_weights(file, model_, state_);
}

void Training::resume() {
    Checkpoint checkpoint(folder_ / "checkpoint.pt");
    expect_same_run(folder_, checkpoint.state());
    set_activation_bits_after(checkpoint.state().epochs);
    if (average_) {
        checkpoint.restore(model_, *average_);
    } else {
        checkpoint.restore(model_);
    }
    checkpoint.restore(*optimizer_);
    state_ = checkpoint.state();
}

// In the last stage every quantizer has its own bits, which a layer may state.
int Training::bits_of(const TrainingStage& stage) const {
    return &stage == &stages_.back() ? 1 : stage.activation_bits;
}

void Training::set_activation_bits(int bits) {
    step_.set_activation_bits(bits);
    if (average_) average_->set_activation_bits(bits);
}

void Training::describe_run() {
    log_ = {
        {"config", state_.identity},
        {"dataset_folder", config_.dataset_folder.string()},
        {"device", config_.cuda ? "cuda" : "cpu"},
        {"versions",
         {{"cimarron", CIMARRON_VERSION}, {"libtorch", TORCH_VERSION}, {"compiler", __VERSION__}}},
        {"parameters", model_.parameter_count()},
        {"finished", false}};
    if (config_.warm_start) log_["warm_start"] = config_.warm_start->string();
    if (config_.teacher) log_["teacher"] = config_.teacher->string();
    if (!std::filesystem::exists(folder_ / "log.json")) return;
    std::ifstream in(folder_ / "log.json");
    const nlohmann::json found = nlohmann::json::parse(in, nullptr, false);
    const bool complete = found.is_object() && found.contains("accuracy") &&
                          found.value("finished", nlohmann::json()) == true;
    if (complete && found.value("config", nlohmann::json()) == state_.identity) log_ = found;
}

bool Training::finished() const {
    return state_.epochs == config_.epochs && log_.at("finished").get<bool>() &&
           (!config_.method.exportable() || std::filesystem::exists(folder_ / "network.onnx"));
}

void Training::load_data() {
    if (test_.size() > 0) return;
    train_ = load_images(config_, Split::train);
    test_ = load_images(config_, Split::test);
    expect_fit(config_, train_);
}

void Training::finish() {
    load_data();
    if (predictions_.empty()) predictions_ = float_predictions(trained(), test_, config_.threads);
    const double percent = accuracy(predictions_, test_);
    log_["accuracy"] = {{"float", percent}, {"images", test_.size()}};
    if (!ranks_.first()) return;
    if (config_.method.exportable()) export_network();
    log_["finished"] = true;
    write_log();
}

void Training::set_progress(double progress) {
    for (auto& group : optimizer_->param_groups()) {
        group.options().set_lr(one_cycle(config_.learning_rate, config_.warm_up, progress));
    }
    step_.set_progress(progress);
}

ShardedStep::Result Training::train_batches(const Batches& batches, Progress* progress) {
    const int count = batches.count();
    ShardedStep::Result epoch;
    const TrainingStage& stage = stage_of(stages_, state_.epochs);
    set_activation_bits(bits_of(stage));
    if (average_ && state_.epochs == stage.first_epoch) average_->restart();
    step_.begin_epoch(batches);
    for (int i = 0; i < count; ++i) {
        set_progress(stage.progress(state_.epochs, static_cast<double>(i) / count));
        const ShardedStep::Result result = step_.run(batches, i);
        optimizer_->step();
        model_.after_step();
        if (average_) average_->update();
        epoch.loss += result.loss / count;
        epoch.right += result.right;
        if (!std::isfinite(epoch.loss)) {
            throw UserError(
                fmt::format("training diverged in epoch {}; a learning_rate below {} may help",
                            state_.epochs + 1, config_.learning_rate));
        }
        if (progress != nullptr) progress->update(std::int64_t{i + 1} * config_.batch);
    }
    step_.end_epoch();
    return epoch;
}

bool Training::train_epoch() {
    if (state_.epochs >= config_.epochs) return false;
    load_data();
    const auto start = Clock::now();
    const Batches batches(train_, config_.batch, {config_.shift, config_.flip}, config_.seed,
                          state_.epochs);
    const std::int64_t images = std::int64_t{batches.count()} * config_.batch;
    const std::string name = fmt::format("epoch {}/{}", state_.epochs + 1, config_.epochs);
    std::unique_ptr<Progress> progress;
    if (ranks_.first()) progress = std::make_unique<Progress>(name, images, "images");
    const ShardedStep::Result result = train_batches(batches, progress.get());
    const double seconds = seconds_since(start);
    predictions_ = float_predictions(trained(), test_, config_.threads);
    const double train = 100.0 * result.right / static_cast<double>(images);
    const double test = accuracy(predictions_, test_);
    ++state_.epochs;
    state_.history.push_back({{"epoch", state_.epochs},
                              {"loss", result.loss},
                              {"train_accuracy", train},
                              {"test_accuracy", test},
                              {"seconds", seconds}});
    if (config_.progressive) {
        state_.history.back()["activation_bits"] =
            stage_of(stages_, state_.epochs - 1).activation_bits;
    }
    if (!ranks_.first()) return true;
    progress->message(fmt::format(
        "{}: loss {:.4f}, train {:.2f} %, test {:.2f} %, {:.1f} s, {:.0f} images/s", name,
        result.loss, train, test, seconds, static_cast<double>(images) / seconds));
    save_checkpoint(folder_ / "checkpoint.pt", model_, *optimizer_, state_, average_.get());
    write_log();
    return true;
}

void Training::export_network() {
    const std::filesystem::path file = folder_ / "network.onnx";
    write_onnx(to_network(trained()), file);
    const Network exported = read_onnx(file);  // what a user of the file will see
    const IntegerNetwork network = lower(exported);
    const std::vector<int> ideal = integer_predictions(network, test_, config_.threads);
    std::vector<int> executed = ideal;
    if (model_.hardware()) {
        executed = model_.hardware()->predictions(
            exported, first_codes(test_, test_.size()),
            first_codes(train_, model_.hardware()->calibration_images()));
        log_["accuracy"]["hardware"] = accuracy(executed, test_);
    }
    int equal = 0;
    for (std::size_t i = 0; i < executed.size(); ++i)
        equal += executed[i] == predictions_[i] ? 1 : 0;
    log_["accuracy"]["integer"] = accuracy(ideal, test_);
    log_["accuracy"]["agreement"] = 100.0 * equal / static_cast<double>(executed.size());
    log_["macs"] = network.macs();
    if (config_.search) {
        log_["energy_j"] = simulate_energy(config_, file, network.activation_bits(), folder_).total;
    }
}

void Training::write_log() const {
    nlohmann::json log = log_;
    log["epochs"] = state_.history;
    write_atomically(folder_ / "log.json", log.dump(2) + "\n");
}

}  // namespace cimarron
