// SPDX-License-Identifier: Apache-2.0
#include "tests/unit/sim/small_run.h"

#include "common/rng.h"
#include "quant/onnx/onnx_io.h"
#include "sim/process/process.h"

#include <fmt/format.h>
#include <unistd.h>

#include <algorithm>
#include <fstream>
#include <stdexcept>

namespace cimarron::test {

namespace {

constexpr int kSide = 8;
constexpr int kImages = 24;

IntegerWeights integer_weights(Rng& rng, int count, int channels) {
    IntegerWeights weights;
    for (int i = 0; i < count; ++i)
        weights.values.push_back(static_cast<std::int8_t>(rng.uniform_int(-128, 127)));
    weights.scale.assign(static_cast<std::size_t>(channels), 1.0F / 128);
    return weights;
}

BinaryWeights binary_weights(Rng& rng, int count, int channels) {
    BinaryWeights weights;
    for (int i = 0; i < count; ++i) weights.signs.push_back(rng.coin(0.5) ? 1 : -1);
    weights.alpha.assign(static_cast<std::size_t>(channels), 0.25F);
    weights.beta.assign(static_cast<std::size_t>(channels), 0.01F);
    return weights;
}

// IDX: big-endian magic and sizes, then bytes.
std::string idx(std::initializer_list<int> header, const std::string& bytes) {
    std::string text;
    for (const int value : header)
        for (int shift = 24; shift >= 0; shift -= 8)
            text.push_back(static_cast<char>((value >> shift) & 0xff));
    return text + bytes;
}

}  // namespace

Network small_network(int activation_bits) {
    Rng rng(7);
    Network network;
    network.name = "small";
    network.input = {1, kSide, kSide};
    const ActivationQuantizer inner{activation_bits,
                                    2.0F / static_cast<float>((1 << activation_bits) - 1)};
    ConvNode stem;
    stem.name = "stem";
    stem.window = {3, 3, 1, 1, 1, 1, 1, 1};
    stem.out_channels = 6;
    stem.weights = integer_weights(rng, 54, 6);
    stem.activation = inner;
    ConvNode middle;
    middle.name = "middle";
    middle.source = 0;
    middle.window = stem.window;
    middle.out_channels = 8;
    middle.weights = binary_weights(rng, 432, 8);
    middle.activation = ActivationQuantizer{8, 2.0F / 255};
    const PoolNode pool{"pool", 1, PoolNode::Kind::max, {2, 2, 2, 2, 0, 0, 0, 0}, {}};
    ConvNode end;
    end.name = "end";
    end.source = 2;
    end.window = {4, 4, 1, 1, 0, 0, 0, 0};
    end.out_channels = 10;
    end.fully_connected = true;
    end.weights = integer_weights(rng, 1280, 10);
    network.nodes = {stem, middle, pool, end};
    return network;
}

SmallRun::SmallRun()
    : folder_(std::filesystem::temp_directory_path() / fmt::format("cimarron_run_{}", getpid())) {
    std::filesystem::remove_all(folder_);
    std::filesystem::create_directories(folder_ / "data");
    Rng rng(11);
    std::string pixels;
    std::string labels;
    for (int i = 0; i < kImages * kSide * kSide; ++i)
        pixels.push_back(static_cast<char>(rng.coin(0.3) ? 0 : rng.uniform_int(0, 255)));
    for (int i = 0; i < kImages; ++i) labels.push_back(static_cast<char>(i % 10));
    write("data/t10k-images-idx3-ubyte", idx({0x803, kImages, kSide, kSide}, pixels));
    write("data/t10k-labels-idx1-ubyte", idx({0x801, kImages}, labels));
    for (const int bits : {1, 2, 4})
        write_onnx(small_network(bits), folder_ / fmt::format("net{}.onnx", bits));
    write("chip.yaml",
          "clock_period_ps: 1250\ndataflow: sequential\nmapping: fill\ntiles: 3\ntile:\n  macros: "
          "6\n  duplicate: "
          "true\n"
          "  input_buffer: {bytes: 4096, port_bits: 64}\n"
          "  output_buffer: {bytes: 2048, port_bits: 64}\n"
          "  residual_buffer: {bytes: 0, port_bits: 64}\n"
          "  post_processing: {lanes: 8, pipeline_cycles: 3, coefficient_bits: 16}\n"
          "macro:\n  kind: analog\n  implementation: model\n  array: {rows: 32, columns: 96, "
          "rows_active: 32, "
          "write_cycles: auto}\n"
          "  word_line_driver: {dac_bits: 1, drive_cycles: auto, settle_cycles: auto}\n"
          "  sample_and_hold: {present: true, sample_cycles: auto}\n"
          "  adc: {type: sar, bits: auto, full_scale: unit_lsb, columns_per_adc: 8, "
          "conversion_cycles: auto}\n"
          "  shift_adder: {accumulator_bits: 24, add_cycles: 1}\n"
          "interconnect: {topology: bus, width_bits: 64, arbitration_cycles: 1}\n"
          "global_buffer: {bytes: 16384, port_bits: 64, banks: 1}\n"
          "dram: {bytes: 0}\n");
    const std::string configs = CIMARRON_SOURCE_DIR "/configs";
    write("run.yaml",
          fmt::format("network: net{{activation_bits}}.onnx\nweights: trained\nactivation_bits: 2\n"
                      "accelerator: chip.yaml\ntechnology: {0}/technology/22nm.yaml\n"
                      "device: {0}/device/sram_22nm.yaml\n"
                      "dataset: {{name: fashion_mnist, folder: data}}\n"
                      "images: 10\ntimed_images: 2\nseed: 1\n",
                      configs));
    write("sweep.yaml",
          fmt::format("run: run.yaml\nvary:\n  activation_bits: [1, 4]\n"
                      "  device: [{0}/device/sram_22nm.yaml, {0}/device/rram_22nm.yaml]\n",
                      configs));
}

SmallRun::~SmallRun() {
    std::error_code ignored;
    std::filesystem::remove_all(folder_, ignored);
}

std::string SmallRun::text(const std::string& name) const {
    std::ifstream in(folder_ / name, std::ios::binary);
    if (!in) throw std::runtime_error("no file " + name);
    return {std::istreambuf_iterator<char>(in), std::istreambuf_iterator<char>()};
}

void SmallRun::write(const std::string& name, const std::string& text) const {
    std::ofstream(folder_ / name, std::ios::binary) << text;
}

void SmallRun::edit(const std::string& name, const std::string& from, const std::string& to) const {
    std::string content = text(name);
    const std::size_t at = content.find(from);
    if (at == std::string::npos) throw std::runtime_error("no '" + from + "' in " + name);
    write(name, content.replace(at, from.size(), to));
}

ProgramResult SmallRun::cimarron(const std::vector<std::string>& arguments,
                                 const std::filesystem::path& program) const {
    ProgramResult result;
    const std::string command = fmt::format("exec '{}' \"$@\" >.out 2>.err", program.string());
    ChildCommand child{{"sh", "-c", command, "sh"}, {}, folder_};
    child.arguments.insert(child.arguments.end(), arguments.begin(), arguments.end());
    run_children({child}, 1, [&](std::size_t, int code) { result.exit_code = code; });
    result.out = text(".out");
    result.err = text(".err");
    return result;
}

std::vector<std::string> SmallRun::files() const {
    std::vector<std::string> names;
    for (const auto& entry : std::filesystem::recursive_directory_iterator(folder_)) {
        const std::string name = std::filesystem::relative(entry.path(), folder_).string();
        if (name != ".out" && name != ".err") names.push_back(name);
    }
    std::sort(names.begin(), names.end());
    return names;
}

}  // namespace cimarron::test
