"""Runs what a document shows: its files are written, its commands run, their output compared."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

_FENCE = re.compile(r"^```(\S+)(?: ([^\n]*))?\n(.*?)^```$", re.MULTILINE | re.DOTALL)
_EXIT = re.compile(r"^exit code (\d+)$")


@dataclass(frozen=True)
class Command:
    """A command of a `console` block, with what is printed after it and its exit code."""

    text: str
    expected: tuple[str, ...]
    code: int
    line: int


@dataclass(frozen=True)
class Written:
    """A block with `file=NAME`: a file that the commands after it use."""

    name: str
    text: str


def steps(document: str) -> Iterator[Command | Written]:
    """The commands and files of a Markdown document in their order."""
    for block in _FENCE.finditer(document):
        language, info, body = block.groups()
        line = document.count("\n", 0, block.start()) + 1
        if info and info.startswith("file="):
            yield Written(info.removeprefix("file="), body)
        elif language == "console":
            yield from _commands(body, line)


def _commands(body: str, first: int) -> Iterator[Command]:
    lines = body.splitlines()
    starts = [i for i, text in enumerate(lines) if text.startswith("$ ")]
    for start, end in zip(starts, [*starts[1:], len(lines)], strict=True):
        typed, shown = [lines[start][2:]], lines[start + 1 : end]
        while shown and (shown[0] == ">" or shown[0].startswith("> ")):
            typed.append(shown.pop(0)[2:])
        code = 0
        if shown and (found := _EXIT.match(shown[-1])):
            code = int(found[1])
            shown.pop()
        yield Command("\n".join(typed) + "\n", tuple(shown), code, first + start + 1)


def run(command: Command, folder: Path) -> tuple[str, int]:
    """What a command prints (both streams), and its exit code."""
    path = f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}"
    done = subprocess.run(
        ["bash", "-c", command.text],
        cwd=folder,
        env={"PATH": path, "HOME": str(folder), "LC_ALL": "C.UTF-8", "NO_COLOR": "1"},
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        encoding="utf-8",
        check=False,
    )
    return done.stdout, done.returncode


def matches(expected: tuple[str, ...], printed: str) -> bool:
    """Whether output is as shown, where `…` stands for any lines, and inside a line for any text."""
    pattern = ""
    for line in expected:
        if line.strip() == "…":
            pattern += r"(?:.*\n)*"
        else:
            pattern += ".*".join(re.escape(part) for part in line.split("…")) + r"\n"
    text = re.sub(r"[ \t]+$", "", printed, flags=re.MULTILINE)
    return re.fullmatch(pattern, text.strip("\n") + "\n" if text.strip("\n") else "") is not None
