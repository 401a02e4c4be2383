// SPDX-License-Identifier: Apache-2.0
#pragma once

// CIMARRON_MULTIVERSION in front of a hot function compiles it for several x86-64 levels and picks
// one at load time; std::fma is one instruction in the upper two. Off elsewhere, and under the
// address sanitizer, which starts after the picking.
#if defined(__SANITIZE_ADDRESS__)
#define CIMARRON_SANITIZED 1
#elif defined(__has_feature)
#if __has_feature(address_sanitizer)
#define CIMARRON_SANITIZED 1
#endif
#endif

#if defined(__x86_64__) && !defined(CIMARRON_SANITIZED) && defined(__clang__)
#define CIMARRON_MULTIVERSION \
    __attribute__((target_clones("avx512bw", "avx2", "popcnt", "default")))
#elif defined(__x86_64__) && !defined(CIMARRON_SANITIZED)
#define CIMARRON_MULTIVERSION \
    __attribute__((target_clones("arch=x86-64-v4", "arch=x86-64-v3", "popcnt", "default")))
#else
#define CIMARRON_MULTIVERSION
#endif

// CIMARRON_VECTOR_POPCOUNT compiles a function for processors that count the ones of eight words at
// once, which no multiversion level names: its caller asks __builtin_cpu_supports.
#if defined(__x86_64__)
#define CIMARRON_VECTOR_POPCOUNT __attribute__((target("avx512f,avx512vpopcntdq")))
#endif
#define CIMARRON_INLINE __attribute__((always_inline))
