#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# Installs what is missing, builds everything and runs all tests but the nightly ones: ./test.sh [CTest options]
set -euo pipefail
cd "$(dirname "$0")"

scripts/install-packages test
cmake --preset release -DCIMARRON_WERROR=ON -DCIMARRON_BUILD_TESTS=ON -DCIMARRON_BUILD_BENCH=ON >/dev/null  # ON: ./demo.sh may have left them off
cmake --build --preset release
ctest --preset release --no-tests=error -j "$(nproc)" -LE nightly "$@"
