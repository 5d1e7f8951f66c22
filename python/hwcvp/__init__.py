"""The memory traffic of convolutional networks, byte for byte.

Layers, schedules, graphs and results are dictionaries of the form that the program reads and writes as JSON (see the
documentation of hwcvp on the command line, the traffic model and stacks). All sizes are in bytes, all times in seconds. What cannot
be taken raises InputError, a ValueError, with one line that names the field and what was expected.

    >>> import hwcvp
    >>> conv2 = hwcvp.network("alexnet")["layers"][1]
    >>> best = hwcvp.optimize(conv2, buffer="64KiB")
    >>> best["traffic"]["total"], best["optimal"]
    (566112, True)

predict(), optimize() and their like call the libraries; run(), infer() and their like start the program, find what is simulated in
its answer, and need it to be installed or named by HWCVP_PROGRAM.
"""

from __future__ import annotations

import json
import re
from typing import Any, Dict, List, Mapping, Optional, Union

from . import _native
from ._native import InputError
from .program import Disagreement, ProgramError, accuracy, command, compare, infer, optimize_network, run, stacks, sweep, version

Document = Dict[str, Any]
Size = Union[int, str]

__all__ = [
    "Disagreement",
    "InputError",
    "ProgramError",
    "accuracy",
    "bounds",
    "bytes_of",
    "check_layer",
    "command",
    "compare",
    "infer",
    "loop_nest",
    "models",
    "network",
    "networks",
    "optimize",
    "optimize_network",
    "predict",
    "predict_stack",
    "run",
    "stacks",
    "sweep",
    "version",
]

_SIZE = re.compile(r"(\d+) ?(?:([kmg])(?:i?b)?|b)?", re.IGNORECASE | re.ASCII)


def bytes_of(size: Size) -> int:
    """A size in bytes: a number, or text such as "64KiB" or "64k", which both are 65536."""
    if isinstance(size, int) and not isinstance(size, bool) and 0 < size < 2**63:
        return size
    match = _SIZE.fullmatch(size) if isinstance(size, str) else None
    if match:
        bytes_ = int(match[1]) << 10 * " kmg".index((match[2] or " ").lower())
        if 0 < bytes_ < 2**63:
            return bytes_
    raise InputError(f'buffer: expected a size such as 65536, "64KiB" or "1MiB", found {size!r}')


def networks() -> List[str]:
    """The names of the built-in networks."""
    return _native.network_names()


def models() -> List[str]:
    """The names of the models of traffic: "exact", and earlier published ones."""
    return _native.predictor_names()


def network(name: str) -> Document:
    """The name, description and layers of a built-in network."""
    return json.loads(_native.network(name))


def check_layer(layer: Mapping[str, Any]) -> Document:
    """The layer with all fields, defaults filled in; raises InputError where it is not legal."""
    return json.loads(_native.checked_layer(json.dumps(layer)))


def predict(layer: Mapping[str, Any], schedule: Mapping[str, Any], model: str = "exact") -> Document:
    """The traffic and the buffers of a schedule, in closed form: {"model", "traffic", "buffer"}."""
    return json.loads(_native.predict(json.dumps(layer), json.dumps(schedule), model))


def loop_nest(layer: Mapping[str, Any], schedule: Mapping[str, Any]) -> str:
    """The schedule as indented loops, with buffers at their levels."""
    return _native.loop_nest(json.dumps(layer), json.dumps(schedule))


def predict_stack(graph: Mapping[str, Any], schedule: Mapping[str, Any]) -> Document:
    """The traffic, buffers and multiplications of a stack's schedule; `graph` is what `hwcvp networks NAME --json` has under
    "graph"."""
    return json.loads(_native.predict_stack(json.dumps(graph), json.dumps(schedule)))


def bounds(layer: Mapping[str, Any], buffer: Size) -> Document:
    """Bytes that no schedule moves less than: every element once ("compulsory"), and the published bound for the buffer."""
    return json.loads(_native.bounds(json.dumps(layer), bytes_of(buffer)))


def optimize(
    layer: Mapping[str, Any],
    buffer: Size,
    *,
    constraints: Optional[Mapping[str, Any]] = None,
    time_limit: float = 0,
) -> Document:
    """The schedule that moves the fewest bytes with a buffer of that size, and what is proven of it.

    `constraints` is what a constraints file holds; `time_limit` in seconds, 0 for none. The fields are those of a layer in
    `hwcvp optimize --json`. Other threads go on meanwhile, and Ctrl-C ends the search.
    """
    text = json.dumps(constraints) if constraints is not None else ""
    return json.loads(_native.optimize(json.dumps(layer), bytes_of(buffer), text, time_limit))
