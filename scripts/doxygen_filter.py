#!/usr/bin/env python3
"""Makes the plain comments of a header Doxygen's, on standard output: doxygen_filter.py FILE

A line of "// ..." becomes "/// ...", one behind code and those that continue it "///< ...", and "/* ..." at the beginning of a line
"/** ..."; the comment at the beginning is that of the file. Lines stay where they are, so that what Doxygen says about them
holds for the header.
"""
import re
import sys

WHOLE_LINE = re.compile(r"^ *//(?=[ \n])")
BEHIND_CODE = re.compile(r"^ *[^ /].*?[;,{}] +// ")
BLOCK = re.compile(r"^ */\*(?=[ \n])")
FOR_TOOLS = re.compile(r"^ *// (clang-format|NOLINT)|^ *} +//")


def filtered(name, lines):
    column = None  # of a comment behind code, which following lines may continue
    beginning = True
    for line in lines:
        if FOR_TOOLS.match(line):
            column = None
        elif WHOLE_LINE.match(line):
            if column is None or line.index("//") < column:
                column = None
            line = line.replace("//", "///" if column is None else "///<", 1)
        elif BEHIND_CODE.match(line):
            column = line.index("// ")
            line = line.replace("// ", "///< ", 1)
        else:
            column = None
            line = BLOCK.sub(lambda found: found[0] + "*", line)
        if beginning and line.strip():
            line = re.sub(r"^(///|/\*\*)", rf"\1 @file {name} @brief", line)
            beginning = False
        yield line


def main():
    name = sys.argv[1]
    with open(name, encoding="utf-8") as file:
        sys.stdout.writelines(filtered(name, file) if name.endswith(".h") else file)


if __name__ == "__main__":
    main()
