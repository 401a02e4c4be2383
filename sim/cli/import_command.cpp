// SPDX-License-Identifier: Apache-2.0
#include "quant/onnx/import.h"
#include "sim/cli/cli.h"

#include <fmt/format.h>

#include <memory>

namespace cimarron {

namespace {

struct Arguments {
    std::filesystem::path file;
    std::filesystem::path out;
    ImportOptions options;
};

void import_and_tell(const Arguments& arguments) {
    const Import imported = import_network(arguments.file, arguments.options);
    fmt::print("{}", import_table(imported));
    if (arguments.out.empty()) return;
    write_imported(imported, arguments.out);
    fmt::print("written: {}\n", arguments.out.string());
}

}  // namespace

void add_import_command(CLI::App& app) {
    auto arguments = std::make_shared<Arguments>();
    CLI::App* command = app.add_subcommand(
        "import", "Tell what a quantized ONNX file of any tool holds and becomes");
    command->add_option("model", arguments->file, "ONNX file")->required();
    command->add_option("--out", arguments->out, "Write Cimarron's own form of it here");
    command->add_flag("--signed-image", arguments->options.signed_image_codes,
                      "An image of whole numbers whose range the file does not say is -128..127");
    command->callback([arguments] { import_and_tell(*arguments); });
}

}  // namespace cimarron
