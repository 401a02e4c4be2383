#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Runs the benchmarks and prints the table of docs/performance.md: bench/table.py [build/release/bin/cimarron_bench]

Medians of several repetitions; the last column divides by the popcount loop of the same run, so that it can be
compared between machines."""
import json
import subprocess
import sys

REPETITIONS = 5


def main() -> None:
    program = sys.argv[1] if len(sys.argv) > 1 else "build/release/bin/cimarron_bench"
    run = subprocess.run(
        [program, "--benchmark_format=json", f"--benchmark_repetitions={REPETITIONS}",
         "--benchmark_report_aggregates_only=true", "--benchmark_min_time=0.2"],
        stdout=subprocess.PIPE, check=True)
    rows = [b for b in json.loads(run.stdout)["benchmarks"] if b["aggregate_name"] == "median"]
    popcounts = next(b for b in rows if b["run_name"] == "popcount_words")["items_per_second"]
    print("| benchmark / activation bits | per second | µs each | events each | ns per event | popcounts each |")
    print("|---|---|---|---|---|---|")
    for b in rows:
        rate = b["items_per_second"]
        events = b.get("events/image")
        per_event = f"{1e9 / rate / events:.0f}" if events else ""
        print(f"| {b['run_name']} | {rate:.4g} | {1e6 / rate:.4g} | {f'{events:.0f}' if events else ''} "
              f"| {per_event} | {popcounts / rate:.3g} |")


if __name__ == "__main__":
    main()
