#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Applies the example of CONTRIBUTING.md ("Where do I add an ADC type?") to a copy of the files it names and compiles them:
example_test.py COMPILER [FLAGS...]. A file that the example forgets does not compile: -Werror=switch."""
import os
import re
import subprocess
import sys
import tempfile

ROOT = os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__))))


def changes(text):
    """(file, old lines, new lines) of every hunk of the page's diff; hunks have context, no line numbers."""
    block = re.search(r"^```diff\n(.*?)^```", text, re.M | re.S).group(1)
    file, hunks = None, []
    for line in block.splitlines():
        if line.startswith("--- "):
            file = line[4:]
            hunks.append((file, [], []))
        elif line == "@@":
            hunks.append((file, [], []))
        else:
            if line[:1] in (" ", "-", ""):
                hunks[-1][1].append(line[1:])
            if line[:1] in (" ", "+", ""):
                hunks[-1][2].append(line[1:])
    return hunks


def apply(source, old, new):
    text = "\n".join(old) + "\n"
    if source.count(text) != 1:
        sys.exit(f"the example's lines stand {source.count(text)} times, once is right:\n{text}")
    return source.replace(text, "\n".join(new) + "\n")


def main():
    with open(os.path.join(ROOT, "CONTRIBUTING.md"), encoding="utf-8") as file:
        hunks = changes(file.read())
    sources = {}
    for name, old, new in hunks:
        if name not in sources:
            with open(os.path.join(ROOT, name), encoding="utf-8") as file:
                sources[name] = file.read()
        sources[name] = apply(sources[name], old, new)
    with tempfile.TemporaryDirectory() as folder:
        for name, text in sources.items():
            path = os.path.join(folder, name)
            os.makedirs(os.path.dirname(path), exist_ok=True)
            with open(path, "w", encoding="utf-8") as file:
                file.write(text)
        for name in sorted(sources):
            command = sys.argv[1:] + ["-std=c++17", "-fsyntax-only", "-Wall", "-Werror=switch", "-I", folder, "-I", ROOT,
                                      "-x", "c++", os.path.join(folder, name)]
            subprocess.run(command, check=True)
            print("compiles:", name)


if __name__ == "__main__":
    main()
