"""What commands print, to the letter: short answers, long ones, refusals; and how they behave where output ends early.

Times and the version are masked. With HWCVP_UPDATE_GOLDEN set the files beside this one are written anew, to be read in
the change. Usage: golden_test.py HWCVP.
"""

import os
import pathlib
import re
import subprocess
import sys
import tempfile
import unittest

PROGRAM = os.path.abspath(sys.argv.pop(1))
FOLDER = pathlib.Path(__file__).parent

LAYER = """{"name": "small", "in_channels": 4, "in_height": 8, "in_width": 8, "out_channels": 6, "kernel_shape": [3, 3]}"""

# Name of the file, and the command.
COMMANDS = {
    "run": "run alexnet --cpu native",
    "run_details": "run --layer layer.json --buffer 512 --cpu native --details schedules,traffic,bus,roofline",
    "run_many": "run resnet50 --buffer 64KiB --cpu native --timing-only --time-limit 1000",
    "infer": "infer squeezenet1.1 --buffer 64KiB --cpu native",
    "infer_stacks": "infer squeezenet1.1 --buffer 64KiB --cpu native --stacks",
    "optimize": "optimize alexnet --buffer 64KiB",
    "optimize_layer": "optimize --layer layer.json --buffer 256",
    "optimize_details": "optimize --layer layer.json --buffer 256 --details",
    "optimize_stacks": "optimize squeezenet1.1 --buffer 64KiB --stacks",
    "optimize_front": "optimize --layer layer.json --buffer 256 --objective front",
    "compare": "compare --layer layer.json --buffer 1KiB --cpu native",
    "accuracy": "accuracy --layer layer.json --buffer 1KiB --cpu native",
    "sweep": "sweep alexnet --buffers 16KiB..64KiB",
    "sweep_layer": "sweep --layer layer.json --buffers 2,64,256..2KiB",
    "networks": "networks",
    "networks_alexnet": "networks alexnet",
    "wrong_command": "optimise alexnet",
    "wrong_network": "run alexnett",
    "wrong_details": "run alexnet --details=engine",
    "quiet_json": "run alexnet --quiet --json",
}


def masked(text):
    text = re.sub(r"\d+ h \d+ min|\d+ min \d+ s|\d+(\.\d+)? m?s\b(?! simulated)", "TIME", text)
    text = re.sub(r"hwcvp \d+\.\d+\.\d+", "hwcvp VERSION", text)
    text = re.sub(r" +(TIME|time)$", r" \1", text, flags=re.MULTILINE)  # the column is as wide as the longest
    return re.sub(r"^-+$", "-----", text, flags=re.MULTILINE)  # as long as what stands below and above


class Golden(unittest.TestCase):
    def setUp(self):
        self.folder = tempfile.TemporaryDirectory()
        self.addCleanup(self.folder.cleanup)
        pathlib.Path(self.folder.name, "layer.json").write_text(LAYER)

    def run_program(self, command, **more):
        return subprocess.run([PROGRAM, *command.split()], cwd=self.folder.name, text=True, capture_output=True, **more)

    def test_commands_print_what_they_printed(self):
        for name, command in COMMANDS.items():
            with self.subTest(name):
                result = self.run_program(command)
                text = masked(f"$ hwcvp {command}\n{result.stdout}{result.stderr}exit status {result.returncode}\n")
                text = re.sub(r" +$", "", text, flags=re.MULTILINE)
                file = FOLDER / f"{name}.txt"
                if "HWCVP_UPDATE_GOLDEN" in os.environ:
                    file.write_text(text)
                self.assertEqual(text, file.read_text())
                if "details" in name or name.startswith("networks"):
                    continue
                lines = result.stdout.splitlines()
                self.assertLessEqual(len(lines), 30, name)
                self.assertLessEqual(max(map(len, lines), default=0), 100, name)

    def test_details_has_the_tables_that_it_names(self):
        everything = self.run_program("run --layer layer.json --cpu native --details").stdout
        some = self.run_program("run --layer layer.json --cpu native --details engines").stdout
        self.assertIn("stalled on engines", everything)
        self.assertIn("stalled on engines", some)
        self.assertIn("MAC/byte", everything)
        self.assertNotIn("MAC/byte", some)
        # What is no table's name stays the network's.
        self.assertEqual(self.run_program("optimize --details alexnet --buffer 64KiB").returncode, 0)

    def test_quiet_prints_nothing_but_errors(self):
        quiet = self.run_program("run --layer layer.json --cpu native --quiet")
        self.assertEqual((quiet.returncode, quiet.stdout, quiet.stderr), (0, "", ""))
        wrong = self.run_program("run --layer none.json --quiet")
        self.assertEqual(wrong.returncode, 2)
        self.assertEqual(len(wrong.stderr.splitlines()), 1)

    def test_output_may_end_early(self):
        line = subprocess.run(f"'{PROGRAM}' run --layer layer.json --cpu native --details | head -1", shell=True, text=True,
                              cwd=self.folder.name, capture_output=True)
        self.assertEqual(line.returncode, 0)
        self.assertTrue(line.stdout.startswith("hwcvp "))
        self.assertEqual(line.stderr, "")

    def test_a_full_device_is_an_error(self):
        with open("/dev/full", "w") as full:
            result = subprocess.run([PROGRAM, "run", "--layer", "layer.json", "--cpu", "native"], cwd=self.folder.name,
                                    stdout=full, stderr=subprocess.PIPE, text=True)
        self.assertEqual(result.returncode, 3)
        self.assertIn("standard output", result.stderr)

    def test_terminals_make_no_difference_to_the_answer(self):
        plain = self.run_program("run --layer layer.json --cpu native")
        for more in ({"NO_COLOR": "1"}, {"TERM": "dumb"}, {"TERM": "xterm-256color", "COLUMNS": "40"}):
            other = self.run_program("run --layer layer.json --cpu native", env={**os.environ, **more})
            self.assertEqual(masked(other.stdout), masked(plain.stdout))
            self.assertEqual(other.stderr, "")
        self.assertNotIn("\x1b", plain.stdout)

    def test_json_is_for_other_programs(self):
        result = subprocess.run(f"'{PROGRAM}' run --layer layer.json --cpu native --json | {sys.executable} -m json.tool",
                                shell=True, cwd=self.folder.name, text=True, capture_output=True)
        self.assertEqual(result.returncode, 0, result.stderr)


if __name__ == "__main__":
    unittest.main()
