#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""How well one form over all nodes meets CACTI runs, each node predicted from the others.

usage: fit_sram_across_nodes.py CSV [--device itrs-lop] [--supplies 90:0.9,65:0.8,...]

The CSV is that of fit_sram_buffer.py. Two forms are tried on a device's runs, both with a factor node^n,
and V^2 for energies:
  power law: P^a S^b of port and size, the form of hw/cost/technology.h;
  table:     a free factor for each size and port, the freest form in which nodes differ by a factor.
What the table leaves, no formula of size, port and node can remove: there CACTI divides the array
differently at that node. Prints the errors at the node left out.
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
    size = np.log([float(r["size_bytes"]) for r in rows])
    port = np.log([float(r["access_bits"]) for r in rows])
    return np.column_stack([node, np.ones_like(node), size, port])


def left_out_errors(rows, quantity, supply_power, supplies, form):
    organisations = sorted({(r["size_bytes"], r["access_bits"]) for r in rows})
    terms = features(rows, organisations, form)
    volts = np.log([supplies[r["node_nm"]] for r in rows])
    wanted = np.log([float(r[quantity]) for r in rows]) - supply_power * volts
    nodes = np.array([r["node_nm"] for r in rows])
    errors = np.zeros(len(rows))
    for node in supplies:
        others = nodes != node
        solution = np.linalg.lstsq(terms[others], wanted[others], rcond=None)[0]
        errors[~others] = np.abs(np.exp(terms[~others] @ solution - wanted[~others]) - 1)
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
    print(f"{arguments.device}, {len(rows)} runs, the node predicted from the others\n"
          f"{'figure':10} {'form':10} {'median %':>8} {'worst %':>8}   beyond {100 * LIMIT:.0f} %")
    for quantity, power in QUANTITIES:
        for form in ("power law", "table"):
            errors = left_out_errors(rows, quantity, power, supplies, form)
            print(f"{quantity:10} {form:10} {100 * np.median(errors):8.1f} {100 * errors.max():8.1f}   "
                  f"{(errors > LIMIT).sum()} of {len(errors)}")


if __name__ == "__main__":
    main()
