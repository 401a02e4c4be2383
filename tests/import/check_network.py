#!/usr/bin/python3
# SPDX-License-Identifier: Apache-2.0
"""Compares what `cimarron predict` gives for a network of make_networks.py with its evaluation in double precision.

usage: check_network.py --cimarron PROGRAM --networks FOLDER NAME"""
import argparse
import pathlib
import subprocess
import sys
import tempfile

import numpy as np

BOUND = 1e-6  # of the logits' range: what fixed-point coefficients of 32 bits leave in an affine


def predict(program, folder, name, out):
    images = folder / f"{name}.npz"
    command = [program, "predict", str(folder / f"{name}.onnx"), str(images), "--out", str(out)]
    command += np.load(images)["arguments"].tolist()
    run = subprocess.run(command, capture_output=True, text=True)
    if run.returncode != 0:
        sys.exit(f"{name}: exit code {run.returncode}: {run.stderr.strip()}")
    file = out / "output.npy"  # behind a softmax
    return np.load(file if file.exists() else out / "logits.npy"), np.load(out / "classes.npy")


def compare(name, what, got, wanted):
    if got.shape != wanted.shape:
        sys.exit(f"{name}: {what} has shape {got.shape}, {wanted.shape} is right")
    error = np.abs(got - wanted).max() / np.ptp(wanted)
    if not error <= BOUND:
        first = tuple(np.argwhere(np.abs(got - wanted) > BOUND * np.ptp(wanted))[0])
        sys.exit(f"{name}: {what} differs by {error:.3g} of the range; "
                 f"at {first} {got[first]}, {wanted[first]} is right")
    return error


def top_is_tied(wanted):
    top = np.sort(wanted, 1)[:, -2:]
    return top[:, 1] - top[:, 0] <= 2 * BOUND * np.ptp(wanted)


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--cimarron", required=True)
    parser.add_argument("--networks", type=pathlib.Path, required=True)
    parser.add_argument("name")
    arguments = parser.parse_args()
    name, folder = arguments.name, arguments.networks
    wanted = np.load(folder / f"{name}.npz")["output"]
    if name.startswith("same_"):  # another spelling of one network
        compare(name, "its evaluation", wanted, np.load(folder / "same_qcdq.npz")["output"])
    with tempfile.TemporaryDirectory() as out:
        got, classes = predict(arguments.cimarron, folder, name, pathlib.Path(out))
    error = compare(name, "output", got, wanted)
    sure = ~top_is_tied(wanted)
    if not np.array_equal(classes[sure], wanted.argmax(1)[sure]):
        sys.exit(f"{name}: classes differ")
    print(f"{name}: {len(wanted)} images, logits within {error:.2g} of their range, classes equal")


if __name__ == "__main__":
    main()
