# SPDX-License-Identifier: Apache-2.0
"""Tables, figures of merit and figures of activation-bits."""
import math
import subprocess

COLOURS = ["#0072B2", "#D55E00", "#009E73"]
WITHIN = 0.01  # of the best accuracy

INTRODUCTION = """<!-- SPDX-License-Identifier: Apache-2.0 -->
# How many activation bits?

Made by `scripts/activation-bits`; the numbers are in `activation-bits.csv`. Every row is a run that passed all its
checks: energies are counted events times prices plus leakage over the run, latency is that of the cycle-accurate model, one image at a time, no pipelining between layers.
Ranges are what the uncertainty of the constants leaves open ([cost.md](../cost.md)); they are the same constants in every row, so that *differences between
rows are far surer than the rows themselves*. The first and last layer always work on 8 bits.

**Pareto** rows are those that no other row of the same device beats in energy and latency, and accuracy where it is known. Figures of merit, each to be least:
E energy, D latency, E D; with an accuracy also err E D (err = 1 - accuracy), the *least energy within a point* of the best accuracy, and the *knee*: accuracy and
energy are scaled to 0..1 between their extremes, and the bits with the largest accuracy minus energy are taken.
**Holds** says how many variations leave the choice as it is: each constant a result depends on (the result's `dominant_constants`) at either end of its range, in all rows at once; and each
accuracy one standard error up or down, where it is measured.
"""


class Section:
    def __init__(self, name, title, images, results):
        self.name, self.title = name, title
        trained = results[0]["config"]["weights"] == "trained"
        self.rows = [row(name, r, trained) for r in results]
        self.images, self.trained = images, trained
        self.devices = list(dict.fromkeys(r["device"] for r in self.rows))

    def of(self, device):
        return [r for r in self.rows if r["device"] == device]


def influences(dominant):
    """constant -> figure -> its factors at either end of the constant's range."""
    found = {}
    for figure in ("energy_j", "latency_s"):
        for c in dominant[figure]:
            found.setdefault(c["constant"], {})[figure] = (c["low"], c["high"])
    return found


def row(name, result, trained):
    ranges = result["ranges"]
    return {
        "network": name, "activation_bits": result["activation_bits"], "device": result["device"],
        "accuracy": result["top1"] if trained else None, "latency_s": result["latency_s"],
        "latency_low_s": ranges["latency_s"][0], "latency_high_s": ranges["latency_s"][1],
        "energy_j": result["energy_j"], "energy_low_j": ranges["energy_j"][0], "energy_high_j": ranges["energy_j"][1],
        "dynamic_energy_j": result["dynamic_energy_j"], "leakage_energy_j": result["leakage_energy_j"],
        "area_mm2": result["area_mm2"], "area_low_mm2": ranges["area_mm2"][0], "area_high_mm2": ranges["area_mm2"][1],
        "tops_per_w": result["tops_per_w"],
        "influences": influences(result["dominant_constants"]),
    }


def dominated(a, b):
    """Is a beaten by b, or equalled in all and beaten in one?"""
    keys = [("energy_j", 1), ("latency_s", 1)] + ([("accuracy", -1)] if a["accuracy"] is not None else [])
    worse = [sign * a[k] >= sign * b[k] for k, sign in keys]
    strictly = [sign * a[k] > sign * b[k] for k, sign in keys]
    return all(worse) and any(strictly)


def pareto(rows):
    return [r for r in rows if not any(dominated(r, other) for other in rows)]


def unit(values):
    low, high = min(values), max(values)
    return [(v - low) / (high - low) if high > low else 0.0 for v in values]


def merits(trained):
    """name -> rows to the index of the best."""
    def least(value):
        return lambda rows: min(range(len(rows)), key=lambda i: value(rows[i]))

    def cheapest_close(rows):
        best = max(r["accuracy"] for r in rows)
        close = [i for i, r in enumerate(rows) if r["accuracy"] >= best - WITHIN]
        return min(close, key=lambda i: rows[i]["energy_j"])

    def knee(rows):
        gain = [a - e for a, e in zip(unit([r["accuracy"] for r in rows]), unit([r["energy_j"] for r in rows]))]
        return max(range(len(rows)), key=lambda i: gain[i])

    all_merits = {"E": least(lambda r: r["energy_j"]), "D": least(lambda r: r["latency_s"]),
                  "E D": least(lambda r: r["energy_j"] * r["latency_s"])}
    if trained:
        all_merits["err E D"] = least(lambda r: (1 - r["accuracy"]) * r["energy_j"] * r["latency_s"])
        all_merits["least energy within a point"] = cheapest_close
        all_merits["knee"] = knee
    return all_merits


