#!/usr/bin/env python3
"""Ends runs of the program by signals at random moments, and looks at what they leave.

Under the name of an output there is what was there before, or the whole file; what an interrupted run reports of the part
that it did is whole, too. After SIGINT and SIGTERM no temporary file is left. The same command, run again in the same
folder, gives the results of a run that nothing has disturbed, and removes what SIGKILL has left.

usage: kill_test.py PROGRAM [RUNS [SEED]]; the seed may be in HWCVP_SEED, too
"""

import json
import os
import pathlib
import random
import re
import signal
import subprocess
import sys
import tempfile
import time

BEFORE = b"the one before"
TEMPORARY = re.compile(r"\.hwcvp-[a-z0-9]{6}\.tmp$")
PARTIAL = ".partial"
OF_TIME = {"seconds", "wall_seconds", "evaluated", "provenance"}  # differs from run to run

SMALL = {"name": "small", "in_channels": 8, "in_height": 24, "in_width": 24, "out_channels": 16, "kernel_shape": [3, 3]}
MANY_COMMANDS = {
    "loops": [{"dim": "OY", "tile": 1}, {"dim": "OX", "tile": 1}, {"dim": "K", "tile": 4}, {"dim": "C", "tile": 2}],
    "buffer_level": {"input": 4, "weight": 4, "output": 4},
}

# Arguments, and the files besides the cache that a whole run leaves.
JOBS = {
    "run with all files": (
        "run --layer layer.json --schedule schedule.json --cpu native --json --trace t.csv --bandwidth b.csv "
        "--set monitor.window_ns=1000 --output o.npy --output-dir d",
        ["t.csv", "b.csv", "o.npy", "d/small.output.npy", "d/small.schedule.json", "d/report.json"],
    ),
    "run with a search": (
        "run --layer layer.json --buffer 2KiB --cpu native --json --trace t.hwctrace --output-dir d --cache c",
        ["t.hwctrace", "d/small.output.npy", "d/small.schedule.json", "d/report.json"],
    ),
    "optimize": (
        "optimize --layer layer.json --buffer 3KiB --json --output-dir d --cache c",
        ["d/small.layer.json", "d/small.schedule.json"],
    ),
    "sweep": ("sweep --layer layer.json --buffers 1KiB..8KiB --json --cache c", []),
    "compare": ("compare --layer layer.json --buffers 2KiB,8KiB --cpu native --json --cache c", []),
    "convert": ("trace convert in.hwctrace out.csv", ["out.csv"]),
}


def without_times(value):
    if isinstance(value, dict):
        return {key: without_times(item) for key, item in value.items() if key not in OF_TIME}
    if isinstance(value, list):
        return [without_times(item) for item in value]
    return value


def contents(path):
    """Of a file, comparable between runs; ValueError for half a document."""
    data = path.read_bytes()
    if path.suffix != ".json" or data == BEFORE:
        return data
    document = without_times(json.loads(data))
    if isinstance(document, dict):
        document.pop("checksum", None)  # of a cache entry, over what is left out here
    return document


def files_in(folder):
    return {str(path.relative_to(folder)): path for path in folder.rglob("*") if path.is_file()}


