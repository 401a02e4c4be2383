// SPDX-License-Identifier: Apache-2.0
#include "common/error.h"
#include "common/staged_folder.h"
#include "quant/lower.h"
#include "quant/onnx/import.h"
#include "quant/predict/load_images.h"
#include "quant/predict/prediction_folder.h"
#include "sim/cli/cli.h"
#include "sim/run/predict_chip.h"
#include "sim/run/workload.h"

#include <fmt/format.h>

#include <functional>
#include <memory>
#include <optional>

namespace cimarron {

namespace {

// Every code equals that of the real network with so many (docs/arithmetic.md).
constexpr int kExactCoefficientBits = 32;

struct Arguments {
    std::filesystem::path network;
    std::filesystem::path out;
    ImageRequest images;
    std::vector<std::string> overrides;
    std::optional<int> coefficient_bits;
    std::optional<int> pixels;
    bool layers = false;
    bool bit_true = false;
    ImportOptions import;
    int threads = 0;
};

bool is_run(const std::filesystem::path& file) {
    return file.extension() == ".yaml" || file.extension() == ".yml";
}

void check(const Arguments& arguments) {
    const std::string name = arguments.network.string();
    if (!is_run(arguments.network)) {
        if (arguments.bit_true || !arguments.overrides.empty())
            throw UserError(fmt::format("{}: --bit-true and --set need a run file", name));
        if (arguments.images.data.empty())
            throw UserError(fmt::format("{}: give DATA: a data set, an array or pictures", name));
    }
    if (arguments.bit_true && arguments.coefficient_bits)
        throw UserError(
            "--coefficient-bits: the chip has its own; --set "
            "accelerator.post_processing.coefficient_bits=N is right");
    if (arguments.images.only && arguments.images.count > 0)
        throw UserError("--image and --images exclude each other");
}

// The run's own data set and folder where the user names none.
ImageRequest request(const Arguments& arguments, const std::optional<RunConfig>& run) {
    ImageRequest images = arguments.images;
    if (arguments.pixels) images.bytes = *arguments.pixels == 255;
    if (!run) return images;
    if (images.data.empty()) {
        images.data = {run->dataset};
        if (images.count == 0 && !images.only) images.count = run->images;
    }
    if (images.folder.empty() && images.data.front() == run->dataset)
        images.folder = run->dataset_folder;
    images.seed = run->seed;
    return images;
}

void report(const Arguments& arguments, const PredictionFolder& folder, const InputImages& images) {
    fmt::print("{} in {}\n", images.count == 1 ? "1 image" : fmt::format("{} images", images.count),
               arguments.out.string());
    fmt::print("{}", folder.summary());
    if (images.labels.size() != folder.classes().size()) return;
    int right = 0;
    for (std::size_t i = 0; i < images.labels.size(); ++i)
        right += folder.classes()[i] == images.labels[i] ? 1 : 0;
    fmt::print("accuracy {:.2f} %\n", 100.0 * right / images.count);
}

void write(const Arguments& arguments, StagedFolder& out, const Network& network,
           const InputImages& images, const std::vector<CodeTensor>& tensors,
           const std::function<void(const PredictionSink&)>& run) {
    PredictionFolder folder(out, network, images.count, tensors);
    run([&folder](const ImagePrediction& prediction) { folder.add(prediction); });
    folder.finish();
    report(arguments, folder, images);
}

void on_chip(const Arguments& arguments, StagedFolder& out, const RunConfig& run) {
    const ChipNetwork chip = chip_network(run);
    const InputImages images = load_images(request(arguments, run), chip.network);
    const auto tensors = arguments.layers ? sent_tensors(chip) : std::vector<CodeTensor>();
    write(arguments, out, chip.network, images, tensors,
          [&](const PredictionSink& sink) { predict_on_chip(chip, images, tensors, sink); });
}

void by_reference(const Arguments& arguments, StagedFolder& out,
                  const std::optional<RunConfig>& run) {
    const Network network =
        run ? load_network(*run) : import_network(arguments.network, arguments.import).network;
    const IntegerNetwork integers =
        lower(network, arguments.coefficient_bits.value_or(kExactCoefficientBits));
    const InputImages images = load_images(request(arguments, run), network);
    const auto tensors =
        arguments.layers ? code_tensors(network, integers) : std::vector<CodeTensor>();
    write(arguments, out, network, images, tensors, [&](const PredictionSink& sink) {
        predict(network, integers, images, tensors, arguments.threads, sink);
    });
}

void predict_command(const Arguments& arguments) {
    check(arguments);
    StagedFolder out(arguments.out);
    std::optional<RunConfig> run;
    if (is_run(arguments.network)) run = load_run(arguments.network, arguments.overrides);
    if (arguments.bit_true)
        on_chip(arguments, out, *run);
    else
        by_reference(arguments, out, run);
}

void add_image_options(CLI::App& command, Arguments& arguments) {
    ImageRequest& images = arguments.images;
    command.add_option("data", images.data,
                       "Data set's name, .npy, .npz, or pictures (default: the run file's)");
    command.add_option("--images", images.count, "The first images alone")
        ->check(CLI::PositiveNumber);
    command.add_option("--image", images.only, "The image of this number alone, from 0")
        ->check(CLI::NonNegativeNumber);
    command.add_option("--folder", images.folder, "Of a named data set");
    command.add_option("--array", images.array, "Of a .npz file (default: input)");
    command
        .add_option("--pixels", arguments.pixels,
                    "What the network's file takes for a white pixel of a picture or data set: 1 "
                    "or 255 (default: by its range)")
        ->check(CLI::IsMember({1, 255}));
    command.add_option("--mean", images.mean, "Taken from each pixel then, one or one a channel")
        ->delimiter(',')
        ->allow_extra_args(false);
    command.add_option("--std", images.deviation, "Divides it then")
        ->delimiter(',')
        ->allow_extra_args(false);
}

}  // namespace

void add_predict_command(CLI::App& app) {
    auto arguments = std::make_shared<Arguments>();
    CLI::App* command =
        app.add_subcommand("predict", "Logits, classes and codes as the network's file gives them");
    command->add_option("network", arguments->network, "ONNX network or run file")->required();
    add_image_options(*command, *arguments);
    command->add_option("--out", arguments->out, "Folder to write to")->required();
    command->add_flag("--layers", arguments->layers, "The codes of every layer too");
    command->add_option("--coefficient-bits", arguments->coefficient_bits,
                        "Of the integer network (default: so many that no code differs)");
    command->add_flag("--signed-image", arguments->import.signed_image_codes,
                      "An image of whole numbers whose range the file does not say is -128..127");
    command->add_flag("--bit-true", arguments->bit_true, "As the run file's chip gives them");
    command->add_option("--set", arguments->overrides, "KEY=VALUE of the run")
        ->allow_extra_args(false);
    command->add_option("--threads", arguments->threads, "(default: one a processor)")
        ->check(CLI::PositiveNumber);
    command->callback([arguments] { predict_command(*arguments); });
}

}  // namespace cimarron
