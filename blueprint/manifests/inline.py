"""Manifests that stand in the blueprint itself: places in their text are places in the blueprint."""

from __future__ import annotations

from dataclasses import replace

from blueprint.diagnostics import Diagnostic
from blueprint.evaluate.documents import Node
from blueprint.source import Source, Span


class Inline:
    """A text of the blueprint that is read as a file of its own, and the way back from its places."""

    def __init__(self, text: str, written: Span) -> None:
        self.source = Source(written.source.path, text)
        self.written = written
        self._starts = _starts(text, written)

    def span(self, span: Span) -> Span:
        """Where a stretch of the text stands in the blueprint: all of the value where that can't be told."""
        start, end = self._offset(span.start), self._offset(span.end)
        if start is None or end is None or end < start:
            return self.written
        return Span(self.written.source, start, end)

    def _offset(self, at: int) -> int | None:
        line, column = self.source.position(at)
        start = self._starts[line - 1]
        return None if start is None else start + column - 1

    def diagnostic(self, diagnostic: Diagnostic) -> Diagnostic:
        """A diagnostic about the text, placed in the blueprint."""
        span = diagnostic.span
        if span is None or span.source is not self.source:
            return diagnostic
        return replace(diagnostic, span=self.span(span))

    def node(self, node: Node) -> Node:
        """A node with its places in the blueprint."""
        value = node.value
        if isinstance(value, dict):
            value = {name: self.node(each) for name, each in value.items()}
        elif isinstance(value, list):
            value = [self.node(each) for each in value]
        return Node(value, self.span(node.span))


def _starts(text: str, written: Span) -> list[int | None]:
    """Where each line of the text begins in the blueprint; None for one that does not stand there so."""
    raw = written.text.split("\n")
    lines = text.split("\n")
    offsets = [written.start]
    for line in raw:
        offsets.append(offsets[-1] + len(line) + 1)
    first = next((i for i, line in enumerate(raw[:2]) if lines[0] and lines[0] in line), 1)
    found: list[int | None] = []
    for number, line in enumerate(lines, start=first):
        column = raw[number].find(line) if number < len(raw) else -1
        found.append(offsets[number] + column if column >= 0 else None)
    return found


__all__ = ["Inline"]
