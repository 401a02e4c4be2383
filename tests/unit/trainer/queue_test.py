# SPDX-License-Identifier: Apache-2.0
"""scripts/cifar10-queue with a stand-in for cimarron-train, and scripts/cifar10-table and scripts/paper-claims on its rows."""
import csv
import json
import os
import signal
import subprocess
import sys
import tempfile
import time
import unittest

ROOT = os.path.dirname(os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__)))))
PLAN = "network,method,activation_bits,seed,epochs,teacher,tuning\n"

# Finishes a run the way cimarron-train does, unless told to fail; counts its calls.
STAND_IN = """#!/usr/bin/env python3
import json, os, sys, time
sets = dict(a.split("=", 1) for a in sys.argv[1:] if "=" in a)
out = sys.argv[sys.argv.index("--out") + 1]
here = os.path.dirname(os.path.abspath(__file__))
with open(os.path.join(here, "calls"), "a") as calls:
    calls.write(os.path.basename(sys.argv[1]) + " " + sets["activation_bits"] + " taught" * ("teacher" in sets) + "\\n")
if "--save-weights" in sys.argv:
    open(sys.argv[sys.argv.index("--save-weights") + 1], "w").write(out)
    sys.exit(0)
if "--resume" in sys.argv:
    open(os.path.join(here, "resumed"), "w").write(sys.argv[sys.argv.index("--resume") + 1])
if os.path.exists(os.path.join(here, "epochs")):  # so many are done, then it trains on
    os.makedirs(out, exist_ok=True)
    with open(os.path.join(out, "log.json"), "w") as log:
        json.dump({"epochs": [{"seconds": 10}] * int(open(os.path.join(here, "epochs")).read())}, log)
if os.path.exists(os.path.join(here, "scheduling")):
    open(os.path.join(here, "scheduling"), "w").write(f"{os.sched_getscheduler(0) == os.SCHED_IDLE} {os.nice(0)}")
if os.path.exists(os.path.join(here, "slow")):
    time.sleep(300)
if os.path.exists(os.path.join(here, "together")):  # ends once another cell is at work beside it
    print("waits for company", flush=True)
    begin = time.time()
    while len(open(os.path.join(here, "calls")).readlines()) < 2:
        if time.time() - begin > 60:
            sys.exit(3)
        time.sleep(0.02)
if os.path.exists(os.path.join(here, "failing")):  # one ends once another is at work; that one never ends
    if sets["activation_bits"] == "2":
        while not os.path.exists(os.path.join(here, "stays")):
            time.sleep(0.02)
        sys.exit(int(open(os.path.join(here, "failing")).read()))
    with open(os.path.join(here, "staying"), "w") as file:
        file.write(str(os.getpid()))
    os.rename(file.name, os.path.join(here, "stays"))
    time.sleep(300)
if os.path.exists(os.path.join(here, "broken")) and sets["activation_bits"] == "2":
    sys.exit(1)
os.makedirs(out, exist_ok=True)
top1 = 70 + 5 * int(sets["activation_bits"]) + (1 if "bwma" in sys.argv[1] else 0) + len(sets.get("tuning.pact_clip", "")) + 0.5 * ("teacher" in sets)
with open(os.path.join(out, "log.json"), "w") as log:
    json.dump({"accuracy": {"float": top1 + 0.1, "integer": top1, "agreement": 99, "images": 1000},
               "config": {"warm_start": "0123456789abcdef"}, "epochs": [{"seconds": 10}],
               "versions": {"cimarron": "0"}}, log)
"""


