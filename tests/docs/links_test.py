#!/usr/bin/env python3
"""What the documentation points at exists: links_test.py [INSTALLED]

In every page of the tree: the files that links lead to and, with #, their headings; paths of the tree that the text, its
commands and its examples name, from the root of the tree, with * for any name; programs of the build tree; and names of
source files without a path. The tour in CONTRIBUTING.md comes by every folder that is a target. What stands in angle brackets is not looked at. In sources and scripts: the pages that comments point to. The tree is the one
that this file is in; the test also plants faults of each kind and looks whether they are found. INSTALLED is a folder of
installed documentation, of which the links alone are looked up.
"""
import pathlib
import re
import sys
import tempfile

HIDDEN = {".git", "build", "out", "__pycache__"}
SOURCES = {".h", ".cpp", ".c", ".S", ".py", ".cmake", ".in", ".md", ".txt", ".json", ".sh"}
LINK = re.compile(r"(?<!\\)\[[^\]\n]*(?:\n[^\]\n]*)?\]\(([^)\s]+)\)")
FENCE = re.compile(r"^ *```.*?^ *```", re.MULTILINE | re.DOTALL)
CODE = re.compile(r"`([^`\n]+)`")
HEADING = re.compile(r"^#+ +(.*?) *$", re.MULTILINE)
PAGE_IN_SOURCE = re.compile(r"(?<![\w./-])(docs/[\w./-]+\.md)")
BUILT = re.compile(r"(?<![\w.-])build/\w+/(bench|tests)/(\w+)(?![\w/.])")
NAMED_SOURCE = re.compile(r"^[\w-]+\.(h|cpp|c|py)$")
PATH_OF_SOURCE = re.compile(r"^[\w*/.-]+/[\w*.-]+\.(h|cpp|c|py|md|cmake)$")


def files_below(root):
    for path in sorted(root.iterdir()):
        if path.name in HIDDEN:
            continue
        if path.is_dir():
            yield from files_below(path)
        else:
            yield path


def slug(heading):
    """The anchor that GitHub gives a heading."""
    text = re.sub(r"\[([^\]]*)\]\([^)]*\)", r"\1", heading).replace("`", "").lower()
    return re.sub(r"[^\w\- ]", "", text).replace(" ", "-")


class Tree:
    def __init__(self, root):
        self.root = root
        self.files = list(files_below(root))
        self.pages = [path for path in self.files if path.suffix == ".md"]
        self.names = {path.name for path in self.files}
        tops = sorted(path.name for path in root.iterdir() if path.is_dir() and path.name not in HIDDEN)
        self.path = re.compile(r"(?<![\w/.$<{}-])((?:" + "|".join(map(re.escape, tops)) + r")/[\w./*-]*[\w/*])")
        self.cmake = "\n".join(path.read_text(encoding="utf-8") for path in self.files if path.name == "CMakeLists.txt")

    def exists(self, path):
        generated = re.match(r"registers/(\w+)\.h$", path)
        if generated:
            path = f"models/{generated[1]}/registers.json"
        return any(self.root.glob(path.rstrip("/"))) if "*" in path else (self.root / path).exists()

    def links_that_fail(self, page, text):
        for target in LINK.findall(FENCE.sub("", text)):
            if re.match(r"[a-z]+:", target):
                continue
            path, _, anchor = target.partition("#")
            file = (page.parent / path) if path else page
            if not file.exists():
                yield f"the link {target} leads nowhere"
            elif anchor and anchor not in map(slug, HEADING.findall(FENCE.sub("", file.read_text(encoding="utf-8")))):
                yield f"the link {target}: there is no such heading"

    def paths_that_fail(self, text):
        for path in self.path.findall(text):
            if not self.exists(path):
                yield f"{path} does not exist"
        for kind, name in BUILT.findall(text):
            if not re.search(rf"(?<!\w){name}(?!\w)", self.cmake):
                yield f"build/.../{kind}/{name}: no target has that name"
        for code in CODE.findall(FENCE.sub("", text)):
            if NAMED_SOURCE.match(code) and code not in self.names:
                yield f"`{code}`: no file has that name"
            elif PATH_OF_SOURCE.match(code) and not code.startswith("build/") and not self.exists(code):
                yield f"`{code}` does not exist: paths begin at the root of the tree"

    def faults_of_pages(self, faults_of):
        found = []
        for page in self.pages:
            faults = set(faults_of(page, page.read_text(encoding="utf-8")))
            found += [f"{page.relative_to(self.root)}: {fault}" for fault in sorted(faults)]
        return found

    def faults_of_links(self):
        return self.faults_of_pages(self.links_that_fail)

    def faults(self):
        found = self.faults_of_pages(
            lambda page, text: [*self.links_that_fail(page, text), *self.paths_that_fail(LINK.sub("", text))])
        tour = self.root / "CONTRIBUTING.md"
        passed = set(CODE.findall(tour.read_text(encoding="utf-8"))) if tour.exists() else set()
        for cmake in self.files:
            folder = cmake.parent.relative_to(self.root).as_posix() + "/"
            if cmake.name == "CMakeLists.txt" and "hwcvp_folder(" in cmake.read_text(encoding="utf-8") and folder not in passed:
                found.append(f"CONTRIBUTING.md: the tour does not come by {folder}")
        for source in self.files:
            if source.suffix in SOURCES - {".md"} and source.resolve() != pathlib.Path(__file__).resolve():
                for path in PAGE_IN_SOURCE.findall(source.read_text(encoding="utf-8")):
                    if not self.exists(path):
                        found.append(f"{source.relative_to(self.root)}: {path} does not exist")
        return found


