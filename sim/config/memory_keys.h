// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "common/yaml/key.h"
#include "common/yaml/yaml_reader.h"

#include <cstdint>

namespace cimarron {

// Keys of a buffer, in a mapping that says which; `bytes` is an example.
template <class Keys, class Buffer>
void describe_buffer(Keys& f, Buffer& buffer, const char* bytes, int least_bytes = 1) {
    f.value({"bytes", "bytes", "its size", bytes}, buffer.bytes, Range<int>{least_bytes, 1 << 30});
    f.value({"port_bits", "bits", "moved by one access, of which it makes one a cycle", "128"},
            buffer.port_bits, Range<int>{1, 1 << 16});
}

// Without a DRAM, of 0 bytes, there is nothing more to say.
template <class Keys, class Config>
void describe_dram(Keys& f, Config& config) {
    constexpr Range<int> count{1, 1 << 20};
    auto& dram = config.params.dram;
    auto& derive = config.derive;
    f.value({"bytes", "bytes", "its size, a multiple of row_bytes; 0: there is none", "16777216"},
            dram.bytes, Range<std::int64_t>{0, std::int64_t{1} << 36});
    f.only("bytes", "above 0", dram.present(), [&] {
        f.value({"banks", "", "each keeps one row open", "8"}, dram.banks, count);
        f.value({"row_bytes", "bytes", "of a row, a multiple of burst_bytes", "2048"},
                dram.row_bytes, count);
        f.value({"burst_bytes", "bytes", "moved by one access, whole", "32"}, dram.burst_bytes,
                count);
        f.value({"pins", "", "data pins; with technology.dram.pin_rate, its bandwidth", "16"},
                dram.pins, count);
        f.automatic({"activate_cycles", "cycles", "to open a row", "auto"}, dram.activate_cycles,
                    derive.dram_activate_cycles, count);
        f.automatic({"precharge_cycles", "cycles", "to close it", "auto"}, dram.precharge_cycles,
                    derive.dram_precharge_cycles, count);
        f.automatic({"access_cycles", "cycles", "from the command to the first byte", "auto"},
                    dram.access_cycles, derive.dram_access_cycles, count);
        f.automatic({"bytes_per_cycle", "bytes", "while it transfers", "auto"},
                    dram.bytes_per_cycle, derive.dram_bytes_per_cycle, count);
    });
}

}  // namespace cimarron
