#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# From nothing to a sweep: installs what is missing, builds, trains a small CNN on Fashion-MNIST at 1, 2, 4 and 8 activation
# bits, runs it on SRAM, RRAM and FeFET chips, and writes tables, figures, a page and a waveform. What is already there is reused.
set -euo pipefail
cd "$(dirname "$0")"

out=out/demo
bin=build/release/bin

step() { printf '\n== %s\n' "$*"; }

scripts/install-packages run

step "build ($bin)"
cmake --preset release -DCIMARRON_BUILD_TESTS=OFF -DCIMARRON_BUILD_BENCH=OFF >/dev/null
cmake --build --preset release

step "train: floating point first; from it 8, 4, 2 and 1 activation bits"
$bin/cimarron train configs/train/fashion_cnn_float.yaml --out $out/train/float
for bits in 8 4 2 1; do
    $bin/cimarron train configs/train/fashion_cnn.yaml --set activation_bits=$bits --set warm_start=$out/train/float \
        --out $out/train/${bits}bit
done

step "sweep: activation bits x device"
$bin/cimarron sweep configs/sweep/fashion_cnn.yaml --set "network=$out/train/{activation_bits}bit/network.onnx" --out $out

step "waveform: four matrix-vector products of the second layer"
$bin/cimarron simulate configs/run/fashion_cnn.yaml --set network=$out/train/4bit/network.onnx --images 1 \
    --vcd traces/demo.vcd --scope accelerator.tile_1.macro_0 --from 47000 --to 47300 >/dev/null

step "result"
$bin/cimarron report $out
cat <<EOF

  $out/results.json, results.csv   every number, with its configuration and checks
  $out/report.html                 one page: open it in a browser
  $out/figures/                    SVG figures and their gnuplot scripts
  $out/train/*/network.onnx        the networks (Netron shows them), with the log of each training
  traces/demo.vcd                  gtkwave traces/demo.vcd traces/macro.gtkw
EOF
