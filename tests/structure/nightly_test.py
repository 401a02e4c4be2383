#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""scripts/nightly with a stand-in for ctest and, where it is installed, clang-tidy itself on a file of its own."""
import json
import os
import shutil
import stat
import subprocess
import tempfile
import unittest

ROOT = os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__))))


class Nightly(unittest.TestCase):
    def setUp(self):
        self.root = os.path.realpath(tempfile.mkdtemp())
        self.addCleanup(shutil.rmtree, self.root)
        for folder in ("scripts", "build", "bin", "hw"):
            os.mkdir(self.path(folder))
        shutil.copy(os.path.join(ROOT, "scripts/nightly"), self.path("scripts"))

    def path(self, name):
        return os.path.join(self.root, name)

    def tool(self, name, *lines):
        with open(self.path(f"bin/{name}"), "w", encoding="utf-8") as file:
            file.write("\n".join(("#!/bin/sh", *lines)) + "\n")
        os.chmod(self.path(f"bin/{name}"), stat.S_IRWXU)

    def source(self, lines):
        with open(self.path("hw/a.cpp"), "w", encoding="utf-8") as file:
            file.write("int f(int a) {\n" + "    ++a;\n" * (lines - 1) + "    return a;\n}\n")
        with open(self.path("build/compile_commands.json"), "w", encoding="utf-8") as file:
            json.dump([{"directory": self.root, "command": "c++ -c hw/a.cpp", "file": self.path("hw/a.cpp")}], file)

    def outcomes(self, path=None):
        """(exit status, outcome of each check)"""
        environment = dict(os.environ, PATH=path or self.path("bin") + ":" + os.environ["PATH"])
        result = subprocess.run([shutil.which("python3"), self.path("scripts/nightly"), "--build", self.path("build")],
                                capture_output=True, text=True, env=environment)
        rows = result.stdout.splitlines()[1:]
        return result.returncode, {row[:18].strip(): row[18:68].strip() for row in rows}

    def test_a_failing_test_fails_the_night_and_is_counted(self):
        self.tool("ctest", "echo '98% tests passed, 2 tests failed out of 90'", "exit 8")
        status, outcomes = self.outcomes()
        self.assertEqual((status, outcomes["nightly-tests"]), (1, "failed: 2 of 90 tests"))
        with open(self.path("out/nightly/nightly-tests.log"), encoding="utf-8") as log:
            self.assertIn("2 tests failed out of 90", log.read())

    def test_no_test_is_no_success(self):
        self.tool("ctest", "echo 'No tests were found!!!'", "exit 8")
        status, outcomes = self.outcomes()
        self.assertEqual((status, outcomes["nightly-tests"]), (1, "failed: no test ran"))

    def test_a_missing_tool_fails(self):
        self.tool("ctest", "echo '100% tests passed, 0 tests failed out of 3'")
        status, outcomes = self.outcomes(path=self.path("bin"))
        self.assertEqual((status, outcomes["nightly-tests"]), (1, "passed: 3 tests"))
        self.assertTrue(outcomes["function-lengths"].startswith("failed: no clang-tidy"))

    @unittest.skipUnless(shutil.which("clang-tidy"), "no clang-tidy: scripts/install-packages nightly")
    def test_sixty_lines_pass_and_sixty_one_do_not(self):
        self.tool("ctest", "echo '100% tests passed, 0 tests failed out of 3'")
        self.source(60)
        self.assertEqual(self.outcomes(), (0, {"nightly-tests": "passed: 3 tests", "function-lengths": "passed: 1 files"}))
        self.source(61)
        status, outcomes = self.outcomes()
        self.assertEqual((status, outcomes["function-lengths"]), (1, "failed: 1 functions of more than 60 lines"))


if __name__ == "__main__":
    unittest.main()
