// SPDX-License-Identifier: Apache-2.0
#pragma once

#if defined(__x86_64__)
#include <cpuid.h>
#endif

#include <cstdint>

namespace cimarron::test {

// The processor tells which registers are in use (XGETBV with ECX = 1).
inline bool tells_registers_in_use() {
#if defined(__x86_64__)
    unsigned a = 0;
    unsigned b = 0;
    unsigned c = 0;
    unsigned d = 0;
    return __builtin_cpu_supports("avx512f") != 0 &&
           __get_cpuid_count(0xd, 1, &a, &b, &c, &d) != 0 && (a & 4U) != 0;
#else
    return false;
#endif
}

// Upper halves of vector registers are not cleared: on some processors the next older instruction
// that touches one, and the next newer after that, each wait for some 80 ns.
inline bool upper_halves_in_use() {
#if defined(__x86_64__)
    std::uint32_t low = 0;
    std::uint32_t high = 0;
    asm volatile("xgetbv" : "=a"(low), "=d"(high) : "c"(1));
    return (low & 4U) != 0;
#else
    return false;
#endif
}

}  // namespace cimarron::test
