// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>

namespace cimarron {

// Values as a memory holds them, `bits` bits each, the first value in the lowest bits. Payloads
// hold the same values in payload_bytes(bits) each (program.h): codes of 1 to 8 bits, streams of 9
// to 32.
constexpr std::int64_t packed_bytes(std::int64_t count, int bits) {
    return (count * bits + 7) / 8;
}
void pack_values(const unsigned char* payload, std::int64_t count, int bits, unsigned char* packed);
void unpack_values(const unsigned char* packed, std::int64_t count, int bits,
                   unsigned char* payload);

}  // namespace cimarron
