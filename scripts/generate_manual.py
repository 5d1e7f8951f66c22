#!/usr/bin/env python3
"""Writes manual pages and shell completions from what the program says of its options.

Usage: generate_manual.py PROGRAM FOLDER

PROGRAM --help-json lists the commands, PROGRAM COMMAND --help-json the options of one. FOLDER gets man1/hwcvp*.1, and hwcvp.bash,
_hwcvp (zsh) and hwcvp.fish.
"""
import json
import pathlib
import re
import subprocess
import sys


def answer(program, *words):
    return json.loads(subprocess.run([program, *words, "--help-json"], check=True, capture_output=True, text=True).stdout)


def roff(text):
    """Text whose lines roff takes neither for requests nor for escapes, with hyphens that can be searched and copied."""
    text = text.replace("\\", "\\e").replace("-", "\\-")
    return re.sub(r"^([.'])", r"\\&\1", text, flags=re.MULTILINE)


def heading(page, version, summary):
    return [f'.TH {page.upper()} 1 "" "hwcvp {version}" "User Commands"', ".SH NAME", f"{roff(page)} \\- {roff(summary)}"]


def verbatim(text):
    return [".PP", ".nf", ".RS", roff(text), ".RE", ".fi"]


def program_page(program):
    lines = heading("hwcvp", program["version"], "memory traffic of convolutional networks, byte for byte")
    lines += [".SH SYNOPSIS", ".B hwcvp", ".I COMMAND", "[OPTIONS]", ".SH DESCRIPTION", roff(program["summary"])]
    lines += [".SH COMMANDS"]
    for command in program["commands"]:
        page = "-".join(["hwcvp", *command["name"].split()])
        lines += [".TP", f".BR {roff(page)} (1)", roff(command["summary"])]
    lines += [".SH EXIT STATUS"]
    for status in program["exit_status"]:
        lines += [".TP", f".B {status['status']}", roff(status["meaning"])]
    return lines


def command_page(program, command):
    name, options = command["name"], command["options"]
    page = "-".join(["hwcvp", *name.split()])
    lines = heading(page, program["version"], command["summary"])
    lines += [".SH SYNOPSIS", ".B hwcvp", roff(options["usage"])]
    lines += [".SH DESCRIPTION", roff(options["summary"])]
    lines += [".SH OPTIONS"]
    for option in options["options"]:
        value = f" \\fI{roff(option['value'])}\\fR" if option["value"] else ""
        lines += [".TP", f"\\fB{roff('--' + option['name'])}\\fR{value}", roff(option["description"])]
    lines += [".SH EXAMPLE", *verbatim(options["example"])]
    lines += [".SH SEE ALSO", ".BR hwcvp (1)"]
    return lines


def first_words(program):
    """What may stand first, and what it does."""
    return {**{word["name"]: word["summary"] for word in program["words"]}, "help": "describe a command", "version": "print the version"}


def is_file(option):
    return re.search(r"FILE|DIR|\.npy|\.onnx|IN|OUT", option["value"]) is not None


def two_words(program):
    """Of a shell's pattern: commands that say what they do by a second word."""
    return "|".join(word["name"] for word in program["words"] if word["actions"])


def bash(program):
    networks = " ".join(program["networks"])
    words = " ".join(first_words(program))
    lines = ["# bash completion for hwcvp", "_hwcvp() {",
             "  local word=${COMP_WORDS[COMP_CWORD]} last=${COMP_WORDS[COMP_CWORD-1]} command=${COMP_WORDS[1]}",
             "  local options= files= choices=", "  COMPREPLY=()",
             f'  if ((COMP_CWORD == 1)); then COMPREPLY=($(compgen -W "{words}" -- "$word")); return; fi',
             f'  [[ $command =~ ^({two_words(program)})$ ]] && command+=" ${{COMP_WORDS[2]}}"',
             "  case $command in"]
    for command in program["commands"]:
        options = command["options"]["options"]
        lines += [f'    "{command["name"]}")', f'      options="{" ".join("--" + option["name"] for option in options)}"',
                  f'      files="{"|".join("--" + option["name"] for option in options if is_file(option))}"', "      ;;"]
    lines += [f'    help) choices="{words}" ;;', "  esac",
              "  if [[ -n $choices ]]; then", '    COMPREPLY=($(compgen -W "$choices" -- "$word"))',
              "  elif [[ $word == -* ]]; then", '    COMPREPLY=($(compgen -W "$options" -- "$word"))',
              '  elif [[ $last != -* || $last == --network ]]; then',
              f'    COMPREPLY=($(compgen -W "{networks}" -- "$word") $(compgen -f -- "$word"))',
              '  elif [[ -n $files && $last =~ ^($files)$ ]]; then', '    COMPREPLY=($(compgen -f -- "$word"))',
              "  fi", "}", "complete -o filenames -F _hwcvp hwcvp"]
    return lines


