#!/usr/bin/env python3
"""Plain comments become Doxygen's; what is none, and the number of lines, stays."""
import pathlib
import subprocess
import sys
import tempfile
import unittest

FILTER = pathlib.Path(__file__).resolve().parents[2] / "scripts/doxygen_filter.py"


def filtered(text, name="header.h"):
    with tempfile.TemporaryDirectory() as folder:
        path = pathlib.Path(folder) / name
        path.write_text(text, encoding="utf-8")
        output = subprocess.run([sys.executable, FILTER, path], capture_output=True, text=True, check=True).stdout
        return output.replace(str(path), name)


class DoxygenFilterTest(unittest.TestCase):
    def test_comments(self):
        for text, expected in (
            ("// Of the file.\n#pragma once\n", "/// @file header.h @brief Of the file.\n#pragma once\n"),
            ("/* Of the file. */\n", "/** @file header.h @brief Of the file. */\n"),
            ("#pragma once\n// First,\n//\n// then.\nvoid f();\n", "#pragma once\n/// First,\n///\n/// then.\nvoid f();\n"),
            ("struct S {\n  int a = 0;  // one,\n              // two\n  // three\n};\n",
             "struct S {\n  int a = 0;  ///< one,\n              ///< two\n  /// three\n};\n"),
            ("enum E {\n  a,  // one\n};\n/* Of f. */\nvoid f();\n", "enum E {\n  a,  ///< one\n};\n/** Of f. */\nvoid f();\n"),
        ):
            with self.subTest(text):
                self.assertEqual(filtered(text), expected)

    def test_what_is_no_comment_of_a_declaration(self):
        for text in ('const char* f = "http://host";\n', "}  // namespace hwcvp\n", "int a;\n// clang-format off\nint b;\n"):
            with self.subTest(text):
                self.assertEqual(filtered(text), text)
        self.assertEqual(filtered("// A page\n", "page.md"), "// A page\n")


unittest.main()
