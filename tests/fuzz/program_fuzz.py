#!/usr/bin/env python3
"""Runs the program on mutated files and options of every kind.

Whatever it is given, it ends within its time by itself, with an exit status of its own (0 to 3), says what is wrong with bad
input in one line that can be shown, and leaves no temporary file.

usage: program_fuzz.py PROGRAM [--seconds N] [--seed N]; the seed may be in HWCVP_SEED, too
"""

import argparse
import os
import pathlib
import random
import subprocess
import sys
import tempfile

CORPUS = pathlib.Path(__file__).resolve().parent / "corpus"
MOST_SECONDS = 60  # of a run, on a busy machine; whatever searches has a limit of its own

FILES = {
    "layer.json": '{"name": "small", "in_channels": 4, "in_height": 8, "in_width": 8, "out_channels": 6, "kernel_shape": [3, 3]}',
    "schedule.json": '{"loops": [{"dim": "K", "tile": 2}], "buffer_level": {"input": 0, "weight": 1, "output": 1}}',
    "vector.json": '{"name": "vector", "in_channels": 1, "in_height": 1, "in_width": 1, "out_channels": 4, "kernel_shape": [1, 1]}',
}
SEARCH = "--time-limit 0.2 --threads 1"
CACHED = f"optimize --layer layer.json --buffer 400 --cache cache {SEARCH}"
RUN = "run --layer layer.json --schedule schedule.json --cpu native"

# The format that is mutated, the name of its file, and the arguments.
COMMANDS = [
    ("layer", "in.json", "predict --layer in.json --schedule schedule.json --json"),
    ("layer", "in.json", f"optimize --layer in.json --buffer 4KiB {SEARCH}"),
    ("schedule", "in.json", "predict --layer layer.json --schedule in.json"),
    ("schedule", "in.json", "run --layer layer.json --schedule in.json --cpu native --max-time 0.01"),
    ("constraints", "in.json", f"optimize --layer layer.json --buffer 4KiB --constraints in.json --json {SEARCH}"),
    ("platform", "in.json", f"{RUN} --platform in.json --max-time 0.001"),
    ("platform", "in.json", "predict --layer layer.json --schedule schedule.json --platform in.json"),
    ("dram", "in.json", f"{RUN} --dram in.json --max-time 0.01"),
    ("cache", "cache/ENTRY", CACHED),
    ("trace", "in.hwctrace", "trace info in.hwctrace"),
    ("trace", "in.hwctrace", "trace convert in.hwctrace out.csv"),
    ("trace", "in.hwctrace", "trace replay in.hwctrace"),
    ("npy", "in.npy", f"{RUN} --input in.npy"),
    ("npy", "in.npy", "run --layer vector.json --buffer 1KiB --cpu native --weights in.npy"),
    ("onnx", "in.onnx", f"optimize --network in.onnx --buffer 64KiB {SEARCH}"),
    ("onnx", "in.onnx", f"run --network in.onnx --buffer 64KiB --cpu native --max-time 0.01 {SEARCH}"),
    ("values", None, f"sweep --layer layer.json {SEARCH} --buffers"),
    ("values", None, f"{RUN} --layout"),
    ("values", None, f"{RUN} --max-time"),
    ("settings", None, "predict --layer layer.json --schedule schedule.json --set"),
]

TOKENS = [b"-1", b"0", b"1e309", b"1.5", b"9223372036854775807", b"18446744073709551616", b"2147483647", b"65536", b"null",
          b'""', b"[]", b"{}", b"[[[[", b"\x1b[31m", b"\xff", b"..", b",", b"=", b"NaN", b"\n", b"GiB"]


def mutated(random_, seeds):
    data = bytearray(random_.choice(seeds))
    for _ in range(random_.choice([1, 1, 2, 4])):
        at = random_.randint(0, len(data))
        end = min(len(data), at + random_.randint(0, 16))
        kind = random_.randrange(6)
        if kind == 0 and at < len(data):
            data[at] ^= 1 << random_.randrange(8)
        elif kind == 1:
            del data[at:end]
        elif kind == 2:
            data[at:at] = random_.choice(TOKENS)
        elif kind == 3:
            other = random_.choice(seeds)
            first = random_.randint(0, len(other))
            data[at:end] = other[first:first + random_.randint(0, 64)]
        elif kind == 4:
            data[at:end] = random_.choice(TOKENS)
        else:
            del data[at:]
    return bytes(data)


def problem_of(run, folder):
    """What the run did that it must not, or nothing."""
    if run.returncode not in (0, 1, 2, 3):
        return f"exit status {run.returncode}"
    lines = run.stderr.split(b"\n")
    if run.returncode == 2 and (len(lines) != 2 or not lines[0].startswith(b"hwcvp: ") or run.stdout):
        return "bad input that is not told in one line"
    if any(byte < 0x20 or byte == 0x7f for byte in run.stderr.replace(b"\n", b"").replace(b"\r", b"")):
        return "control characters on standard error"
    if list(folder.rglob("*.hwcvp-*.tmp")):
        return "a temporary file"
    return None


def write_files(folder):
    for file, text in FILES.items():
        (folder / file).write_text(text, encoding="utf-8")


def cache_entry(program):
    """The name that the entry of CACHED has, and the entry."""
    with tempfile.TemporaryDirectory(prefix="hwcvp_fuzz.") as place:
        write_files(pathlib.Path(place))
        subprocess.run([program] + CACHED.split(), cwd=place, check=True, capture_output=True)
        entry = next((pathlib.Path(place) / "cache").glob("*.json"))
        return entry.name, entry.read_bytes()


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("program")
    parser.add_argument("--seconds", type=float, default=20)
    parser.add_argument("--seed", type=int, default=int(os.environ.get("HWCVP_SEED", "1")))
    given = parser.parse_args()
    program = str(pathlib.Path(given.program).resolve())
    random_ = random.Random(given.seed)
    seeds = {path.name: [file.read_bytes() for file in sorted(path.iterdir())] for path in CORPUS.iterdir()}
    entry_name, entry = cache_entry(program)
    seeds["cache"].append(entry)
    print(f"seed {given.seed}")

    runs = 0
    statuses = {}
    end = os.times().elapsed + given.seconds
    while os.times().elapsed < end:
        form, name, arguments = COMMANDS[runs % len(COMMANDS)]
        data = mutated(random_, seeds[form])
        with tempfile.TemporaryDirectory(prefix="hwcvp_fuzz.") as place:
            folder = pathlib.Path(place)
            write_files(folder)
            command = [program] + arguments.split()
            if name is None:
                command.append(os.fsdecode(data.replace(b"\0", b"")))
            else:
                file = folder / name.replace("ENTRY", entry_name)
                file.parent.mkdir(exist_ok=True)
                file.write_bytes(data)
            try:
                run = subprocess.run(command, cwd=folder, stdin=subprocess.DEVNULL, capture_output=True,
                                     timeout=MOST_SECONDS, check=False)
                problem = problem_of(run, folder)
                status = run.returncode
            except subprocess.TimeoutExpired:
                problem, status = f"no end within {MOST_SECONDS} s", None
            if problem:
                pathlib.Path("fuzz-crash.bin").write_bytes(data)
                print(f"{command[1:]}: {problem}; the input is in fuzz-crash.bin", file=sys.stderr)
                if status is not None:
                    print(run.stderr.decode(errors="replace"), file=sys.stderr)
                return 1
        statuses[status] = statuses.get(status, 0) + 1
        runs += 1
    print(f"{runs} runs, by exit status: {dict(sorted(statuses.items()))}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
