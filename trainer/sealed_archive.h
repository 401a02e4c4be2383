// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "common/error.h"

#include <torch/serialize/input-archive.h>
#include <torch/serialize/output-archive.h>

#include <filesystem>

namespace cimarron {

// A libtorch archive in a file, followed by its SHA-256 in hexadecimal. Written aside and renamed:
// a kill leaves the previous one.
void write_sealed(const std::filesystem::path& file, torch::serialize::OutputArchive& archive);

// Read whole, into main memory, with the right checksum; UserError otherwise.
torch::serialize::InputArchive read_sealed(const std::filesystem::path& file);

// What to throw where such a file does not hold what it should.
UserError damaged_archive(const std::filesystem::path& file);

}  // namespace cimarron
