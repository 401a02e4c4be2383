#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Which activation bitwidth is best, on which device, by which figure of merit, and how surely.

usage: activation_bits.py [--out docs/results] [--program build/release/bin/cimarron] [--cifar data/cifar-10-batches-bin]
                          [--only NAME] [--draw-only]

Sweeps activation bits x devices for each network below with `cimarron sweep`, and writes
OUT/activation-bits.md, OUT/activation-bits.csv and a figure per network. CIFAR-10 must lie in --cifar
(scripts/get-cifar10).
"""
import argparse
import csv
import json
import pathlib
import subprocess
import sys

import activation_bits_report as report

ROOT = pathlib.Path(__file__).resolve().parent.parent
DEVICES = ["sram_22nm", "rram_22nm", "fefet_22nm"]
ALL_BITS = [1, 2, 3, 4, 6, 8]
# run file, bits, images, what the reader should know of it
NETWORKS = [
    ("resnet20", [1, 2, 3, 4, 8], 2000, "The shipped ResNet-20 on CIFAR-10"),
    ("vgg8", ALL_BITS, 2, "VGG-8, CIFAR-10 images"),
    ("fashion_cnn", [1, 2, 4, 8], 10000, "The shipped networks on Fashion-MNIST"),
]


def sweep(program, name, bits, images, folder, cifar):
    run = ROOT / "configs" / "run" / f"{name}.yaml"
    devices = [str(ROOT / "configs" / "device" / f"{d}.yaml") for d in DEVICES]
    folder.mkdir(parents=True, exist_ok=True)
    file = folder / "sweep.yaml"
    file.write_text(f"run: {run}\nvary:\n  activation_bits: {json.dumps(bits)}\n"
                    f"  device: {json.dumps(devices)}\n")
    data = ["--set", f"dataset.folder={cifar}"] if "cifar10" in run.read_text() else []
    subprocess.run([program, "sweep", file, "--out", folder, "--set", f"images={images}", "--set",
                    "timed_images=1", *data], check=True, cwd=ROOT, stdout=subprocess.DEVNULL)
    return read(folder)


def read(folder):
    return json.loads((folder / "results.json").read_text())


def write_csv(path, sections):
    keys = ["network", "activation_bits", "device", "accuracy", "latency_s", "latency_low_s", "latency_high_s", "energy_j", "energy_low_j",
            "energy_high_j", "dynamic_energy_j", "leakage_energy_j", "area_mm2", "area_low_mm2",
            "area_high_mm2", "tops_per_w"]
    with open(path, "w", newline="") as file:
        table = csv.DictWriter(file, keys, extrasaction="ignore", lineterminator="\n")
        table.writeheader()
        for section in sections:
            for row in section.rows:
                table.writerow({**row, "accuracy": "" if row["accuracy"] is None else row["accuracy"]})


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--out", type=pathlib.Path, default=ROOT / "docs" / "results")
    parser.add_argument("--program", default=ROOT / "build" / "release" / "bin" / "cimarron")
    parser.add_argument("--work", type=pathlib.Path, default=ROOT / "out" / "activation_bits")
    parser.add_argument("--cifar", type=pathlib.Path, default=ROOT / "data" / "cifar-10-batches-bin")
    parser.add_argument("--draw-only", action="store_true", help="of the results of an earlier call")
    parser.add_argument("--only", choices=[n[0] for n in NETWORKS])
    arguments = parser.parse_args()
    sections = []
    for name, bits, images, title in NETWORKS:
        if arguments.only not in (None, name):
            continue
        folder = arguments.work / name
        results = read(folder) if arguments.draw_only else sweep(arguments.program, name, bits, images, folder,
                                                                 arguments.cifar.resolve())
        failed = [r for r in results if not all(c["passed"] for c in r["checks"])]
        if failed:
            sys.exit(f"{name}: {len(failed)} runs failed their checks")
        sections.append(report.Section(name, title, images, results))
    arguments.out.mkdir(parents=True, exist_ok=True)
    for section in sections:
        report.draw(section, arguments.out)
    (arguments.out / "activation-bits.md").write_text(report.page(sections))
    write_csv(arguments.out / "activation-bits.csv", sections)


if __name__ == "__main__":
    main()
