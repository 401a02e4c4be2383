// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>

namespace cimarron {

// Whole vectors through the arithmetic of quant/integer_network.h, element by element.
void requantize(const std::int64_t* values, int count, int shift, int bits, std::uint8_t* codes);
void requantize_stream(const std::int64_t* values, int count, int shift, int bits,
                       std::int16_t* stream);
// codes = requantize(a * x)
void requantize(const std::int16_t* x, int count, std::int32_t a, int shift, int bits,
                std::uint8_t* codes);
void requantize(const std::uint8_t* x, int count, std::int32_t a, int shift, int bits,
                std::uint8_t* codes);

std::int64_t sum_codes(const std::uint8_t* codes, int count);

}  // namespace cimarron