def quoted(text):
    return "'" + text.replace("'", "'\\''") + "'"


def zsh(program):
    networks = "networks:network:(" + " ".join(program["networks"]) + ")"
    network_or_file = f'_alternative "{networks}" "files:file:_files"'
    lines = ["#compdef hwcvp", "# zsh completion for hwcvp", "local -a commands", "if (( CURRENT == 2 )); then", "  commands=("]
    lines += [f"    {quoted(word + ':' + summary)}" for word, summary in first_words(program).items()]
    lines += ["  )", "  _describe command commands", "  return", "fi", "local command=$words[2]",
              f'[[ $command == ({two_words(program)}) ]] && command+=" $words[3]"', "case $command in"]
    for command in program["commands"]:
        lines += [f'  "{command["name"]}")', "    _arguments \\"]
        for option in command["options"]["options"]:
            text = re.sub(r"([\\\[\]:])", r"\\\1", option["description"])
            value = ""
            if option["value"]:
                choices = "_values -s , table " + " ".join(option["choices"])
                action = (network_or_file if option["name"] == "network" else "_files" if is_file(option)
                          else choices if option["choices"] else " ")
                optional = ":" if option["choices"] else ""
                value = f":{optional}{option['value'].replace(':', ' ')}:{action}"
            lines += [f"      {quoted(('*' if option['repeated'] else '') + '--' + option['name'] + '[' + text + ']' + value)} \\"]
        lines += [f"      {quoted('*: :' + network_or_file)}", "    ;;"]
    return lines + ["esac"]


def fish(program):
    lines = ["# fish completion for hwcvp"]
    for word, summary in first_words(program).items():
        lines += [f"complete -c hwcvp -f -n __fish_use_subcommand -a {word} -d {quoted(summary)}"]
    for command in program["commands"]:
        seen = " ; and ".join(f"__fish_seen_subcommand_from {word}" for word in command["name"].split())
        for option in command["options"]["options"]:
            kind = "" if not option["value"] else " -r -F" if is_file(option) else " -x"
            if option["choices"]:
                kind = f" -f -a {quoted(' '.join(option['choices']))}"
            if option["name"] == "network":
                kind = f" -r -F -a {quoted(' '.join(program['networks']))}"
            lines += [f"complete -c hwcvp -n {quoted(seen)} -l {option['name']}{kind} -d {quoted(option['description'])}"]
    return lines


def write(path, lines):
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text("\n".join(lines) + "\n", encoding="utf-8")


def main():
    program_path, folder = sys.argv[1], pathlib.Path(sys.argv[2])
    program = answer(program_path)
    program["words"] = program["commands"]
    program["commands"] = [command for word in program["words"] for command in
                           [{**action, "name": f"{word['name']} {action['name']}"} for action in word["actions"]] or [word]]
    for command in program["commands"]:
        command["options"] = answer(program_path, *command["name"].split())
    write(folder / "man1/hwcvp.1", program_page(program))
    for command in program["commands"]:
        write(folder / "man1" / ("-".join(["hwcvp", *command["name"].split()]) + ".1"), command_page(program, command))
    write(folder / "hwcvp.bash", bash(program))
    write(folder / "_hwcvp", zsh(program))
    write(folder / "hwcvp.fish", fish(program))


main()
