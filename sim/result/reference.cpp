// SPDX-License-Identifier: Apache-2.0
#include "sim/result/reference.h"

#include "sim/result/result_key.h"

#include <fmt/format.h>

namespace cimarron {

std::string result_reference() {
    std::string text = "| key | type | unit | meaning |\n|---|---|---|---|\n";
    for (const ResultKey& key : result_keys())
        text += fmt::format("| `{}` | {} | {} | {}{} |\n", key.path, name_of(key.type), key.unit,
                            key.always ? "" : "(some) ", key.meaning);
    return text;
}

}  // namespace cimarron