def variations(rows, images):
    """The rows with one thing changed at a time."""
    constants = sorted({c for r in rows for c in r["influences"]})
    for constant in constants:
        for end in (0, 1):
            yield [{**r, **{figure: r[figure] * factors[end] for figure, factors in r["influences"].get(constant, {}).items()}}
                   for r in rows]
    if rows[0]["accuracy"] is None:
        return
    for i, changed in enumerate(rows):
        error = math.sqrt(changed["accuracy"] * (1 - changed["accuracy"]) / images)
        for sign in (-1, 1):
            yield [{**r, "accuracy": r["accuracy"] + (sign * error if i == j else 0)} for j, r in enumerate(rows)]


def merit_lines(section):
    lines = ["| figure of merit | " + " | ".join(section.devices) + " |", "|---" * (len(section.devices) + 1) + "|"]
    for name, best in merits(section.trained).items():
        cells = []
        for device in section.devices:
            rows = section.of(device)
            chosen = best(rows)
            others = [best(v) for v in variations(rows, section.images)]
            cells.append(f"{rows[chosen]['activation_bits']} b, holds in {others.count(chosen)} of {len(others)}")
        lines.append(f"| {name} | " + " | ".join(cells) + " |")
    return lines


def four_bits(section):
    """Where 4 bits is the choice, and in how many variations of all it could be."""
    chosen, possible, all_cases = [], 0, 0
    for name, best in merits(section.trained).items():
        for device in section.devices:
            rows = section.of(device)
            if rows[best(rows)]["activation_bits"] == 4:
                chosen.append(f"{name} ({device})")
            picks = [rows[best(v)]["activation_bits"] for v in variations(rows, section.images)]
            possible += picks.count(4)
            all_cases += len(picks)
    return (f"4 bits is the choice of {', '.join(chosen) if chosen else 'none of them'}; of all {all_cases} variations "
            f"{possible} choose it.")


def table(section):
    lines = ["| device | bits | accuracy % | energy uJ | range | leakage uJ | uJ a bit | latency us | range | area mm2 | range | Pareto |",
             "|---|---|---|---|---|---|---|---|---|---|---|---|"]
    for device in section.devices:
        rows = section.of(device)
        front = pareto(rows)
        for r in rows:
            accuracy = "not trained" if r["accuracy"] is None else f"{100 * r['accuracy']:.2f}"
            lines.append(
                f"| {device} | {r['activation_bits']} | {accuracy} | {1e6 * r['energy_j']:.4g} | "
                f"{1e6 * r['energy_low_j']:.4g} to {1e6 * r['energy_high_j']:.4g} | {1e6 * r['leakage_energy_j']:.4g} | "
                f"{1e6 * r['energy_j'] / r['activation_bits']:.4g} | {1e6 * r['latency_s']:.4g} | "
                f"{1e6 * r['latency_low_s']:.4g} to {1e6 * r['latency_high_s']:.4g} | {r['area_mm2']:.4g} | "
                f"{r['area_low_mm2']:.4g} to {r['area_high_mm2']:.4g} | {'yes' if r in front else ''} |")
    return lines


def slopes(section):
    """What a bit adds, between the fewest and the most bits."""
    lines = []
    for device in section.devices:
        rows = section.of(device)
        first, last = rows[0], rows[-1]
        bits = last["activation_bits"] - first["activation_bits"]
        energy = (last["energy_j"] - first["energy_j"]) / bits
        time = (last["latency_s"] - first["latency_s"]) / bits
        lines.append(f"- {device}: a bit adds {1e6 * energy:.3g} uJ ({100 * energy / first['energy_j']:.0f} % of the energy "
                     f"at {first['activation_bits']} b) and {1e6 * time:.3g} us ({100 * time / first['latency_s']:.0f} %).")
    return lines


