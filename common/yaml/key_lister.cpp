// SPDX-License-Identifier: Apache-2.0
#include "common/yaml/key_lister.h"

#include <algorithm>

namespace cimarron {

KeyEntry& KeyLister::add(const Key& key, const char* type) {
    KeyEntry entry;
    entry.path = path_of(key);
    entry.type = type;
    entry.unit = key.unit;
    entry.where = conditions_;
    entry.meaning = key.meaning;
    entry.example = key.example;
    return entries_.emplace_back(std::move(entry));
}

std::string KeyLister::find(const std::string& key) const {
    std::string mapping = prefix_;
    while (true) {
        const std::string path = mapping + key;
        if (std::any_of(entries_.begin(), entries_.end(),
                        [&](const KeyEntry& entry) { return entry.path == path; }))
            return path;
        if (mapping.empty()) return {};
        const std::size_t dot = mapping.rfind('.', mapping.size() - 2);
        mapping.resize(dot == std::string::npos ? 0 : dot + 1);
    }
}

}  // namespace cimarron
