#!/usr/bin/env python3
"""Generates C macros and the C++ register table of a register block from its JSON description, which must obey
models/registers/registers.schema.json.

Usage: generate_registers.py DESCRIPTION.json OUTPUT_DIR
"""
import json
import pathlib
import sys

import json_schema


def fail(message):
    sys.exit(f"{sys.argv[1]}: {message}")


def expand(register):
    """(name, offset) of each element; a plain register is one element."""
    count = register.get("count", 0)
    base = int(register["offset"], 16)
    if not count:
        return [(register["name"], base)]
    return [(f"{register['name']}{i}", base + i * register["stride"]) for i in range(count)]


def check(block):
    """What the schema cannot say: nothing overlaps, nothing lies outside, resets and side effects make sense."""
    size = int(block["size"], 16)
    seen = {}
    for register in block["registers"]:
        name = register["name"]
        if ("count" in register) != ("stride" in register):
            fail(f"{name}: expected both count and stride, or neither")
        if register["access"] == "ro" and "on_write" in register or register["access"] == "wo" and "on_read" in register:
            fail(f"{name}: access {register['access']}: expected no effect of what is refused")
        for element, offset in expand(register):
            if offset % 4 or offset >= size:
                fail(f"{element}: offset: expected a multiple of 4 below {size}")
            if offset in seen:
                fail(f"{element}: offset: taken by {seen[offset]}")
            seen[offset] = element
        check_fields(register)


def defined_bits(register):
    mask = 0
    for field in register.get("fields", []):
        mask |= ((1 << field["width"]) - 1) << field["lsb"]
    return mask if register.get("fields") else 0xFFFFFFFF


def check_fields(register):
    used = 0
    for field in register.get("fields", []):
        mask = ((1 << field["width"]) - 1) << field["lsb"]
        if mask >> 32 or mask & used:
            fail(f"{register['name']}.{field['name']}: expected 32 bits at most and no overlap")
        used |= mask
    if int(register["reset"], 16) & ~defined_bits(register):
        fail(f"{register['name']}: reset: expected zero in reserved bits, found {register['reset']}")


def header(block):
    prefix = block["block"].upper()
    lines = [f"/* {block['title']}: register offsets and fields. Generated; do not edit. */", "#pragma once", ""]
    lines.append(f"#define {prefix}_SIZE {block['size']}u")
    for register in block["registers"]:
        name = f"{prefix}_{register['name']}"
        lines.append(f"#define {name} {register['offset']}u")
        if "count" in register:
            lines.append(f"#define {name}_COUNT {register['count']}u")
            lines.append(f"#define {name}_PITCH {register['stride']}u")
        if int(register["reset"], 16):
            lines.append(f"#define {name}_RESET {register['reset']}u")
        for field in register.get("fields", []):
            mask = ((1 << field["width"]) - 1) << field["lsb"]
            lines.append(f"#define {name}_{field['name']}_LSB {field['lsb']}u")
            lines.append(f"#define {name}_{field['name']}_MASK 0x{mask:x}u")
    for constant in block["constants"]:
        lines.append(f"#define {prefix}_{constant['name']} {constant['value']}u")
    return "\n".join(lines) + "\n"


def table(block):
    lines = [
        f"// {block['title']}: the table of its registers. Generated; do not edit.",
        "#pragma once",
        "",
        '#include "models/registers/register_description.h"',
        "",
        f"namespace hwcvp::{block['block']}_registers {{",
        "",
        "inline constexpr registers::RegisterDescription kRegisters[] = {",
    ]
    access = {"ro": "read_only", "rw": "read_write", "wo": "write_only", "rw1c": "write_one_clears"}
    for register in block["registers"]:
        mask = defined_bits(register)
        for name, offset in expand(register):
            lines.append(
                f'    {{"{name}", 0x{offset:x}, registers::RegisterAccess::{access[register["access"]]}, '
                f'{register["reset"]}u, 0x{mask:x}u}},'
            )
    lines += ["};", "", f"}}  // namespace hwcvp::{block['block']}_registers"]
    return "\n".join(lines) + "\n"


def main():
    if len(sys.argv) != 3:
        sys.exit(__doc__.strip())
    with open(sys.argv[1], encoding="utf-8") as file:
        try:
            block = json.load(file)
        except json.JSONDecodeError as error:
            fail(error)
    schema = pathlib.Path(__file__).resolve().parent.parent / "models/registers/registers.schema.json"
    wrong = json_schema.problem(json.loads(schema.read_text(encoding="utf-8")), block)
    if wrong:
        fail(wrong)
    check(block)
    out = pathlib.Path(sys.argv[2])
    out.mkdir(parents=True, exist_ok=True)
    (out / f"{block['block']}.h").write_text(header(block), encoding="utf-8")
    (out / f"{block['block']}_table.h").write_text(table(block), encoding="utf-8")


main()
