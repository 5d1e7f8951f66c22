#!/usr/bin/env python3
"""The Python package against recorded cases and against the program.

usage: PYTHONPATH=BUILD/python HWCVP_PROGRAM=PROGRAM package_test.py DATA
"""

import doctest
import json
import pathlib
import signal
import subprocess
import sys
import threading
import time
import unittest

import hwcvp

DATA = pathlib.Path(sys.argv.pop())
CONV = {"name": "small", "in_channels": 8, "in_height": 12, "in_width": 12, "out_channels": 16, "kernel_shape": [3, 3]}


def cases(name):
    with open(DATA / name, encoding="utf-8") as lines:
        return [json.loads(line) for line in lines]


class Predictions(unittest.TestCase):
    def test_traffic_of_recorded_cases(self):
        recorded = cases("traffic-cases.jsonl")
        self.assertGreaterEqual(len(recorded), 300)
        for case in recorded:
            found = hwcvp.predict(case["layer"], case["schedule"])
            self.assertEqual({name: found["traffic"][name] for name in case["traffic"]}, case["traffic"])
            self.assertEqual(found["buffer"], case["buffer"])

    def test_stacks_of_recorded_cases(self):
        recorded = cases("stack-cases.jsonl")
        self.assertEqual(len(recorded), 249)
        for case in recorded:
            if case["legal"]:
                found = hwcvp.predict_stack(case["network"], case["stack"])
                self.assertEqual({name: found["traffic"][name] for name in case["traffic"]}, case["traffic"])
                self.assertEqual(found["buffer"]["total"], case["capacity"])
            else:
                with self.assertRaisesRegex(hwcvp.InputError, "^schedule: "):
                    hwcvp.predict_stack(case["network"], case["stack"])

    def test_earlier_models(self):
        best = hwcvp.optimize(CONV, "1KiB")
        self.assertIn("exact", hwcvp.models())
        for model in hwcvp.models():
            try:
                self.assertGreater(hwcvp.predict(CONV, best["schedule"], model)["traffic"]["total"], 0)
            except hwcvp.InputError:
                self.assertNotEqual(model, "exact")

    def test_nest_and_bounds(self):
        best = hwcvp.optimize(CONV, 1024)
        self.assertIn("[weight buffer", hwcvp.loop_nest(CONV, best["schedule"]))
        self.assertEqual(hwcvp.bounds(CONV, 1024)["compulsory"], best["lower_bound"]["compulsory"])


class Searches(unittest.TestCase):
    def test_agrees_with_the_program(self):
        network = hwcvp.network("alexnet")
        answer = hwcvp.optimize_network(network="alexnet", buffer="64KiB")
        for layer, expected in zip(network["layers"], answer["layers"]):
            found = hwcvp.optimize(layer, "64KiB")
            for field in expected.keys() - {"seconds", "evaluated"}:
                self.assertEqual(found[field], expected[field], (layer["name"], field))

    def test_constraints(self):
        free = hwcvp.optimize(CONV, "2KiB")
        bound = hwcvp.optimize(CONV, "2KiB", constraints={"tile_multiple": {"K": 16}})
        self.assertGreaterEqual(bound["traffic"]["total"], free["traffic"]["total"])
        for loop in bound["schedule"]["loops"]:
            if loop["dim"] == "K":
                self.assertEqual(loop["tile"] % 16, 0)

    def test_is_interrupted(self):
        layer = {**CONV, "in_channels": 113, "in_height": 500, "in_width": 499, "out_channels": 127, "kernel_shape": [7, 5]}
        start = time.process_time()
        threading.Timer(0.3, signal.raise_signal, [signal.SIGINT]).start()
        with self.assertRaises(KeyboardInterrupt):
            for buffer in range(4000, 8000):
                hwcvp.optimize(layer, buffer)
        self.assertLess(time.process_time() - start, 20)

    def test_time_limit(self):
        found = hwcvp.optimize(hwcvp.network("vgg16")["layers"][1], "4KiB", time_limit=0.05)
        self.assertGreaterEqual(found["traffic"]["total"], found["lower_bound"]["proven"])


