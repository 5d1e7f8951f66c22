"""The program hwcvp in a child process: what is simulated, and searches of whole networks."""

from __future__ import annotations

import json
import os
import pathlib
import shutil
import subprocess
import tempfile
from typing import Any, Dict, Mapping

from ._native import InputError

Document = Dict[str, Any]

_BAD_INPUT = 2
_DISAGREED = 1


class ProgramError(RuntimeError):
    """A fault in the simulated machine or in the program, or an interrupt; `status` is the exit status."""

    def __init__(self, message: str, status: int):
        super().__init__(message)
        self.status = status


class Disagreement(RuntimeError):
    """A prediction or an output disagreed with what was observed; `document` is the whole answer."""

    def __init__(self, document: Document):
        super().__init__("a prediction or an output disagrees with what was observed")
        self.document = document


def _program() -> str:
    """HWCVP_PROGRAM, else the program that was built or installed with this package, else the one on the path."""
    named = os.environ.get("HWCVP_PROGRAM")
    if named:
        return named
    here = pathlib.Path(__file__).resolve()
    for parent in here.parents[1:6]:
        for candidate in (parent / "bin" / "hwcvp", parent / "hwcvp"):
            if candidate.is_file() and os.access(candidate, os.X_OK):
                return str(candidate)
    found = shutil.which("hwcvp")
    if found is None:
        raise FileNotFoundError("hwcvp: program not found: install it, or name it in HWCVP_PROGRAM")
    return found


def _arguments(options: Mapping[str, Any], folder: str) -> list[str]:
    """time_limit=2 becomes --time-limit 2, json=True --json, set=["a=1", "b=2"] both, layer={...} a file in the folder."""
    arguments: list[str] = []
    for name, value in options.items():
        option = "--" + name.replace("_", "-")
        if value is None or value is False:
            continue
        if value is True:
            arguments.append(option)
        elif isinstance(value, Mapping):
            path = os.path.join(folder, name + ".json")
            with open(path, "w", encoding="utf-8") as file:
                json.dump(value, file)
            arguments += [option, path]
        elif isinstance(value, (list, tuple)):
            for item in value:
                arguments += [option, str(item)]
        else:
            arguments += [option, str(value)]
    return arguments


def command(name: str, **options: Any) -> Document:
    """Runs a command of the program with --json, and gives its document.

    Options are those of the command line with _ for -: True for one without a value, a list for one that may be repeated, a
    dictionary in place of a file of JSON. Raises InputError for what the program does not take, Disagreement where a check
    failed, ProgramError for all else.
    """
    with tempfile.TemporaryDirectory(prefix="hwcvp-") as folder:
        arguments = [_program(), *name.split(), *_arguments(options, folder), "--json"]
        done = subprocess.run(arguments, stdin=subprocess.DEVNULL, capture_output=True, text=True, check=False)
    message = done.stderr.strip().removeprefix("hwcvp: ")
    if done.returncode == _BAD_INPUT:
        raise InputError(message)
    if done.returncode not in (0, _DISAGREED):
        raise ProgramError(message or f"hwcvp {name} ended with {done.returncode}", done.returncode)
    document = json.loads(done.stdout)
    if done.returncode == _DISAGREED:
        raise Disagreement(document)
    return document


def version() -> str:
    """The version of the program."""
    done = subprocess.run([_program(), "--version"], capture_output=True, text=True, check=True)
    return done.stdout.split()[-1]


def run(**options: Any) -> Document:
    """Simulates layers on the full system: run(network="alexnet", buffer="64KiB"), or run(layer=..., schedule=...)."""
    return command("run", **options)


def infer(**options: Any) -> Document:
    """Simulates a whole quantized network: infer(network="mobilenetv2", buffer="64KiB")."""
    return command("infer", **options)


def optimize_network(**options: Any) -> Document:
    """The best schedule of every layer: optimize_network(network="vgg16", buffer="64KiB", objective="latency")."""
    return command("optimize", **options)


def stacks(**options: Any) -> Document:
    """The network cut into stacks that move the fewest bytes: stacks(network="mobilenetv2", buffer="64KiB")."""
    return command("optimize", stacks=True, **options)


def sweep(**options: Any) -> Document:
    """Least traffic against buffer size: sweep(network="alexnet", buffers="4KiB..256KiB")."""
    return command("sweep", **options)


def compare(**options: Any) -> Document:
    """The same layers on the HWC and on a published baseline: compare(network="alexnet", buffer="64KiB")."""
    return command("compare", **options)


def accuracy(**options: Any) -> Document:
    """Earlier models of traffic beside what the machine moves: accuracy(network="alexnet", buffer="64KiB")."""
    return command("accuracy", **options)