# What a tree holds, and the only faults to be found in it.
PLANTED = {
    "docs/page.md": "# A page\n\n## Of `two` parts\n\n[good](other.md#top), [bad](missing.md), [bad](other.md#bottom), [good](#of-two-parts)\n"
                    "`models/hwc/hwc.h`, `models/*/hwc.h`, `models/gone.h`, `hwc.h`, `gone.h`, `hwc/hwc.h`, `models/*/gone.h`\n"
                    "```sh\nbuild/release/bench/table < models/hwc/; build/debug/tests/gone; http://host/models/x\n```\n",
    "docs/other.md": "# Top\n",
    "models/hwc/hwc.h": "// See docs/page.md and docs/gone.md.\n",
    "models/hwc/CMakeLists.txt": "hwcvp_folder(SOURCES hwc.cpp)\n",
    "models/dma/CMakeLists.txt": "hwcvp_folder(SOURCES dma.cpp)\n",
    "CONTRIBUTING.md": "| commands | `models/hwc/` | the engines |\n",
    "bench/CMakeLists.txt": "add_executable(table table.cpp)\n",
}
EXPECTED = [
    "docs/page.md: `gone.h`: no file has that name",
    "docs/page.md: `hwc/hwc.h` does not exist: paths begin at the root of the tree",
    "docs/page.md: `models/*/gone.h` does not exist: paths begin at the root of the tree",
    "docs/page.md: `models/gone.h` does not exist: paths begin at the root of the tree",
    "docs/page.md: build/.../tests/gone: no target has that name",
    "docs/page.md: models/*/gone.h does not exist",
    "docs/page.md: models/gone.h does not exist",
    "docs/page.md: the link missing.md leads nowhere",
    "docs/page.md: the link other.md#bottom: there is no such heading",
    "CONTRIBUTING.md: the tour does not come by models/dma/",
    "models/hwc/hwc.h: docs/gone.md does not exist",
]


def planted_faults():
    with tempfile.TemporaryDirectory() as folder:
        for name, text in PLANTED.items():
            path = pathlib.Path(folder) / name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(text, encoding="utf-8")
        return Tree(pathlib.Path(folder)).faults()


def main():
    if len(sys.argv) > 1:
        tree = Tree(pathlib.Path(sys.argv[1]).resolve())
        faults = tree.faults_of_links()
    else:
        found = planted_faults()
        if found != EXPECTED:
            print("planted faults: expected\n  " + "\n  ".join(EXPECTED) + "\nfound\n  " + "\n  ".join(found))
            return 1
        tree = Tree(pathlib.Path(__file__).resolve().parents[2])
        faults = tree.faults()
    print("\n".join(faults) if faults else f"{len(tree.pages)} pages point at what exists")
    return 1 if faults or not tree.pages else 0


if __name__ == "__main__":
    sys.exit(main())
