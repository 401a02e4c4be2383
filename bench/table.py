#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Runs the benchmarks and prints the table of docs/performance.md: bench/table.py [--figure FILE.svg] [PROGRAM]

Medians of several repetitions of processor time; the last column divides by the popcount loop of the same run, so that it
can be compared between machines. What is aimed at, and what is compared with a plain run, is timed once more beside it.
With --figure, gnuplot draws time per image against MVMs."""
import argparse
import json
import platform
import statistics
import subprocess

REPETITIONS = 5
TARGETS_MS = {"cycle_accurate/vgg8/4": 300, "cycle_accurate/resnet18/4": 1000,
              "data_set/10000/iterations:1": 2}  # 20 s for 10,000 images
TARGET_POPCOUNT_NS = 0.2545  # on the AMD EPYC of docs/performance.md as it stood before commit 2a30c67
PLOT = """set terminal svg size 640,400 font "sans,13"
set output "{out}"
set logscale xy
set xlabel "MVMs an image (128 x 128 macros)"
set ylabel "time an image, ms"
set key left top
set grid
set format x "10^{{%T}}"
$cycle << END
{cycle}
END
$bit << END
{bit}
END
plot $cycle using 1:2:3 with labels point pt 7 offset 0,0.8 font ",10" title "cycle-accurate", \
     $bit using 1:2 with points pt 6 title "bit-true", \
     {per_mvm} * x with lines dt 2 title sprintf("{ns:.0f} ns an MVM")
"""


def first_line(command: list[str]) -> str:
    return subprocess.run(command, stdout=subprocess.PIPE, text=True, check=False).stdout.strip()


def processor() -> str:
    with open("/proc/cpuinfo", encoding="ascii", errors="replace") as info:
        names = [line.split(":")[1].strip() for line in info if line.startswith("model name")]
    return names[0] if names else platform.machine()


def milliseconds(row: dict) -> float:
    """Processor time of one item."""
    return 1e3 / row["items_per_second"]


def figure(rows: list[dict], out: str) -> None:
    kinds = {"cycle_accurate": [], "bit_true": []}
    for row in rows:
        kind, _, rest = row["run_name"].partition("/")
        if kind in kinds and rest.endswith("/4"):
            kinds[kind].append((row["mvms/image"], milliseconds(row), rest[:-2].replace("_", " ")))
    table = {kind: "\n".join(f'{mvms:.0f} {ms:.4g} "{name}"' for mvms, ms, name in points)
             for kind, points in kinds.items()}
    mvms, ms, _ = max(kinds["cycle_accurate"])
    subprocess.run(["gnuplot"], check=True, text=True, input=PLOT.format(
        out=out, cycle=table["cycle_accurate"], bit=table["bit_true"], per_mvm=ms / mvms, ns=1e6 * ms / mvms))


def run(program: str, *options: str) -> list[dict]:
    result = subprocess.run([program, "--benchmark_format=json", *options], stdout=subprocess.PIPE, check=True)
    return json.loads(result.stdout)["benchmarks"]


def run_names(program: str, pattern: str) -> list[str]:
    listed = first_line([program, "--benchmark_list_tests", f"--benchmark_filter={pattern}"])
    return [name for name in listed.splitlines() if name.startswith(pattern)]


def plain_of(name: str) -> str:
    return name.replace("_non_ideal", "").replace("_to_be_traced", "").replace("_traced", "")


def ratios(program: str, repetitions: int, names: list[str]) -> list[str]:
    """Of what should cost little more than the plain run, beside it in turn."""
    table = ["| against the plain run | ratio |", "|---|---|"]
    for name in names:
        plain = plain_of(name)
        if plain == name or plain not in names:
            continue
        found = []
        for _ in range(repetitions):
            rows = run(program, f"--benchmark_filter=^({plain}|{name})$", "--benchmark_min_time=0.1")
            times = {row["run_name"]: milliseconds(row) for row in rows}
            found.append(times[name] / times[plain])
        table.append(f"| {name} | {statistics.median(found):.2f} |")
    return table


def targets(program: str, repetitions: int) -> list[str]:
    """Each beside the popcount loop, in the same seconds: what else the machine does slows both."""
    table = [f"| ms each | aimed at | here | popcounts each | where one takes {TARGET_POPCOUNT_NS} ns |", "|---|---|---|---|---|"]
    for name, most in TARGETS_MS.items():
        times, popcounts = [], []
        for _ in range(repetitions):
            rows = {row["run_name"]: row for row in run(program, f"--benchmark_filter=^(popcount_words|{name})$")}
            times.append(milliseconds(rows[name]))
            popcounts.append(times[-1] / milliseconds(rows["popcount_words"]))
        each = statistics.median(popcounts)
        table.append(f"| {name} | {most} | {statistics.median(times):.4g} | {each:.3g} | {each * TARGET_POPCOUNT_NS * 1e-6:.4g} |")
    return table


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("program", nargs="?", default="build/release/bin/cimarron_bench")
    parser.add_argument("--figure", help="SVG to draw")
    parser.add_argument("--repetitions", type=int, default=REPETITIONS)
    arguments = parser.parse_args()
    once = "data_set"  # each of these in a process of its own, for its peak memory
    rows = [b for b in run(arguments.program, f"--benchmark_filter=-{once}", "--benchmark_report_aggregates_only=true",
                           f"--benchmark_repetitions={arguments.repetitions}", "--benchmark_min_time=0.2")
            if b["aggregate_name"] == "median"]
    for listed in run_names(arguments.program, once):
        rows += run(arguments.program, f"--benchmark_filter=^{listed}$")
    popcounts = next(b for b in rows if b["run_name"] == "popcount_words")["items_per_second"]
    commit = first_line(["git", "rev-parse", "--short", "HEAD"])
    print(f"{processor()}, one core, commit {commit}, `bench/table.py`, medians of {arguments.repetitions}\n")
    print("| benchmark / activation bits | ms each | kernel events | macro steps | MVMs | conversions | ns a step | ns an event | peak MiB "
          "| popcounts each |")
    print("|---|---|---|---|---|---|---|---|---|---|")
    for row in rows:
        steps = row.get("steps/image")
        cells = [f"{row[key]:.0f}" if key in row else ""
                 for key in ("events/image", "steps/image", "mvms/image", "conversions/image")]
        cells.append(f"{1e6 * milliseconds(row) / steps:.0f}" if steps else "")
        events = row.get("events/image")
        cells.append(f"{1e6 * milliseconds(row) / events:.0f}" if events else "")
        cells.append(f"{row['peak_MiB']:.0f}" if "peak_MiB" in row else "")
        print(f"| {row['run_name']} | {milliseconds(row):.4g} | {' | '.join(cells)} "
              f"| {popcounts * milliseconds(row) / 1e3:.3g} |")
    print("\n" + "\n".join(targets(arguments.program, arguments.repetitions)))
    print("\n" + "\n".join(ratios(arguments.program, arguments.repetitions, [row["run_name"] for row in rows])), flush=True)
    if arguments.figure:
        figure(rows, arguments.figure)


if __name__ == "__main__":
    main()
