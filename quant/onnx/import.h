// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "quant/network.h"
#include "quant/onnx/graph/rewrite.h"
#include "quant/onnx/simplify/simplify.h"

#include <filesystem>

namespace cimarron {

struct RandomOptions {
    int activation_bits = 4;
    std::uint64_t seed = 0;
};

// What the user says of a file that the file does not.
struct ImportOptions {
    // The codes of an image that a network of whole numbers reads as they are: 0..255, or
    // -128..127.
    bool signed_image_codes = false;
    std::optional<RandomOptions> random = {};  // its shapes only, with random weights
};

// What a file held and what became of it.
struct ImportReport {
    std::map<std::string, int> operators;          // as in the file, functions inlined
    std::vector<foreign::Changes::Entry> changes;  // of each step, in order
    bool unnamed_image_codes = false;              // options.signed_image_codes decided something
};

struct Import {
    Network network;
    ImportReport report;
    foreign::Graph graph;  // as the steps leave it, for write_imported
    foreign::Ending ending = foreign::Ending::none;
};

// Any quantized network as its own framework computes it: load, simplify, unify quantizers, build.
// Throws UserError `file: operator node: what`, one line, for what cannot be exact.
Import import_network(const std::filesystem::path& file, const ImportOptions& options = {});

// The network of a file's shapes with seeded random weights and, where the file quantizes nothing,
// 8-bit images, and codes of `activation_bits` between its layers: for `weights: random`.
Import import_shapes(const std::filesystem::path& file, int activation_bits, std::uint64_t seed);

// Cimarron's own form of what was imported; import_network reads it to the same network.
void write_imported(const Import& imported, const std::filesystem::path& file);

// What the file holds, what each step changed, what the network needs of a chip: for the terminal.
std::string import_table(const Import& imported);

}  // namespace cimarron
