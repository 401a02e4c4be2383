// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "quant/network.h"
#include "quant/onnx/graph/rewrite.h"

#include <filesystem>

namespace cimarron {

// What the user says of a file that the file does not.
struct ImportOptions {
    // The codes of an image that a network of whole numbers reads as they are: 0..255, or -128..127.
    bool signed_image_codes = false;
};

// What a file held and what became of it.
struct ImportReport {
    std::map<std::string, int> operators;             // as in the file, functions inlined
    std::vector<foreign::Changes::Entry> changes;     // of each step, in order
    bool unnamed_image_codes = false;                 // options.signed_image_codes decided something
};

struct Import {
    Network network;
    ImportReport report;
};

// Any quantized network as its own framework computes it: load, simplify, unify quantizers, build.
// Throws UserError `file: operator node: what`, one line, for what cannot be exact.
Import import_network(const std::filesystem::path& file, const ImportOptions& options = {});

}  // namespace cimarron
