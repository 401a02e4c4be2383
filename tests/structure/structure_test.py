#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Tests of the checkers: a tree that obeys passes, and one change makes it fail with the line that says so."""
import os
import shutil
import subprocess
import tempfile
import unittest

HERE = os.path.dirname(os.path.abspath(__file__))
ROOT = os.path.dirname(os.path.dirname(HERE))


def run(checker, root):
    result = subprocess.run([os.path.join(HERE, checker), root], capture_output=True, text=True)
    return result.returncode, result.stdout.splitlines()


class Tree(unittest.TestCase):
    def setUp(self):
        self.root = tempfile.mkdtemp()
        self.addCleanup(shutil.rmtree, self.root)

    def write(self, path, *lines):
        path = os.path.join(self.root, path)
        os.makedirs(os.path.dirname(path), exist_ok=True)
        with open(path, "w", encoding="utf-8") as file:
            file.write("\n".join(lines) + "\n")


class Storeys(Tree):
    def test_an_include_that_runs_down_passes(self):
        self.write("hw/tile/tile.cpp", '#include "hw/macro/macro.h"', '#include "hw/tile/tile.h"', "#include <vector>")
        self.assertEqual(run("check-storeys", self.root), (0, []))

    def test_one_that_runs_up_is_named(self):
        self.write("hw/macro/macro.cpp", "", '#include "hw/tile/tile.h"')
        self.assertEqual(run("check-storeys", self.root),
                         (1, ["hw/macro/macro.cpp:2: includes hw/tile/tile.h, which stands above it"]))

    def test_a_folder_without_a_storey_is_named(self):
        self.write("hw/garden/tree.h", "#pragma once")
        self.assertEqual(run("check-storeys", self.root), (1, ["hw/garden/tree.h: stands in no storey of the table"]))

    def test_every_include_of_this_tree_turned_round_is_found(self):
        """One include for each pair of storeys that this tree has, written the other way round."""
        pairs = set()
        for top in ("hw", "sim"):
            for folder, _, files in os.walk(os.path.join(ROOT, top)):
                for name in files:
                    if not name.endswith((".h", ".cpp")):
                        continue
                    own = os.path.relpath(folder, ROOT)
                    with open(os.path.join(folder, name), encoding="utf-8") as file:
                        for line in file:
                            if line.startswith(('#include "hw/', '#include "sim/')):
                                pairs.add((own, os.path.dirname(line.split('"')[1])))
        pairs = sorted((a, b) for a, b in pairs if a != b and a != "sim")
        self.assertGreater(len(pairs), 50)
        for number, (own, below) in enumerate(pairs):
            self.write(f"{below}/turned_{number}.h", f'#include "{own}/x.h"')
        status, lines = run("check-storeys", self.root)
        self.assertEqual(status, 1)
        self.assertEqual(sorted(lines), sorted(f"{below}/turned_{n}.h:1: includes {own}/x.h, which stands above it"
                                               for n, (own, below) in enumerate(pairs)))


class Lengths(Tree):
    BODY = ["    int a = 0;"] * 60

    def test_the_most_that_is_allowed_passes(self):
        self.write("hw/a/a.cpp", "int f(int a,", "      int b) {", *self.BODY, "}", *["//"] * 237)
        self.assertEqual(run("check-lengths", self.root), (0, []))

    def test_one_line_more_is_named(self):
        self.write("sim/a/a.cpp", "", "template <class T>", "T f(int a,", "    int b) {", *self.BODY, "", "}", *["//"] * 235)
        self.assertEqual(run("check-lengths", self.root),
                         (1, ["sim/a/a.cpp: 301 lines, 300 is the most",
                              "sim/a/a.cpp:3: a function of 61 lines, 60 is the most: T f(int a,"]))

    def test_methods_and_constructors_count(self):
        self.write("hw/a/a.h", "class A {", "    A(int a)", "        : a_(a),", "          b_{a} {", *["        ++a;"] * 61,
                   "    }", "    int f() const {", *["        ++a;"] * 61, "    }", "};")
        self.assertEqual(run("check-lengths", self.root),
                         (1, ["hw/a/a.h:2: a function of 61 lines, 60 is the most: A(int a)",
                              "hw/a/a.h:67: a function of 61 lines, 60 is the most: int f() const {"]))


if __name__ == "__main__":
    unittest.main()
