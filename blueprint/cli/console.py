"""What people and programs see of a run: diagnostics, in their form and colour, and progress."""

from __future__ import annotations

import argparse
import json
import os
import shutil
import sys
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field, replace
from typing import Any, TextIO

from blueprint import __version__
from blueprint.diagnostics import Diagnostic, Fix, Label
from blueprint.diagnostics.render_text import Look, render_text, summary
from blueprint.source import Source, Span

#: Seconds of silence before progress is shown.
_PATIENCE_S = 1.0
#: Columns of a progress bar.
_BAR = 20


@dataclass(frozen=True)
class Console:
    """How this run reports. `prefix` goes before the paths of sources, which are relative to the blueprint."""

    form: str = "text"
    is_quiet: bool = False
    is_plain: bool = False
    prefix: str = ""
    _moved: dict[int, tuple[Source, Source]] = field(default_factory=dict, repr=False)

    @classmethod
    def of(cls, given: argparse.Namespace, prefix: str = "") -> Console:
        """The console that the arguments ask for."""
        return cls(getattr(given, "format", "text"), given.quiet, given.no_color, prefix)

    @property
    def is_for_people(self) -> bool:
        """Whether sentences are wanted on standard output."""
        return self.form == "text" and not self.is_quiet

    def look(self, stream: TextIO) -> Look:
        """Colour and width for a stream: colour only on a terminal that wants it."""
        wants = not self.is_plain and not os.environ.get("NO_COLOR")
        if not stream.isatty():
            return Look()
        columns = shutil.get_terminal_size((120, 24)).columns
        return Look(wants and os.environ.get("TERM") != "dumb", max(columns, 40))

    def report(self, diagnostics: Iterable[Diagnostic], **more: Any) -> None:
        """Prints diagnostics: as text to standard error, else one document to standard output."""
        listed = [self.located(each) for each in diagnostics]
        if self.form == "text":
            shown = [each for each in listed if each.is_error or not self.is_quiet]
            if shown:
                counts = summary(shown)
                sys.stderr.write(render_text(shown, self.look(sys.stderr)) + f"{counts}\n")
            return
        sys.stdout.write(
            json.dumps(self._document(listed, more), indent=2, ensure_ascii=False) + "\n"
        )

    def _document(self, diagnostics: Sequence[Diagnostic], more: dict[str, Any]) -> dict[str, Any]:
        if self.form == "sarif":
            from blueprint.cli.pages import page
            from blueprint.diagnostics import render_sarif

            return render_sarif.document(diagnostics, __version__, page)
        from blueprint.diagnostics import render_json

        return {**render_json.document(diagnostics), **more}

    def say(self, text: str = "") -> None:
        """Prints a line to standard output, where people read it."""
        if self.is_for_people:
            sys.stdout.write(f"{text}\n")

    def located(self, diagnostic: Diagnostic) -> Diagnostic:
        """The diagnostic with paths as seen from the current folder."""
        if not self.prefix:
            return diagnostic
        fix = diagnostic.fix
        return replace(
            diagnostic,
            span=None if diagnostic.span is None else self.span(diagnostic.span),
            labels=tuple(Label(self.span(each.span), each.text) for each in diagnostic.labels),
            fix=None if fix is None else Fix(self.span(fix.span), fix.replacement),
        )

    def span(self, span: Span) -> Span:
        """The span in a source whose path is as seen from the current folder."""
        source = span.source
        known = self._moved.get(id(source))
        if known is None:
            known = (source, Source(located(self.prefix, source.path), source.text))
            self._moved[id(source)] = known
        return Span(known[1], span.start, span.end)


def located(prefix: str, path: str) -> str:
    """A path of the blueprint's folder as seen from the current one; what is no file stays as it is."""
    if path.startswith(("/", "<")) or ":" in path.partition("/")[0]:
        return path
    return os.path.normpath(os.path.join(prefix, path)) if prefix else path


class Progress:
    """Tells on a terminal what a run is at, once it takes longer than a moment; nothing anywhere else."""

    def __init__(self, console: Console) -> None:
        import threading

        self._now = ""
        self._is_shown = False
        self._lock = threading.Lock()
        self._timer = threading.Timer(_PATIENCE_S, self._show)
        self._timer.daemon = True
        look = console.look(sys.stderr)
        self._columns = look.columns
        self._is_plain = not look.is_colored
        self._length = 0
        self._timer.start()

    def __call__(self, what: str, done: int = 0, total: int = 0, /) -> None:
        """A phase begins, or so much of it is done."""
        now = f"{what} {_bar(done, total)}" if total else f"{what} …"
        if now == self._now:
            return
        with self._lock:
            self._now = now
            if self._is_shown:
                self._print()

    def _show(self) -> None:
        with self._lock:
            self._is_shown = True
            self._print()

    def _print(self) -> None:
        self._replace(self._now[: self._columns - 1])

    def _replace(self, text: str) -> None:
        """Puts a text in place of the line; without control sequences where colour is not wanted either."""
        if self._is_plain:
            sys.stderr.write(f"\r{text:{self._length}}" + ("" if text else "\r"))
        else:
            sys.stderr.write(f"\r\x1b[K{text}")
        self._length = len(text)
        sys.stderr.flush()

    def close(self) -> None:
        """Takes the line away."""
        self._timer.cancel()
        with self._lock:
            if self._is_shown:
                self._is_shown = False
                self._replace("")


def _bar(done: int, total: int) -> str:
    """How much of a phase is done, in full hundredths: `[##########          ]  50 %`."""
    share = done * 100 // total
    filled = "#" * (share * _BAR // 100)
    return f"[{filled:{_BAR}}] {share:3} %"


def progress_for(console: Console) -> tuple[Progress | None, Callable[[], None]]:
    """What to call for each phase, or None where nobody watches, and what to call at the end."""
    if not console.is_for_people or not sys.stderr.isatty():
        return None, lambda: None
    progress = Progress(console)
    return progress, progress.close
