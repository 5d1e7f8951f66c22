#!/usr/bin/env python3
"""Holds the tree to its own plan: structure_test.py SOURCE FOLDERS.TXT

FOLDERS.TXT, written by the configuration, has a line "folder: folders that it may include from" for each folder of
schedules/, models/ and platform/. Fails where a file includes from another folder, where a declared folder is not needed,
where folders form a circle, where a folder is not declared, and where a source belongs to no target.
"""

import pathlib
import re
import sys

ROOTS = ("schedules", "models", "platform")
INCLUDE = re.compile(r'^#include "([^"]+)"', re.MULTILINE)
# Entry points, and variants of which one is chosen when the build is configured.
APART = {"platform/commands/main.cpp", "platform/reference/onednn_absent.cpp"}


def circle(graph):
    """A list of folders each of which includes from the next and the last from the first, or None."""
    done, path = set(), []

    def visit(folder):
        if folder in path:
            return path[path.index(folder) :]
        if folder in done:
            return None
        path.append(folder)
        for other in sorted(graph.get(folder, ())):
            found = visit(other)
            if found:
                return found
        done.add(path.pop())
        return None

    for folder in sorted(graph):
        found = visit(folder)
        if found:
            return found
    return None


def main():
    source = pathlib.Path(sys.argv[1])
    if not pathlib.Path(sys.argv[2]).exists():
        print(f"{sys.argv[2]} is missing: configure first, by cmake --preset release")
        return 1
    declared = {}
    for line in pathlib.Path(sys.argv[2]).read_text().splitlines():
        folder, _, others = line.partition(":")
        declared[folder] = set(others.split())

    faults = []
    used = {folder: set() for folder in declared}
    cmake = "\n".join(p.read_text() for root in ROOTS for p in (source / root).rglob("CMakeLists.txt"))
    for root in ROOTS:
        for path in sorted((source / root).rglob("*")):
            if path.suffix not in (".h", ".cpp"):
                continue
            name = path.relative_to(source).as_posix()
            folder = name.rpartition("/")[0]
            if folder not in declared:
                faults.append(f"{name}: {folder} is no folder that a CMakeLists.txt declares with hwcvp_folder()")
                continue
            if path.suffix == ".cpp" and not re.search(rf"(?<![\w-]){re.escape(path.name)}\b", cmake):
                faults.append(f"{name}: no target compiles it")
            if name in APART:
                continue
            for include in INCLUDE.findall(path.read_text()):
                other = include.rpartition("/")[0]
                if other in (folder, "registers"):
                    continue
                used[folder].add(other)
                if other not in declared[folder]:
                    faults.append(f'{name}: includes "{include}", but {folder} does not declare {other}')
    for folder, others in declared.items():
        for other in sorted(others - used[folder]):
            faults.append(f"{folder}/CMakeLists.txt: declares {other}, which none of its files includes")
    found = circle(declared)
    if found:
        faults.append("folders include from each other in a circle: " + " -> ".join(found + found[:1]))

    print("\n".join(faults) if faults else f"{len(declared)} folders include only what they declare, without a circle")
    return 1 if faults else 0


if __name__ == "__main__":
    sys.exit(main())