class QueueTest(unittest.TestCase):
    def setUp(self):
        self.temporary = tempfile.TemporaryDirectory()
        self.addCleanup(self.temporary.cleanup)
        self.folder = self.temporary.name
        self.write("train", STAND_IN)
        os.chmod(self.path("train"), 0o755)
        os.mkdir(self.path("start"))
        self.write("start/log.json", json.dumps({"epochs": [{"test_accuracy": 90.5}] * 30}))

    def path(self, name):
        return os.path.join(self.folder, name)

    def write(self, name, text):
        with open(self.path(name), "w") as file:
            file.write(text)

    def command(self, *arguments):
        return [sys.executable, os.path.join(ROOT, "scripts/cifar10-queue"), "--start", self.path("start"), "--plan",
                self.path("plan.csv"), "--csv", self.path("rows.csv"), "--out", self.path("out"), "--program",
                self.path("train"), *arguments]

    def queue(self, *arguments):
        return subprocess.run(self.command(*arguments), capture_output=True, text=True)

    def rows(self):
        with open(self.path("rows.csv"), newline="") as file:
            return list(csv.DictReader(file))

    def calls(self):
        with open(self.path("calls")) as file:
            return file.read().splitlines()

    def test_trains_what_is_left_and_goes_on_after_a_failure(self):
        self.write("plan.csv", PLAN + "resnet20,bwma,1,1,4,none,\n# a comment\nresnet20,lsq,2,1,4,none,\nresnet20,pact,1,1,4,none,pact_clip=2\n")
        self.write("broken", "")
        failed = self.queue()
        self.assertEqual(failed.returncode, 2)
        self.assertIn("resnet20_lsq_a2_s1_e4: cimarron-train ended with 1", failed.stderr)
        self.assertEqual(len(self.rows()), 1)
        os.remove(self.path("broken"))
        self.assertEqual(self.queue("--cells", "1").returncode, 0)
        self.assertEqual(self.queue().returncode, 0)
        self.assertEqual(self.calls(), ["bwma.yaml 1", "lsq.yaml 2", "lsq.yaml 2", "pact.yaml 1"])
        self.assertEqual([row["top1"] for row in self.rows()], ["76.00", "80.00", "76.00"])
        self.assertEqual(self.rows()[2]["tuning"], "pact_clip=2")
        self.assertIn("3 of 3 cells are done", self.queue().stdout)
        self.assertEqual(len(self.calls()), 4)

    def test_trains_cells_side_by_side(self):
        self.write("plan.csv", PLAN + "resnet20,bwma,1,1,4,none,\nresnet20,lsq,1,1,4,none,\nresnet20,pact,1,1,4,none,\n")
        self.write("together", "")
        done = self.queue("--parallel", "2")
        self.assertEqual(done.returncode, 0, done.stderr)
        self.assertEqual(sorted(row["method"] for row in self.rows()), ["bwma", "lsq", "pact"])
        with open(self.path("out/start_30/resnet20_bwma_a1_s1_e4.txt")) as output:
            self.assertEqual(output.read(), "waits for company\n")
        self.assertNotIn("company", done.stdout)

    def test_a_failure_ends_what_trains_beside_it(self):
        self.write("plan.csv", PLAN + "resnet20,bwma,2,1,4,none,\nresnet20,lsq,1,1,4,none,\nresnet20,pact,1,1,4,none,\n")
        # Status 0 without a log is a failure too, found in another place.
        for status, message in ("1", "resnet20_bwma_a2_s1_e4: cimarron-train ended with 1; "), ("0", "log.json: "):
            self.write("calls", "")
            self.write("failing", status)
            failed = self.queue("--parallel", "2")
            self.assertEqual(failed.returncode, 2)
            self.assertIn(message, failed.stderr)
            self.assertEqual(sorted(self.calls()), ["bwma.yaml 2", "lsq.yaml 1"])
            self.assertFalse(os.path.exists(self.path("rows.csv")))
            with open(self.path("stays")) as file:
                self.assertRaises(ProcessLookupError, os.kill, int(file.read()), 0)
            os.remove(self.path("stays"))

    def test_a_signal_ends_the_trainings_and_the_queue(self):
        self.write("plan.csv", PLAN + "resnet20,bwma,1,1,4,none,\nresnet20,lsq,1,1,4,none,\n")
        self.write("slow", "")
        for parallel in "1", "2":
            self.write("calls", "")
            with subprocess.Popen(self.command("--parallel", parallel), stdout=subprocess.DEVNULL) as queue:
                while len(self.calls()) < int(parallel):
                    self.assertIsNone(queue.poll())
                    time.sleep(0.05)
                queue.send_signal(signal.SIGTERM)
                self.assertEqual(queue.wait(timeout=60), 128 + signal.SIGTERM)

    def test_another_start_is_another_cell(self):
        self.write("plan.csv", PLAN + "resnet20,bwma,1,1,4,none,\n")
        self.queue()
        self.write("start/log.json", json.dumps({"epochs": [{"test_accuracy": 91}] * 31}))
        self.queue()
        self.assertEqual([row["start_epochs"] for row in self.rows()], ["30", "31"])

    def test_a_list_may_be_cut_short(self):
        self.write("plan.csv", PLAN + "".join(f"resnet20,bwma,1,{seed},4,none,\n" for seed in range(20000)))
        with subprocess.Popen(self.command("--list"), stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True) as queue:
            self.assertEqual(queue.stdout.readline(), "0 of 20000 cells are done\n")
            queue.stdout.close()
            self.assertEqual(queue.stderr.read(), "")

    def test_says_what_is_wrong_with_the_input(self):
        self.write("plan.csv", "network,method\n")
        self.assertIn("plan.csv: the first line must be", self.queue().stderr)
        self.write("plan.csv", PLAN + "resnet20,bwma,1\n")
        self.assertIn("plan.csv:2: 3 values for 7 columns", self.queue().stderr)
        self.write("plan.csv", PLAN + "resnet20,nothing,1,1,4,none,\n")
        self.assertIn("method 'nothing' has no", self.queue().stderr)
        self.write("plan.csv", PLAN + "resnet20,bwma,1,1,4,everyone,\n")
        self.assertIn("teacher 'everyone': none or start is right", self.queue().stderr)
        self.assertIn("nothing: no such program", self.queue("--program", self.path("nothing")).stderr)
        self.assertIn("--parallel 0: 1 or more is right", self.queue("--parallel", "0").stderr)

    def table(self):
        subprocess.run([sys.executable, os.path.join(ROOT, "scripts/cifar10-table"), "--csv", self.path("rows.csv"),
                        "--out", self.path("table.md")], check=True)
        with open(self.path("table.md")) as file:
            return file.read()

    def test_the_table_says_who_is_ahead(self):
        self.write("plan.csv", PLAN + "resnet20,bwma,1,1,4,none,\nresnet20,bwma,1,2,4,none,\nresnet20,pact,1,1,4,none,\n"
                   "resnet20,pact,1,1,4,none,pact_clip=12345678\nresnet20,pact,1,1,4,none,pact_clip=9\nresnet20,pact,2,1,4,none,\n")
        self.queue()
        with open(self.path("rows.csv"), "a") as rows:
            rows.write("resnet20,adabin,1,1,4,none,,76.30,76.30,99.00,1000,0123456789ab,30,90.50,10,0\n")
        text = self.table()
        self.assertIn("| **BWMA** | 76.00 ± 0.00 (2) | – |\n", text)
        self.assertIn("| PACT | 75.00 |", text)
        self.assertIn("| PACT, the best of its default and what was searched | **83.00** | – |", text)
        self.assertIn("| setting | 1 bit |\n|---|---|\n| PACT, default | 75.00 |\n| PACT, pact_clip=9 | 76.00 |\n"
                      "| PACT, pact_clip=12345678 | 83.00 |\n", text)
        self.assertIn("1 bit: BWMA is behind AdaBin. Its lead in points over each: AdaBin -0.30, PACT +1.00. "
                      "Under 0.5 points, and so perhaps chance: AdaBin.\n", text)

    def test_a_cell_with_a_teacher_is_another_cell_and_another_table(self):
        self.write("plan.csv", PLAN + "".join(f"resnet20,bwma,{bits},1,4,{teacher},\n" for bits in "12" for teacher in ("none", "start")))
        self.queue()
        self.assertEqual(self.calls(), ["bwma.yaml 1", "bwma.yaml 1 taught", "bwma.yaml 2", "bwma.yaml 2 taught"])
        self.assertIn("4 of 4 cells are done", self.queue().stdout)
        with open(self.path("rows.csv"), "a") as rows:
            rows.write("resnet20,bwma,2,2,4,start,,90.00,90.00,99.00,1000,0123456789ab,30,90.50,10,0\n")
        labels, taught = self.table().split("## ")[1:]
        self.assertIn("in place of the labels", taught)
        self.assertNotIn("in place of the labels", labels)
        self.assertIn("by the labels (at bits): **BWMA** +0.50 (1), +0.50 (2).\n", taught)
        self.assertNotIn("by the labels (at bits)", labels)

    def test_the_table_takes_all_widths_together(self):
        cells = [("bwma", 1, 1, 77), ("bwma", 2, 1, 82), ("bwma", 2, 2, 83), ("bwma", 4, 2, 85), ("bwma", 8, 2, 86),
                 ("lsq", 1, 1, 76), ("lsq", 2, 1, 82), ("lsq", 2, 2, 81), ("lsq", 4, 1, 90),
                 ("adabin", 2, 2, 84), ("adabin", 4, 2, 84), ("adabin", 8, 2, 83)]
        self.write("rows.csv", "network,method,activation_bits,seed,epochs,teacher,tuning,top1,start_epochs,start_top1,images,seconds\n" + "".join(
            f"resnet20,{method},{bits},{seed},4,none,,{top1},30,87.15,10000,10\n" for method, bits, seed, top1 in cells))
        text = self.table()
        self.assertIn("(pairs): LSQ +1.00 ± 0.58 (3), AdaBin +1.00 ± 1.15 (3).\n", text)
        self.assertIn("guided BWMA's design: AdaBin +1.00 ± 1.15 (3).\n", text)

    def test_the_table_refuses_a_cell_that_stands_twice(self):
        self.write("plan.csv", PLAN + "resnet20,bwma,1,1,4,none,\nresnet20,bwma,2,1,4,none,\n")
        self.queue()
        with open(self.path("rows.csv")) as rows:
            again = rows.read().splitlines()[1]
        with open(self.path("rows.csv"), "a") as rows:
            rows.write(again + "\n")
        table = subprocess.run([sys.executable, os.path.join(ROOT, "scripts/cifar10-table"), "--csv", self.path("rows.csv"),
                                "--out", self.path("table.md")], capture_output=True, text=True)
        self.assertEqual(table.returncode, 2)
        self.assertEqual(table.stderr, f"cifar10-table: {self.path('rows.csv')}:4: the cell of line 2 again: one of the two is right\n")
        self.assertFalse(os.path.exists(self.path("table.md")))

    def stop_after(self, epochs):
        """A cell of four epochs is stopped after some of them."""
        self.write("plan.csv", PLAN + "resnet20,bwma,2,1,4,none,\n")
        self.write("slow", "")
        self.write("epochs", str(epochs))
        queue = subprocess.Popen(self.command("--weights", self.path("left")), stdout=subprocess.DEVNULL)
        log = self.path("out/start_30/resnet20_bwma_a2_s1_e4/log.json")
        while not (os.path.exists(log) and os.path.getsize(log)):
            time.sleep(0.02)
        queue.send_signal(signal.SIGTERM)
        self.assertEqual(queue.wait(60), 128 + signal.SIGTERM)
        return self.path("left/resnet20_bwma_a2_s1_e4.weights")

    def test_a_cell_stopped_past_its_half_leaves_its_weights_and_goes_on_from_them(self):
        weights = self.stop_after(2)
        self.assertTrue(os.path.exists(weights))
        os.remove(self.path("slow"))
        os.remove(self.path("epochs"))
        self.assertEqual(self.queue("--weights", self.path("left")).returncode, 0)
        with open(self.path("resumed")) as file:
            self.assertEqual(file.read(), weights)
        self.assertFalse(os.path.exists(weights))  # the cell is finished

    def test_a_cell_stopped_in_its_first_half_leaves_none(self):
        self.assertFalse(os.path.exists(self.stop_after(1)))

    def test_an_idle_queue_trains_on_what_others_leave(self):
        self.write("plan.csv", PLAN + "resnet20,bwma,2,1,4,none,\n")
        self.write("scheduling", "")
        self.assertEqual(self.queue("--idle").returncode, 0)
        with open(self.path("scheduling")) as file:
            self.assertEqual(file.read(), "True 19")

    COSTS = "network,activation_bits,device,accuracy,latency_s,energy_j,area_mm2\n" + "".join(
        f"n,{bits},SRAM,{accuracy},{1e-4 * bits},{1e-6 * bits},2\n" for bits, accuracy in ((1, 0.5), (4, 0.9), (8, 0.905)))

    def claims(self, rows=None, costs=None):
        out = self.path("claims.md")
        done = subprocess.run([sys.executable, os.path.join(ROOT, "scripts/paper-claims"), "--csv", rows or self.path("rows.csv"),
                               "--costs", costs or self.path("costs.csv"), "--out", out], capture_output=True, text=True)
        self.assertEqual(done.returncode, 0, done.stderr)
        with open(out) as file:
            return file.read()

    def test_the_claims_follow_from_the_rows(self):
        cells = [("bwma", 1, 1, 77), ("bwma", 1, 2, 79), ("bwma", 4, 1, 85), ("bwma", 8, 1, 86), ("lsq", 1, 1, 76), ("lsq", 1, 2, 77),
                 ("lsq", 4, 1, 80), ("adabin", 1, 1, 77.5), ("adabin", 4, 1, 84)]
        self.write("rows.csv", "network,method,activation_bits,seed,epochs,teacher,tuning,top1,start_epochs,start_top1,images,seconds\n" + "".join(
            f"resnet20,{method},{bits},{seed},4,none,,{top1},30,87.15,10000,10\n" for method, bits, seed, top1 in cells)
            + "resnet20,pact,1,1,4,none,,60,30,87.15,10000,10\nresnet20,pact,1,1,4,none,pact_clip=2,78.5,30,87.15,10000,10\n")
        self.write("costs.csv", self.COSTS)
        text = self.claims()
        self.assertIn("| LSQ | +1.50 ± 0.50 (2) | +5.00 | – |", text)
        self.assertIn("| AdaBin | -0.50 | +1.00 | – |", text)
        self.assertIn("reached everywhere over PACT, LSQ; nowhere over AdaBin", text)
        self.assertIn("4 bits are 1.00 points below 8 (4 epochs)", text)
        self.assertIn("| 4 | PACT | 1 | 60.00 | 78.50 | pact_clip=2 | -0.50 |", text)
        self.assertIn("a search adds up to 18.5 points to a baseline |", text)  # and brings it past BWMA
        self.assertIn("| n | SRAM | 1 b | 1 b | 1 b | 1 b | 4 b | 4 b |", text)

    def test_the_shipped_claims_are_those_of_the_shipped_rows(self):
        results = os.path.join(ROOT, "docs/results")
        with open(os.path.join(results, "claims.md")) as file:
            shipped = file.read()
        self.assertEqual(self.claims(os.path.join(results, "cifar10.csv"), os.path.join(results, "activation-bits.csv")), shipped)

    def test_the_shipped_plan_names_shipped_files(self):
        for name in "plan.csv", "plan-long.csv":
            plan = os.path.join(ROOT, "configs/train/cifar10", name)
            done = self.queue("--plan", plan, "--list")
            self.assertEqual(done.returncode, 0, done.stderr)
            with open(plan) as file:
                for line in file:
                    if line.startswith("resnet20,"):
                        self.assertTrue(os.path.exists(os.path.join(ROOT, "configs/train/cifar10", line.split(",")[1] + ".yaml")))


if __name__ == "__main__":
    unittest.main()
