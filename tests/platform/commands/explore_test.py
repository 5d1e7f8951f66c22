#!/usr/bin/env python3
"""Experiments: points and rows, shards and their merge, what is refused, and runs that are killed at random moments.

usage: explore_test.py PROGRAM [KILLS [SEED]]; the seed may be in HWCVP_SEED, too
"""

import csv
import json
import os
import pathlib
import random
import signal
import sqlite3
import subprocess
import sys
import tempfile
import time
import unittest

PROGRAM = sys.argv[1]
KILLS = int(sys.argv[2]) if len(sys.argv) > 2 else 6
SEED = int(sys.argv[3] if len(sys.argv) > 3 else os.environ.get("HWCVP_SEED", "1"))
sys.argv[1:] = []

LAYER = {"name": "small", "in_channels": 8, "in_height": 16, "in_width": 16, "out_channels": 16, "kernel_shape": [3, 3]}
RUNS = {
    "command": "run",
    "fixed": {"layer": "layer.json", "cpu": "native"},
    "grid": {"buffer": ["1KiB", "2KiB", 1], "dram.latency_ns": [10, 1000]},
    "sample": {"count": 2, "seed": 4, "values": {"hwc.clock_mhz": {"from": 100, "to": 999}}},
}
OF_TIME = {"seconds"}


