#!/usr/bin/env python3
"""Manual pages and shell completions: all commands and options are there, and bash completes from them.

usage: manual_test.py PROGRAM FOLDER, with the folder that generate_manual.py has written
"""

import json
import pathlib
import shutil
import subprocess
import sys

PROGRAM, FOLDER = sys.argv[1], pathlib.Path(sys.argv[2]).resolve()


def answer(*words):
    return json.loads(subprocess.run([PROGRAM, *words, "--help-json"], check=True, capture_output=True, text=True).stdout)


def completions(*words):
    """What bash offers for the last of the words behind the program's name."""
    script = f"""source {FOLDER / "hwcvp.bash"}
COMP_WORDS=(hwcvp "$@") COMP_CWORD=$#
_hwcvp
printf '%s\\n' "${{COMPREPLY[@]}}\""""
    run = subprocess.run(["bash", "-c", script, "bash", *words], check=True, capture_output=True, text=True, cwd="/")
    assert run.stderr == "", run.stderr
    return run.stdout.split()


def check_pages(commands):
    pages = {path.name for path in (FOLDER / "man1").iterdir()}
    expected = {"hwcvp.1"} | {"-".join(["hwcvp", *command.split()]) + ".1" for command in commands}
    assert pages == expected, pages ^ expected
    for command in commands:
        text = (FOLDER / "man1" / ("-".join(["hwcvp", *command.split()]) + ".1")).read_text(encoding="utf-8")
        for option in answer(*command.split())["options"]:
            assert "\\fB" + ("--" + option["name"]).replace("-", "\\-") + "\\fR" in text, (command, option["name"])
    if shutil.which("groff"):
        for page in sorted(pages):
            run = subprocess.run(["groff", "-man", "-Tutf8", "-ww", FOLDER / "man1" / page], capture_output=True, text=True)
            assert run.returncode == 0 and run.stderr == "", (page, run.stderr)


def check_bash(commands):
    assert set(completions("r")) == {"run"}
    assert set(completions("")) >= {command.split()[0] for command in commands}
    for command in commands:
        offered = set(completions(*command.split(), "--"))
        options = {"--" + option["name"] for option in answer(*command.split())["options"]}
        assert offered == options, (command, offered ^ options)
    assert completions("run", "--netw") == ["--network"]
    assert completions("run", "--network", "mobilenet") == ["mobilenetv1", "mobilenetv2"]
    assert completions("run", "vgg") == ["vgg16"]
    assert completions("run", "--platform", "/et") == ["/etc"]
    assert completions("run", "--buffer", "") == []
    assert completions("help", "opt") == ["optimize"]


def main():
    commands = []
    for word in answer()["commands"]:
        commands += [f"{word['name']} {action['name']}" for action in word["actions"]] or [word["name"]]
    assert len(commands) > 10
    check_pages(commands)
    check_bash(commands)
    for name in ("_hwcvp", "hwcvp.fish"):
        text = (FOLDER / name).read_text(encoding="utf-8")
        for command in commands:
            for option in answer(*command.split())["options"]:
                assert option["name"] in text, (name, command, option["name"])


main()