class Program(unittest.TestCase):
    def test_run_with_dictionaries(self):
        schedule = hwcvp.optimize(CONV, "1KiB")["schedule"]
        answer = hwcvp.run(layer=CONV, schedule=schedule, buffer=1024, cpu="native", set=["hwc.clock_mhz=400"])
        (layer,) = answer["layers"]
        self.assertTrue(layer["match"] and layer["output"]["verified"])
        self.assertEqual(layer["observed"]["traffic"], hwcvp.predict(CONV, schedule)["traffic"])

    def test_infer(self):
        answer = hwcvp.infer(network="squeezenet1.1", buffer="64KiB", cpu="native", timing_only=True)
        self.assertTrue(answer["match"] if "match" in answer else answer["totals"]["match"])

    def test_stacks_and_sweep(self):
        answer = hwcvp.stacks(network="squeezenet1.1", buffer="64KiB")
        self.assertLess(answer["totals"]["traffic"]["total"], answer["totals"]["alone"]["total"])
        points = hwcvp.sweep(layer=CONV, buffers="1KiB..4KiB")["layers"][0]["points"]
        self.assertEqual([point["buffer_bytes"] for point in points], [1024, 2048, 4096])

    def test_version(self):
        self.assertRegex(hwcvp.version(), r"^\d+\.\d+\.\d+$")


class BadInput(unittest.TestCase):
    def refused(self, message, function, *arguments, **options):
        with self.assertRaises(hwcvp.InputError) as caught:
            function(*arguments, **options)
        self.assertIsInstance(caught.exception, ValueError)
        self.assertIn(message, str(caught.exception))
        self.assertNotIn("\n", str(caught.exception))

    def test_is_one_line(self):
        self.refused('layer: "stride": unknown key', hwcvp.check_layer, {**CONV, "stride": 2})
        self.refused("layer: in_height: expected an integer", hwcvp.check_layer, {**CONV, "in_height": 10**18})
        self.refused("layer: in_height: expected an integer", hwcvp.check_layer, {**CONV, "in_height": 1.5})
        self.refused("schedule: ", hwcvp.predict, CONV, {"loops": [{"dim": "Z", "tile": 1}]})
        self.refused("did you mean", hwcvp.network, "alexne")
        self.refused("model: expected one of exact", hwcvp.predict, CONV, hwcvp.optimize(CONV, 1024)["schedule"], "magic")
        for size in (0, -1, 2**63, 1.5, True, None, "64 kilo", "", "1e3"):
            self.refused("buffer: expected a size", hwcvp.optimize, CONV, size)
        self.refused("constraints: ", hwcvp.optimize, CONV, 1024, constraints={"capacities": {}})
        self.refused("buffer", hwcvp.optimize, CONV, 1)
        self.refused("time_limit: expected", hwcvp.optimize, CONV, 1024, time_limit=-1)
        self.refused("time_limit: expected", hwcvp.optimize, CONV, 1024, time_limit=float("nan"))
        self.refused("--bufer: unknown option", hwcvp.run, network="alexnet", bufer="64KiB")
        self.refused("a.onnx", hwcvp.infer, network="a.onnx")

    def test_sizes(self):
        for size in (65536, "65536", "64KiB", "64k", "64 kB", "64KB"):
            self.assertEqual(hwcvp.bytes_of(size), 65536)

    def test_a_layer_too_deep(self):
        layer: dict = dict(CONV)
        inner = layer
        for _ in range(200):
            inner["pads"] = {}
            inner = inner["pads"]
        self.refused("layer: ", hwcvp.check_layer, layer)


class Documentation(unittest.TestCase):
    def test_examples_in_it(self):
        self.assertEqual(doctest.testmod(hwcvp).failed, 0)
        self.assertGreater(doctest.testmod(hwcvp).attempted, 0)

    def test_everything_has_it(self):
        for name in hwcvp.__all__:
            self.assertTrue(getattr(hwcvp, name).__doc__, name)

    def test_types(self):
        try:
            import mypy  # noqa: F401  # pylint: disable=unused-import,import-outside-toplevel
        except ImportError:
            self.skipTest("mypy is missing")
        package = pathlib.Path(hwcvp.__file__).parent
        done = subprocess.run([sys.executable, "-m", "mypy", "--strict", str(package)], capture_output=True, text=True, check=False)
        self.assertEqual(done.returncode, 0, done.stdout)


if __name__ == "__main__":
    unittest.main()