class ExploreTest(unittest.TestCase):
    def setUp(self):
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.folder = pathlib.Path(folder.name)
        self.write("layer.json", LAYER)
        self.write("runs.json", RUNS)

    def write(self, name, document):
        (self.folder / name).write_text(json.dumps(document), encoding="utf-8")

    def start(self, *arguments):
        return subprocess.Popen([PROGRAM, "explore", *arguments], cwd=self.folder, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)

    def explore(self, *arguments, status=0):
        process = self.start(*arguments)
        out, err = process.communicate(timeout=300)
        self.assertEqual(process.returncode, status, err)
        return out if status == 0 else err

    def rows(self, *arguments):
        rows = json.loads(self.explore(*arguments, "--json"))["rows"]
        return [{name: value for name, value in row.items() if name not in OF_TIME} for row in rows]

    def test_every_point_has_a_row(self):
        rows = self.rows("runs.json", "--output", "a.sqlite", "--csv", "a.csv")
        self.assertEqual(len(rows), 12)
        for row in rows:
            if row["buffer"] == 1:
                self.assertEqual((row["status"], row["predicted_bytes"]), (2, None))
                self.assertIn("no schedule fits", row["message"])
            else:
                self.assertEqual((row["status"], row["message"], row["match"], row["verified"]), (0, None, 1, 1))
                self.assertEqual(row["observed_bytes"], row["predicted_bytes"])
        cycles = {row["dram.latency_ns"]: row["observed_cycles"] for row in rows if row["buffer"] == "2KiB"}
        self.assertLess(cycles[10], cycles[1000], "the property reached the machine")
        with open(self.folder / "a.csv", newline="", encoding="utf-8") as file:
            table = list(csv.DictReader(file))
        self.assertEqual([{name: line[name] for name in ("buffer", "observed_bytes")} for line in table],
                         [{"buffer": str(row["buffer"]), "observed_bytes": str(row["observed_bytes"] or "")} for row in rows])

    def test_what_is_there_is_not_run_again(self):
        first = self.explore("runs.json", "--output", "a.sqlite")
        self.assertIn("12 points of run, 0 of them there before, 12 run now: 0 disagreed, 4 refused, 0 faults", first)
        self.assertIn("12 of them there before, 0 run now", self.explore("runs.json", "--output", "a.sqlite"))
        self.write("more.json", {**RUNS, "grid": {"buffer": ["1KiB", "4KiB"], "dram.latency_ns": [10]}})
        self.assertIn("4 points of run, 2 of them there before, 2 run now", self.explore("more.json", "--output", "a.sqlite"))

    def test_shards_are_the_whole(self):
        whole = self.rows("runs.json", "--output", "whole.sqlite")
        for shard in (1, 2, 3):
            self.explore("runs.json", "--output", f"{shard}.sqlite", "--shard", f"{shard}/3")
        merged = self.rows("runs.json", "--output", "merged.sqlite", "--merge", "1.sqlite", "--merge", "2.sqlite", "--merge", "3.sqlite")
        self.assertEqual(merged, whole)
        documents = sqlite3.connect(self.folder / "merged.sqlite").execute("SELECT count(*) FROM points WHERE document != ''").fetchone()
        self.assertEqual(documents, (8,))

    def test_several_processes_write_to_one_database(self):
        whole = self.rows("runs.json", "--output", "whole.sqlite")
        processes = [self.start("runs.json", "--output", "one.sqlite", "--shard", f"{shard}/2", "--threads", "1") for shard in (1, 2)]
        for process in processes:
            self.assertEqual(process.wait(timeout=300), 0, process.stderr.read())
            process.stdout.close()
            process.stderr.close()
        self.assertIn("12 of them there before", self.explore("runs.json", "--output", "one.sqlite"))
        self.assertEqual(self.rows("runs.json", "--output", "one.sqlite"), whole)

    def test_a_killed_experiment_goes_on(self):
        whole = self.rows("runs.json", "--output", "whole.sqlite")
        print(f"seed {SEED}")
        moments = random.Random(SEED)
        for kill in range(KILLS):
            chosen = signal.SIGKILL if kill % 2 == 0 else signal.SIGTERM
            process = self.start("runs.json", "--output", "killed.sqlite", "--threads", "2")
            time.sleep(moments.uniform(0, 0.5))
            process.send_signal(chosen)
            process.communicate(timeout=60)
            # One that has not begun ends as any program does.
            self.assertIn(process.returncode, (0, -signal.SIGKILL, -signal.SIGTERM, 130))
        self.assertEqual(self.rows("runs.json", "--output", "killed.sqlite"), whole)
        self.assertEqual(sorted(path.name for path in self.folder.iterdir()),
                         ["killed.sqlite", "layer.json", "runs.json", "whole.sqlite"], "nothing else is left")

    def test_prediction_is_what_is_observed(self):
        optimize = {"command": "optimize", "fixed": {"layer": "layer.json"}, "grid": {"buffer": ["1KiB", "2KiB", "4KiB"]}}
        self.write("predicted.json", optimize)
        self.write("observed.json", {**optimize, "command": "run", "fixed": {"layer": "layer.json", "cpu": "native"}})
        predicted = self.rows("predicted.json", "--output", "a.sqlite")
        observed = self.rows("observed.json", "--output", "a.sqlite")
        self.assertEqual([row["predicted_bytes"] for row in predicted], [row["observed_bytes"] for row in observed])
        self.assertTrue(all(row["optimal"] == 1 and row["bound_bytes"] == row["predicted_bytes"] for row in predicted))

    def test_refuses(self):
        cases = [
            ({"command": "trace"}, "command: expected one of optimize, run, infer, found trace"),
            ({}, "command: expected one of"),
            ({"command": "run", "gird": {}}, "gird: unknown key; expected one of"),
            ({"command": "run", "gird": {}}, "did you mean grid?"),
            ({"command": "run", "grid": {"bufer": [1]}}, "bufer: expected a property or an option of run; did you mean buffer?"),
            ({"command": "run", "grid": {"hwc.mac_row": [1]}}, "hwc.mac_row: unknown property"),
            ({"command": "run", "grid": {"json": [True]}}, "json: expected a property or an option of run"),
            ({"command": "run", "grid": {"buffer": []}}, "grid.buffer: expected an array of one value or more"),
            ({"command": "run", "grid": {"buffer": 3}}, "grid.buffer: expected an array"),
            ({"command": "run", "grid": [1]}, "grid: expected an object of arrays"),
            ({"command": "run", "grid": {"buffer": [[1]]}}, "grid.buffer: expected text, a number, true, false or null"),
            ({"command": "run", "fixed": {"buffer": 1}, "grid": {"buffer": [1]}}, "grid.buffer: expected each name in one place"),
            ({"command": "run", "list": []}, "list: expected an array of one point or more"),
            ({"command": "run", "list": [1]}, "list[0]: expected an object"),
            ({"command": "run", "sample": {"values": {"buffer": [1]}}}, "sample.count: expected an integer between 1 and"),
            ({"command": "run", "sample": {"count": 1e18, "values": {"buffer": [1]}}}, "sample.count: expected an integer"),
            ({"command": "run", "sample": {"count": 1, "values": {"buffer": {"from": 2, "to": 1}}}}, "expected from less than to"),
            ({"command": "run", "sample": {"count": 1, "values": {"buffer": {"from": 0, "to": 1, "scale": "log"}}}}, "more than 0"),
            ({"command": "run", "sample": {"count": 1, "values": {"buffer": {"form": 0}}}}, "did you mean from?"),
            ({"command": "run", "grid": {name: list(range(1000)) for name in ("buffer", "seed", "threads")}}, "at most 1000000 points"),
        ]
        for document, message in cases:
            self.write("bad.json", document)
            error = self.explore("bad.json", "--output", "a.sqlite", status=2)
            self.assertIn(message, error)
            self.assertEqual(error.count("\n"), 1, error)
        self.assertFalse((self.folder / "a.sqlite").exists())
        for shard in ("0/2", "3/2", "1", "a/b", "1/0"):
            self.assertIn("--shard: expected", self.explore("runs.json", "--output", "a.sqlite", "--shard", shard, status=2))
        (self.folder / "text.sqlite").write_text("text " * 1000, encoding="utf-8")
        self.assertIn("text.sqlite: expected an SQLite database", self.explore("runs.json", "--output", "text.sqlite", status=2))
        with sqlite3.connect(self.folder / "other.sqlite") as other:
            other.execute("CREATE TABLE points (a)")
        other.close()
        self.assertIn("expected a database of explore", self.explore("runs.json", "--output", "other.sqlite", status=2))
        self.assertIn("runs.json", self.explore("runs.json", "--output", "runs.json", status=2))
        self.assertIn("none.json: cannot be opened", self.explore("none.json", "--output", "a.sqlite", status=2))
        self.assertIn("none.sqlite", self.explore("runs.json", "--output", "a.sqlite", "--merge", "none.sqlite", status=2))


unittest.main()
