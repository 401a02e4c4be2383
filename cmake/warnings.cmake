# SPDX-License-Identifier: Apache-2.0
# Every target of ours links cimarron::warnings privately; foreign headers are SYSTEM.
add_library(cimarron_warnings INTERFACE)
add_library(cimarron::warnings ALIAS cimarron_warnings)
target_compile_options(cimarron_warnings INTERFACE -Wall -Wextra -Wpedantic -Wshadow -Wconversion
                                                   $<$<BOOL:${CIMARRON_WERROR}>:-Werror>)
# g++ does not count sign-conversion among -Wconversion in C++; clang++ does. One meaning for both.
target_compile_options(cimarron_warnings INTERFACE $<$<CXX_COMPILER_ID:Clang>:-Wno-sign-conversion>)
