// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "common/yaml/key_lister.h"
#include "common/yaml/key_reader.h"
#include "common/yaml/key_writer.h"
#include "hw/technology/constant.h"
#include "hw/technology/constant_key.h"

#include <string>

namespace cimarron {

// One constant: {value: 1.5, unit: fF, source: "where it comes from", grade: published}. The unit
// must be the one the formulas use, the source must say something, the value must be at least
// `least`. `range: [low, high]` is optional; without it the grade's factor holds (constant.h).
// The section of the key is the caller's: these are the visitors' calls for one in a mapping.
void constant(KeyReader& keys, const ConstantKey& key, Constant& value);
void constant(KeyWriter& keys, const ConstantKey& key, const Constant& value);
void constant(KeyLister& keys, const ConstantKey& key, Constant& value);

// The keys of a constant itself.
std::vector<KeyEntry> constant_keys();

std::string to_string(Grade grade);

}  // namespace cimarron
