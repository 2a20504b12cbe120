"""Compiles a case of the corpus, or an example of a page, as far as the model: no checks, no targets.

A case may hold side files, each after a line `--- file servers.csv`, and one line
`# oib check --set a=b --env lab --params p.yaml` with what the command line adds. A blueprint without
a header gets one at its end, so that lines stay what they are.
"""

from __future__ import annotations

import dataclasses
import re
import shlex
from collections.abc import Mapping

from blueprint.diagnostics import Diagnostic, in_order
from blueprint.driver import front_end
from blueprint.loader import MemoryLoader
from blueprint.resolve.world import Options
from blueprint.source import Source, Span

SECTION = re.compile(r"^--- file (\S+).*\n", re.MULTILINE)
COMMAND = re.compile(r"^# oib check (.*?)(?:\s+# .*)?$", re.MULTILINE)
HEADER = re.compile(r"^(blueprint|module)\b|# no header", re.MULTILINE)


def compile_front(case: Source) -> list[Diagnostic]:
    """What the front end says, every place in terms of the case's own text."""
    files, starts = sections(case.text)
    if not HEADER.search(files["main.oib"]):
        files["main.oib"] += "\nblueprint demo { language = 1 }\n"
    command = COMMAND.search(case.text)
    options = options_of(command[1] if command else "")
    _, found = front_end(MemoryLoader(files), options, lambda _what: None)
    outside = Span(case, command.start(), command.end()) if command else None
    return [_within(d, case, starts, outside) for d in in_order(found)]


def sections(text: str) -> tuple[dict[str, str], dict[str, int]]:
    """The files of a case by path, and where each begins in it."""
    marks = list(SECTION.finditer(text))
    files = {"main.oib": text[: marks[0].start()] if marks else text}
    starts = {"main.oib": 0}
    for at, mark in enumerate(marks):
        end = marks[at + 1].start() if at + 1 < len(marks) else len(text)
        files[mark[1]] = text[mark.end() : end]
        starts[mark[1]] = mark.end()
    return files, starts


def options_of(command: str) -> Options:
    """What a command line adds to a blueprint."""
    words = shlex.split(command)
    pairs = list(zip(words[::2], words[1::2], strict=True))
    named = dict(pairs)
    sets = [value.partition("=") for name, value in pairs if name == "--set"]
    return Options(
        sets=tuple((name, value) for name, _, value in sets),
        params=tuple(value for name, value in pairs if name == "--params"),
        env=named.get("--env"),
    )


def _within(
    diagnostic: Diagnostic, case: Source, starts: Mapping[str, int], outside: Span | None
) -> Diagnostic:
    span = diagnostic.span
    if span is None:
        return dataclasses.replace(diagnostic, span=outside)
    start = starts[span.source.path]
    end = min(span.end + start, len(case.text))
    return dataclasses.replace(diagnostic, span=Span(case, span.start + start, end))
