#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Fits the closed form of SramBufferTechnology (hw/technology/technology.h) to CACTI runs.

usage: fit_sram_buffer.py CSV [--node 22] [--device itrs-lop]

The CSV has the columns node_nm, device, size_bytes, access_bits, read_pj, write_pj, access_ns,
leak_mw and area_um2, one CACTI run a row. Energies are power laws, fitted by least squares on
logarithms; the rest are sums of physical terms, fitted by least squares on the relative error with
the terms chosen beforehand. Prints the constants and the fit's errors.
"""
import argparse
import csv

import numpy as np


def read_rows(path, node, device):
    with open(path, newline="") as file:
        rows = [r for r in csv.DictReader(file) if r["node_nm"] == node and r["device"] == device]
    if not rows:
        raise SystemExit(f"{path}: no rows for node {node} and device {device}")
    return rows


def column(rows, name):
    return np.array([float(row[name]) for row in rows])


def power_law(port, size, values):
    terms = np.stack([np.ones_like(port), np.log(port), np.log(size)], axis=1)
    solution = np.linalg.lstsq(terms, np.log(values), rcond=None)[0]
    return [np.exp(solution[0]), *solution[1:]], np.exp(terms @ solution)


def linear(terms, values):
    matrix = np.stack(terms, axis=1)
    solution = np.linalg.lstsq(matrix / values[:, None], np.ones_like(values), rcond=None)[0]
    if (solution < 0).any():
        raise SystemExit(f"negative coefficient {solution}: drop a term")
    return solution, matrix @ solution


def report(names, solution, fitted, values):
    for name, value in zip(names, solution):
        print(f"{name}: {value:.5g}")
    error = fitted / values - 1
    print(f"  # error: rms {100 * np.sqrt(np.mean(error**2)):.1f} %, "
          f"worst {100 * np.abs(error).max():.1f} %")


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("csv")
    parser.add_argument("--node", default="22")
    parser.add_argument("--device", default="itrs-lop")
    arguments = parser.parse_args()
    rows = read_rows(arguments.csv, arguments.node, arguments.device)
    port, size = column(rows, "access_bits"), 8 * column(rows, "size_bytes")
    root, one = np.sqrt(size), np.ones_like(size)
    for access in ("read", "write"):
        names = [f"{access}_scale", f"{access}_port_exponent", f"{access}_size_exponent"]
        values = column(rows, f"{access}_pj")
        report(names, *power_law(port, size, values), values)
    values = column(rows, "access_ns")
    report(["time_base", "time_slope"], *linear([one, root], values), values)
    values = column(rows, "area_um2")
    report(["area_port", "area_size", "area_port_sqrt_size"],
           *linear([port, size, port * root], values), values)
    values = column(rows, "leak_mw") * 1e6
    report(["leakage_size", "leakage_sqrt_size"], *linear([size, root], values), values)


if __name__ == "__main__":
    main()