def conclusion(sections):
    """What the figures of merit say of 4 bits, over all networks."""
    trained = [s for s in sections if s.trained]
    without = [s.name for s in sections if not s.trained]
    lines = ["## Is 4 bits the optimum?\n"]
    for s in sections:
        lines.append(f"- {s.name}: {four_bits(s)}")
    lines.append("")
    lines.append("Energy, delay and their product rise with every bit on every network and device, so that without an accuracy the "
                 "fewest bits win, whatever the constants are within their ranges" +
                 (f" ({', '.join(without)}: no trained network, so no knee and no optimum by accuracy)." if without else "."))
    for s in trained:
        rows = s.of(s.devices[0])
        choices = {tuple(best(s.of(d)) for best in merits(True).values()) for d in s.devices}
        first, last = rows[0], rows[-1]
        lines.append(f"On {s.name} accuracy rises from {100 * first['accuracy']:.2f} % at {first['activation_bits']} b to "
                     f"{100 * last['accuracy']:.2f} % at {last['activation_bits']} b; which bits win depends on how a point of accuracy is "
                     "weighed against energy, as the figures of merit show" +
                     (", and not on the device." if len(choices) == 1 else ", and on the device."))
    return "\n".join(lines) + "\n"


def page(sections):
    parts = [INTRODUCTION, conclusion(sections)]
    for s in sections:
        images = "1 image" if s.images == 1 else f"{s.images} images"
        kind = "trained" if s.trained else "random weights: energy and latency, no accuracy"
        parts += [f"## {s.title}\n", f"`configs/run/{s.name}.yaml`, {kind}, {images}.\n",
                  f"![energy, latency and accuracy over activation bits](activation-bits-{s.name}.svg)\n",
                  "\n".join(table(s)), "", "\n".join(merit_lines(s)), "", four_bits(s), "", "\n".join(slopes(s)), ""]
    return "\n".join(parts)


def draw(section, folder):
    """Energy and latency with their ranges, and accuracy over energy where it is known."""
    panels = 3 if section.trained else 2
    script = [f"set terminal svg size {340 * panels},340 dynamic noenhanced font 'sans-serif,12' background rgb 'white'",
              f"set output 'activation-bits-{section.name}.svg'", "set border 3", "set tics nomirror", "set key top left",
              "set grid ytics lw 0.3 dt 3", f"set multiplot layout 1,{panels}"]
    for i, device in enumerate(section.devices):
        script.append(f"$d{i} << END")
        for r in section.of(device):
            accuracy = 0 if r["accuracy"] is None else 100 * r["accuracy"]
            script.append(f"{r['activation_bits'] + 0.08 * (i - 1):.2f} {1e6 * r['energy_j']:.6g} {1e6 * r['energy_low_j']:.6g} "
                          f"{1e6 * r['energy_high_j']:.6g} {1e6 * r['latency_s']:.6g} {accuracy:.4f} "
                          f"{1e6 * r['latency_low_s']:.6g} {1e6 * r['latency_high_s']:.6g}")
        script.append("END")

    def plot(xlabel, ylabel, using, style):
        series = ", ".join(f"$d{i} using {using} with {style} lc rgb '{COLOURS[i]}' pt 7 ps 0.5 title '{device}'"
                           for i, device in enumerate(section.devices))
        return [f"set xlabel '{xlabel}'", f"set ylabel '{ylabel}'", f"plot {series}"]

    script += ["set yrange [0:*]"] + plot("activation bits", "energy (uJ an image)", "1:2:3:4", "yerrorlines")
    script += plot("activation bits", "latency (us an image)", "1:5:7:8", "yerrorlines")
    if section.trained:
        script += ["set yrange [*:*]", "set key center right"] + plot("energy (uJ an image)", "accuracy (%)", "2:6:3:4", "xerrorlines")
    script.append("unset multiplot")
    subprocess.run(["gnuplot"], input="\n".join(script) + "\n", text=True, check=True, cwd=folder)
