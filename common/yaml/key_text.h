// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "common/yaml/key_entry.h"

#include <string>
#include <vector>

namespace cimarron {

// The keys of one kind of file. A key's full name is `name`.path: accelerator.tile.macros.
struct KeyFile {
    std::string name;    // accelerator
    std::string folder;  // where files of that kind stand
    std::string about;   // what such a file is
    std::vector<KeyEntry> entries;
};

enum class KeyFormat { table, markdown, json };

// The keys whose full names begin with the prefix: an aligned table of 120 columns, the reference
// page of the documentation, or a JSON array with an object for each file. UserError when none
// does.
std::string keys_text(const std::vector<KeyFile>& files, const std::string& prefix,
                      KeyFormat format);

}  // namespace cimarron
