// SPDX-License-Identifier: Apache-2.0
#include "sim/config/accelerator_config.h"

#include "common/error.h"
#include "common/yaml/key_lister.h"
#include "common/yaml/key_reader.h"
#include "common/yaml/key_writer.h"
#include "sim/config/accelerator_keys.h"

#include <algorithm>

namespace cimarron {

namespace {

// Repeats an error `a.b.key: what` of validate() with the line of that key.
[[noreturn]] void fail_at_key(const YamlReader& reader, const std::string& error) {
    const std::size_t colon = error.find(": ");
    YamlReader at = reader;
    std::size_t start = 0;
    if (colon == std::string::npos) reader.fail("", error);
    while (true) {
        const std::size_t dot = error.find('.', start);
        const std::string key = error.substr(start, std::min(dot, colon) - start);
        if (!at.has(key)) reader.fail("", error);
        if (dot > colon) at.fail(key, error.substr(colon + 2));
        at = at.required_child(key);
        start = dot + 1;
    }
}

void fill_adc_bits(AcceleratorConfig& config) {
    MacroParams& macro = config.params.macro;
    if (macro.kind == MacroKind::digital) return set_digital_steps(macro);
    if (config.derive.adc_bits && macro.adc.type == AdcType::sense_amplifier) macro.adc.bits = 1;
}

}  // namespace

AcceleratorConfig read_accelerator(const YamlReader& reader) {
    AcceleratorConfig config;
    KeyReader keys(reader);
    describe_accelerator(keys, config);
    reader.done();
    fill_adc_bits(config);
    try {
        validate(config.params);
    } catch (const UserError& error) {
        fail_at_key(reader, error.what());
    }
    return config;
}

void finish_macro(const YamlReader& reader, AcceleratorConfig& config) {
    fill_adc_bits(config);
    try {
        validate(config.params.macro);
    } catch (const UserError& error) {
        fail_at_key(reader, error.what());
    }
}

YAML::Node to_yaml(const AcceleratorConfig& config) {
    KeyWriter keys;
    describe_accelerator(keys, config);
    return keys.node();
}

std::vector<KeyEntry> accelerator_keys() {
    AcceleratorConfig config;
    return list_keys([&](KeyLister& keys) { describe_accelerator(keys, config); });
}

}  // namespace cimarron
