"""The error corpus: files of cases, each with the diagnostics that it must give, and a runner for any phase.

A file holds cases split by lines `---`. A comment `# error: CODE "fragment"` (or `warning`, `note`) says that a
diagnostic with that code begins on its line, its message holding the fragment; `# error(-1): …` that
it begins one line above, for lines that cannot bear a comment. What is not listed must not be reported.
A case is compiled with empty lines in the place of the earlier ones, so that its lines are those of the file.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

from blueprint.diagnostics import Diagnostic
from blueprint.source import Source

EXPECTATION = re.compile(
    r'# (error|warning|note)(?:\(([+-][0-9]+)\))?: (OIB[0-9]{4})(?: "([^"]*)")?'
)
Compile = Callable[[Source], Iterable[Diagnostic]]


@dataclass(frozen=True, slots=True)
class Expected:
    """One diagnostic that a case announces."""

    line: int
    severity: str
    code: str
    fragment: str


@dataclass(frozen=True, slots=True)
class Case:
    """One text with its announced diagnostics."""

    name: str
    source: Source
    expected: tuple[Expected, ...]


def cases(folder: Path) -> Iterator[Case]:
    """Every case of a folder."""
    for file in sorted(folder.glob("*.oib")):
        before = 0
        for text in re.split(r"^---\n", file.read_text(encoding="utf-8"), flags=re.MULTILINE):
            title = text.partition("\n")[0].lstrip("# ")
            source = Source(f"{file.parent.name}/{file.name}", "\n" * before + text)
            yield Case(f"{file.stem}: {title}", source, tuple(_expected(source.text)))
            before += text.count("\n") + 1


def _expected(text: str) -> Iterator[Expected]:
    for number, line in enumerate(text.split("\n"), start=1):
        for severity, offset, code, fragment in EXPECTATION.findall(line):
            yield Expected(number + int(offset or 0), severity, code, fragment)


def differences(case: Case, compile_source: Compile) -> list[str]:
    """What a case reports and does not announce, and the reverse; empty where they agree."""
    reported = list(compile_source(case.source))
    found = []
    for expected in case.expected:
        met = next((d for d in reported if _meets(d, expected)), None)
        if met is None:
            found.append(f"missing: line {expected.line} {expected.code} {expected.fragment!r}")
        else:
            reported.remove(met)
    for diagnostic in reported:
        line = diagnostic.span.line if diagnostic.span else 0
        found.append(f"not announced: line {line} {diagnostic.rule.code} {diagnostic.message!r}")
    return found


def _meets(diagnostic: Diagnostic, expected: Expected) -> bool:
    line = diagnostic.span.line if diagnostic.span else 0
    return (line, diagnostic.severity, diagnostic.rule.code) == (
        expected.line,
        expected.severity,
        expected.code,
    ) and expected.fragment in diagnostic.message
