#!/usr/bin/env python3
"""The example that draws figures draws them.

usage: PYTHONPATH=BUILD/python HWCVP_PROGRAM=PROGRAM figures_test.py EXAMPLES
"""

import pathlib
import subprocess
import sys
import tempfile

try:
    import matplotlib  # noqa: F401  # pylint: disable=unused-import
except ImportError:
    print("skipped: matplotlib is missing (Debian: python3-matplotlib)")
    sys.exit(77)

with tempfile.TemporaryDirectory() as folder:
    subprocess.run([sys.executable, pathlib.Path(sys.argv[1]) / "figures.py", "alexnet", "64KiB", folder], check=True)
    for name in ("traffic.png", "layers.png", "roofline.png"):
        data = (pathlib.Path(folder) / name).read_bytes()
        assert data.startswith(b"\x89PNG") and len(data) > 5000, name
