#!/usr/bin/env python3
"""What is wrong with a description of registers is told in one line, and nothing is generated from it."""
import copy
import json
import pathlib
import subprocess
import sys
import tempfile
import unittest

ROOT = pathlib.Path(__file__).resolve().parent.parent.parent

GOOD = {
    "block": "block",
    "title": "A block",
    "size": "0x20",
    "description": "Words.",
    "registers": [
        {"name": "ID", "offset": "0x0", "access": "ro", "reset": "0x1", "description": "Number."},
        {
            "name": "MODE",
            "offset": "0x4",
            "access": "rw",
            "reset": "0x0",
            "description": "Mode.",
            "fields": [
                {"name": "LOW", "lsb": 0, "width": 4, "description": "Low."},
                {"name": "HIGH", "lsb": 8, "width": 1, "description": "High."},
            ],
        },
        {"name": "DATA", "offset": "0x10", "access": "rw", "reset": "0x0", "count": 2, "stride": 4, "description": "D."},
    ],
    "constants": [{"name": "ANSWER", "value": 42}],
}


def generate(description):
    """(status, standard error, generated header or None)"""
    with tempfile.TemporaryDirectory() as folder:
        source = pathlib.Path(folder) / "registers.json"
        source.write_text(json.dumps(description), encoding="utf-8")
        done = subprocess.run(
            [sys.executable, ROOT / "scripts/generate_registers.py", source, pathlib.Path(folder) / "out"],
            capture_output=True, text=True, check=False)
        header = pathlib.Path(folder) / "out/block.h"
        return done.returncode, done.stderr, header.read_text(encoding="utf-8") if header.exists() else None


class RegisterDescriptionTest(unittest.TestCase):
    def refused(self, change, expected):
        description = copy.deepcopy(GOOD)
        change(description)
        status, error, header = generate(description)
        self.assertNotEqual(status, 0, expected)
        self.assertIsNone(header)
        self.assertEqual(error.count("\n"), 1, error)
        self.assertIn("registers.json: " + expected, error)

    def test_good_description(self):
        status, error, header = generate(GOOD)
        self.assertEqual((status, error), (0, ""))
        for line in ("#define BLOCK_SIZE 0x20u", "#define BLOCK_MODE 0x4u", "#define BLOCK_MODE_HIGH_MASK 0x100u",
                     "#define BLOCK_DATA_COUNT 2u", "#define BLOCK_DATA_PITCH 4u", "#define BLOCK_ID_RESET 0x1u",
                     "#define BLOCK_ANSWER 42u"):
            self.assertIn(line + "\n", header)

    def test_what_the_schema_refuses(self):
        cases = [
            (lambda d: d.pop("title"), "document: expected the key title"),
            (lambda d: d.update(extra=1), "document: unknown key extra"),
            (lambda d: d["registers"][1].update(acces="rw"), "document.registers[1]: unknown key acces"),
            (lambda d: d["registers"][0].update(access="w"), "document.registers[0].access: expected one of ro, rw, wo, rw1c"),
            (lambda d: d["registers"][0].update(offset=4), "document.registers[0].offset: expected string, found 4"),
            (lambda d: d["registers"][0].update(offset="4"), "document.registers[0].offset: expected text that matches"),
            (lambda d: d["registers"][0].update(reset="0x100000000"), "document.registers[0].reset: expected text that"),
            (lambda d: d["registers"][1]["fields"][0].update(width=0), "document.registers[1].fields[0].width: expected 1 to 32"),
            (lambda d: d["registers"][1].update(fields=[]), "document.registers[1].fields: expected at least 1 elements"),
            (lambda d: d["registers"][2].update(count=True), "document.registers[2].count: expected integer, found True"),
            (lambda d: d["registers"][0].update(description=""), "document.registers[0].description: expected at least 1 char"),
            (lambda d: d.update(registers=[]), "document.registers: expected at least 1 elements"),
        ]
        for change, expected in cases:
            with self.subTest(expected):
                self.refused(change, expected)

    def test_what_contradicts_itself(self):
        cases = [
            (lambda d: d["registers"][1].update(offset="0x0"), "MODE: offset: taken by ID"),
            (lambda d: d["registers"][1].update(offset="0x14"), "DATA1: offset: taken by MODE"),
            (lambda d: d["registers"][0].update(offset="0x2"), "ID: offset: expected a multiple of 4 below 32"),
            (lambda d: d["registers"][2].update(stride=16), "DATA1: offset: expected a multiple of 4 below 32"),
            (lambda d: d["registers"][2].pop("stride"), "DATA: expected both count and stride, or neither"),
            (lambda d: d["registers"][1]["fields"][1].update(lsb=3), "MODE.HIGH: expected 32 bits at most and no overlap"),
            (lambda d: d["registers"][1]["fields"][1].update(lsb=31, width=2), "MODE.HIGH: expected 32 bits at most"),
            (lambda d: d["registers"][1].update(reset="0x10"), "MODE: reset: expected zero in reserved bits"),
            (lambda d: d["registers"][0].update(on_write="Explodes."), "ID: access ro: expected no effect of what is refused"),
        ]
        for change, expected in cases:
            with self.subTest(expected):
                self.refused(change, expected)


unittest.main()
