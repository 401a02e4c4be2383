#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""How well one form over all nodes meets CACTI runs, each node predicted from the others.

usage: fit_sram_across_nodes.py CSV [--device itrs-lop] [--supplies 90:0.9,65:0.8,...]

The CSV is that of fit_sram_buffer.py. Energies are divided by V^2 first. Four forms are tried:
  power law:  node^n P^a S^b of port and size, the form of hw/technology/technology.h with one scale for all nodes;
  cubic:      node^n and the exponent a polynomial, to S^3 and S^2 P, of the logarithms;
  table:      node^n and a free factor for each size and port, the freest form in which nodes differ by a factor;
  neighbours: each size and port log-log between the nodes on either side, inner nodes only.
What the table leaves, no formula of size, port and node can remove: there CACTI divides the array
differently at that node. Prints the errors at the node left out, and how many lie beyond 15 %, of all and of
the nodes that have a neighbour on either side.
"""
import argparse
import csv

import numpy as np

# CACTI 7's low operating power supplies; at 40 nm it interpolates.
SUPPLIES = "90:0.9,65:0.8,45:0.7,40:0.6615,32:0.6,22:0.6"
QUANTITIES = [("read_pj", 2), ("write_pj", 2), ("access_ns", 0), ("area_um2", 0), ("leak_mw", 0)]
LIMIT = 0.15


def features(rows, organisations, form):
    """One row of terms a run: of the node, then of size and port."""
    node = np.log([float(r["node_nm"]) / 40 for r in rows])
    if form == "table":
        table = np.zeros((len(rows), len(organisations)))
        for i, r in enumerate(rows):
            table[i, organisations.index((r["size_bytes"], r["access_bits"]))] = 1
        return np.column_stack([node, table])
    size = np.log([float(r["size_bytes"]) / 65536 for r in rows])
    port = np.log([float(r["access_bits"]) / 128 for r in rows])
    terms = [node, np.ones_like(node), size, port]
    if form == "cubic":
        terms += [size**2, size * port, size**3, size**2 * port]
    return np.column_stack(terms)


def interpolated(rows, wanted, nodes, node):
    """Of one node's runs, from the same size and port at the nodes on either side."""
    sides = sorted({float(n) for n in nodes})
    i = sides.index(float(node))
    if i in (0, len(sides) - 1):
        return None
    known = {(float(r["node_nm"]), r["size_bytes"], r["access_bits"]): w for r, w in zip(rows, wanted)}
    below, above = sides[i - 1], sides[i + 1]
    t = np.log(float(node) / below) / np.log(above / below)
    return np.array([known[(below, r["size_bytes"], r["access_bits"])] * (1 - t)
                     + known[(above, r["size_bytes"], r["access_bits"])] * t
                     for r in rows if r["node_nm"] == node])


def left_out_errors(rows, quantity, supply_power, supplies, form):
    """Of each run, NaN where the form does not reach its node."""
    organisations = sorted({(r["size_bytes"], r["access_bits"]) for r in rows})
    volts = np.log([supplies[r["node_nm"]] for r in rows])
    wanted = np.log([float(r[quantity]) for r in rows]) - supply_power * volts
    nodes = np.array([r["node_nm"] for r in rows])
    errors = np.full(len(rows), np.nan)
    for node in supplies:
        others = nodes != node
        if form == "neighbours":
            predicted = interpolated(rows, wanted, nodes, node)
        else:
            terms = features(rows, organisations, form)
            predicted = terms[~others] @ np.linalg.lstsq(terms[others], wanted[others], rcond=None)[0]
        if predicted is not None:
            errors[~others] = np.abs(np.exp(predicted - wanted[~others]) - 1)
    return errors


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("csv")
    parser.add_argument("--device", default="itrs-lop")
    parser.add_argument("--supplies", default=SUPPLIES)
    arguments = parser.parse_args()
    supplies = {node: float(volts) for node, volts in (s.split(":") for s in arguments.supplies.split(","))}
    with open(arguments.csv, newline="") as file:
        rows = [r for r in csv.DictReader(file)
                if r["device"] == arguments.device and r["node_nm"] in supplies]
    if not rows:
        raise SystemExit(f"{arguments.csv}: no rows for device {arguments.device}")
    ends = {max(supplies, key=float), min(supplies, key=float)}
    inner = np.array([r["node_nm"] not in ends for r in rows])
    print(f"{arguments.device}, {len(rows)} runs, the node predicted from the others; beyond {100 * LIMIT:.0f} %:\n"
          f"{'figure':10} {'form':10} {'median %':>8} {'worst %':>8} {'all':>11} {'inner nodes':>12}")
    for quantity, power in QUANTITIES:
        for form in ("power law", "cubic", "table", "neighbours"):
            errors = left_out_errors(rows, quantity, power, supplies, form)
            known = errors[~np.isnan(errors)]
            beyond = errors > LIMIT
            everywhere = "-" if len(known) < len(errors) else f"{beyond.sum()} of {len(errors)}"
            print(f"{quantity:10} {form:10} {100 * np.median(known):8.1f} {100 * known.max():8.1f} {everywhere:>11} "
                  f"{f'{(beyond & inner).sum()} of {inner.sum()}':>12}")


if __name__ == "__main__":
    main()
