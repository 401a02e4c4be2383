// SPDX-License-Identifier: Apache-2.0
#include "hw/program/packed_values.h"

#include "quant/geometry.h"

#include <cstring>

namespace cimarron {

void pack_values(const unsigned char* payload, std::int64_t count, int bits,
                 unsigned char* packed) {
    std::uint64_t waiting = 0;
    int waiting_bits = 0;
    const std::uint64_t mask = (std::uint64_t{1} << bits) - 1;
    for (std::int64_t i = 0; i < count; ++i) {
        std::uint32_t value = 0;
        if (is_stream(bits))
            std::memcpy(&value, payload + 4 * i, sizeof(value));
        else
            value = payload[i];
        waiting |= (value & mask) << waiting_bits;
        for (waiting_bits += bits; waiting_bits >= 8; waiting_bits -= 8, waiting >>= 8)
            *packed++ = static_cast<unsigned char>(waiting);
    }
    if (waiting_bits > 0) *packed = static_cast<unsigned char>(waiting);
}

void unpack_values(const unsigned char* packed, std::int64_t count, int bits,
                   unsigned char* payload) {
    std::uint64_t waiting = 0;
    int waiting_bits = 0;
    const std::uint64_t mask = (std::uint64_t{1} << bits) - 1;
    const std::uint64_t sign = std::uint64_t{1} << (bits - 1);
    for (std::int64_t i = 0; i < count; ++i) {
        for (; waiting_bits < bits; waiting_bits += 8)
            waiting |= std::uint64_t{*packed++} << waiting_bits;
        const std::uint64_t value = waiting & mask;
        waiting >>= bits;
        waiting_bits -= bits;
        if (is_stream(bits)) {
            const auto extended = static_cast<std::uint32_t>((value ^ sign) - sign);
            std::memcpy(payload + 4 * i, &extended, sizeof(extended));
        } else {
            payload[i] = static_cast<unsigned char>(value);
        }
    }
}

}  // namespace cimarron