class Job:
    """A command, with the results of a run that nothing disturbs."""

    def __init__(self, program, name, arguments, outputs, inputs):
        self.name = name
        self.outputs = outputs
        self.command = [program, *arguments.split()]
        self.inputs = inputs
        with tempfile.TemporaryDirectory() as place:
            folder = pathlib.Path(place)
            self.lay_out(folder)
            self.seconds = float("inf")  # of the fastest run so far
            self.result = self.run(folder)
            assert set(files_in(folder)) >= set(outputs), f"{name}: writes {sorted(files_in(folder))}"
            self.files = {key: contents(path) for key, path in files_in(folder).items()}

    def lay_out(self, folder, before=False):
        for name, data in self.inputs.items():
            (folder / name).write_bytes(data)
        for name in self.outputs if before else []:
            (folder / name).parent.mkdir(exist_ok=True)
            (folder / name).write_bytes(BEFORE)

    def start(self, folder):
        return subprocess.Popen(self.command, cwd=folder, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)

    def run(self, folder):
        start = time.monotonic()
        process = self.start(folder)
        out, err = process.communicate()
        self.seconds = min(self.seconds, time.monotonic() - start)
        assert process.returncode == 0, f"{self.name}: status {process.returncode}: {err}"
        assert "ignored" not in err, f"{self.name}: a cache entry that cannot be used: {err}"
        return without_times(json.loads(out)) if out else None

    def check_file(self, folder, name, before, killed):
        found = contents(folder / name)
        if name not in self.files:
            assert name.startswith("c/"), f"unexpected file {name}"
        if found == self.files.get(name) or (before and found == BEFORE):
            return
        # An interrupted run writes what it has: a report, or the best schedule so far.
        assert not killed and name.startswith("d/") and isinstance(found, dict), f"{name} is neither old nor new"

    def check_left(self, folder, before, killed, program):
        for name, path in files_in(folder).items():
            if TEMPORARY.search(name):
                assert killed, f"{name} is left"
            elif name.endswith(PARTIAL):
                assert not killed, f"{name} is left"
                if ".hwctrace" in name:
                    path.rename(folder / "p.hwctrace")
                    subprocess.run([program, "trace", "info", "p.hwctrace"], cwd=folder, check=True, capture_output=True)
                    (folder / "p.hwctrace").unlink()
                else:
                    assert path.read_bytes().endswith(b"\n"), f"{name} ends amid a line"
                    path.unlink()
            else:
                self.check_file(folder, name, before, killed)

    def disturb(self, program, random_numbers):
        number = random_numbers.choice([signal.SIGINT, signal.SIGTERM, signal.SIGKILL])
        moment = random_numbers.uniform(0, 1.1 * self.seconds)
        before = random_numbers.random() < 0.5
        with tempfile.TemporaryDirectory() as place:
            folder = pathlib.Path(place)
            self.lay_out(folder, before)
            process = self.start(folder)
            time.sleep(moment)
            process.send_signal(number)
            out, err = process.communicate()
            what = f"{self.name}, {number.name} after {moment:.4f} s, status {process.returncode}"
            try:
                assert process.returncode in (0, 130, -number), err
                if process.returncode == 130 and out:
                    json.loads(out)
                self.check_left(folder, before, number == signal.SIGKILL, program)
                had_temporary = any(TEMPORARY.search(name) for name in files_in(folder))
                assert self.run(folder) == self.result, "another result"
                left = {key: contents(path) for key, path in files_in(folder).items()}
                assert left == self.files, f"other files: {sorted(left)}"
            except (AssertionError, ValueError, subprocess.CalledProcessError) as problem:
                raise SystemExit(f"{what}: {problem}") from problem
        return number, process.returncode, had_temporary


def main():
    program = str(pathlib.Path(sys.argv[1]).resolve())
    runs = int(sys.argv[2]) if len(sys.argv) > 2 else 18
    seed = int(sys.argv[3] if len(sys.argv) > 3 else os.environ.get("HWCVP_SEED", time.time_ns() % 1000000))
    print(f"seed {seed}", flush=True)
    random_numbers = random.Random(seed)

    inputs = {"layer.json": json.dumps(SMALL).encode(), "schedule.json": json.dumps(MANY_COMMANDS).encode()}
    with tempfile.TemporaryDirectory() as place:
        folder = pathlib.Path(place)
        for name, data in inputs.items():
            (folder / name).write_bytes(data)
        record = "run --layer layer.json --schedule schedule.json --cpu native --trace in.hwctrace"
        subprocess.run([program, *record.split()], cwd=folder, check=True, capture_output=True)
        inputs["in.hwctrace"] = (folder / "in.hwctrace").read_bytes()

    jobs = [Job(program, name, arguments, outputs, inputs) for name, (arguments, outputs) in JOBS.items()]
    for job in jobs:
        print(f"{job.name}: {job.seconds:.2f} s", flush=True)
    ended, temporaries = 0, 0
    for i in range(runs):
        number, status, had_temporary = jobs[i % len(jobs)].disturb(program, random_numbers)
        ended += status != 0
        temporaries += had_temporary
    print(f"{runs} runs, {ended} of them ended by the signal, {temporaries} left temporary files (SIGKILL)")
    if ended == 0:
        raise SystemExit("no run was ended by a signal: nothing was tested")


if __name__ == "__main__":
    main()
