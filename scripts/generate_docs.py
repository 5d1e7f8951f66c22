#!/usr/bin/env python3
"""Fills in the tables of the documentation that other files of the tree decide, and checks the models' pages.

Usage: generate_docs.py [--check]

Between "<!-- properties SECTION -->" and "<!-- end -->" stands the table of a section of the platform file's schema,
between "<!-- registers BLOCK -->" and "<!-- end -->" the registers of models/BLOCK/registers.json with their fields.
With --check nothing is written: what is not up to date, a page in docs/models without one of the headings, and a folder
with a SystemC module that no page links to, are errors. So is a property of a module (a field of its struct Properties)
that its page does not name.
"""
import json
import pathlib
import re
import sys

ROOT = pathlib.Path(__file__).resolve().parent.parent
HEADINGS = ["Purpose", "What it does not model", "Properties", "Sockets", "Registers", "Software interface", "Example"]
PROPERTIES = re.compile(r"struct \w*Properties \{\n(.*?)\n *\};", re.DOTALL)
FIELD = re.compile(r"^ +[\w:<>]+(?: [\w:<>]+)* (\w+)(?:\{.*\})?(?: =|;)", re.MULTILINE)
BLOCK = re.compile(r"<!-- (properties|registers) (\w+) -->\n.*?<!-- end -->", re.DOTALL)


def read_json(path):
    return json.loads((ROOT / path).read_text(encoding="utf-8"))


def allowed(node):
    if "enum" in node:
        return ", ".join(f"`{value}`" for value in node["enum"])
    if node["type"] == "boolean":
        return "`true`, `false`"
    return f"{node['minimum']} to {node['maximum']}" if "minimum" in node else "text"


def properties(section):
    lines = ["| property | type | unit | default | values | meaning |", "| --- | --- | --- | --- | --- | --- |"]
    nodes = read_json("platform/schema/platform.schema.json")["properties"][section]["properties"]
    for key, node in nodes.items():
        default = node["default"] if isinstance(node["default"], str) else json.dumps(node["default"])
        lines.append(f"| `{section}.{key}` | {node['type']} | {node['unit']} | `{default}` | {allowed(node)} "
                     f"| {node['description']} |")
    return lines


def diagram(register):
    """The fields from bit 31 down to bit 0, as wide as their names need."""
    cells = []
    top = 32
    for field in sorted(register["fields"], key=lambda field: -field["lsb"]):
        end = field["lsb"] + field["width"]
        if end < top:
            cells.append((top - 1, end, "-"))
        cells.append((end - 1, field["lsb"], field["name"]))
        top = field["lsb"]
    if top:
        cells.append((top - 1, 0, "-"))
    bits = [str(high) if high == low else f"{high}:{low}" for high, low, _ in cells]
    widths = [max(len(bit), len(cell[2])) for bit, cell in zip(bits, cells)]
    rule = "+" + "+".join("-" * (width + 2) for width in widths) + "+"
    head = " " + " ".join(f" {bit:<{width}} " for bit, width in zip(bits, widths))
    body = "|" + "|".join(f" {cell[2]:<{width}} " for cell, width in zip(cells, widths)) + "|"
    return ["```", head.rstrip(), rule, body, rule, "```"]


def side_effects(register):
    effects = [("Read", register.get("on_read")), ("Write", register.get("on_write"))]
    return " ".join(f"{access}: {effect[0].lower()}{effect[1:]}" for access, effect in effects if effect)


def registers(block):
    description = read_json(f"models/{block}/registers.json")
    lines = [description["description"], "", "| offset | register | access | reset | meaning | side effects |",
             "| --- | --- | --- | --- | --- | --- |"]
    for register in description["registers"]:
        name, offset = register["name"], register["offset"]
        if "count" in register:
            name += f"0..{register['count'] - 1}"
            offset += f" + {register['stride']}i"
        lines.append(f"| `{offset}` | `{name}` | {register['access']} | `{register['reset']}` "
                     f"| {register['description']} | {side_effects(register)} |")
    for register in description["registers"]:
        if not register.get("fields"):
            continue
        lines += ["", f"`{register['name']}`", "", *diagram(register), ""]
        lines += [f"- `{field['name']}`: {field['description']}" for field in register["fields"]]
    return lines


def filled(text):
    makers = {"properties": properties, "registers": registers}

    def fill(match):
        kind, name = match.groups()
        return "\n".join([f"<!-- {kind} {name} -->", *makers[kind](name), "<!-- end -->"])

    return BLOCK.sub(fill, text)


def property_problems(pages):
    """A page must name each field of the Properties of the modules in the folders that it links to."""
    problems = []
    for path, text in pages.items():
        headers = [h for folder in re.findall(r"\(\.\./\.\./(models/\w+)/\)", text) for h in (ROOT / folder).glob("*.h")]
        for header in sorted(headers):
            if header.stem.replace("_", "-") not in (path.stem, path.stem.replace("-", "")):
                continue
            for struct in PROPERTIES.findall(header.read_text(encoding="utf-8")):
                for field in FIELD.findall(struct):
                    if f"`{field}`" not in text and f".{field}`" not in text:
                        problems.append(f"{path}: expected the property {field} of {header.relative_to(ROOT)}")
    return problems


def page_problems(pages):
    problems = property_problems(pages)
    index = (ROOT / "docs/models/README.md").read_text(encoding="utf-8")
    for path, text in pages.items():
        found = re.findall(r"^## (.*)$", text, re.MULTILINE)
        if found != HEADINGS:
            problems.append(f"{path}: expected the headings {', '.join(HEADINGS)}, found {', '.join(found)}")
        if f"({path.name})" not in index:
            problems.append(f"docs/models/README.md: expected a link to {path.name}")
    for header in sorted(ROOT.glob("models/*/*.h")):
        if "public sc_core::sc_module" not in header.read_text(encoding="utf-8"):
            continue
        link = f"(../../models/{header.parent.name}/)"
        if not any(link in text for text in pages.values()):
            problems.append(f"{header.relative_to(ROOT)}: expected a page in docs/models that links to {link}")
    sections = read_json("platform/schema/platform.schema.json")["properties"]
    for section in sections:
        if not any(f"<!-- properties {section} -->" in text for text in pages.values()):
            problems.append(f"docs/models: expected a page with the properties of {section}")
    return sorted(set(problems))


def main():
    if sys.argv[1:] not in ([], ["--check"]):
        sys.exit(__doc__.strip())
    problems = []
    pages = {}
    for path in sorted((ROOT / "docs").rglob("*.md")):
        text = path.read_text(encoding="utf-8")
        new = filled(text)
        if path.parent.name == "models" and path.name != "README.md":
            pages[path.relative_to(ROOT)] = new
        if new == text:
            continue
        if sys.argv[1:]:
            problems.append(f"{path.relative_to(ROOT)}: not up to date; run scripts/generate_docs.py")
        else:
            path.write_text(new, encoding="utf-8")
    problems += page_problems(pages)
    if problems:
        sys.exit("\n".join(problems))


main()
