"""From text to syntax tree: an LALR automaton that runs on the table that Lark made of the grammar.

Nothing is copied on the way: a terminal is matched where it stands, and each reduction calls the builder, which makes
the node; there is no intermediate tree. Any text at all gives an outcome: faults become diagnostics (`recover.py`).
"""

from __future__ import annotations

import gc
from typing import Any, Final

from blueprint.diagnostics import Diagnostic, Outcome, in_order
from blueprint.diagnostics import syntax as say
from blueprint.source import Source, Span, join
from blueprint.syntax import ast
from blueprint.syntax.build import Builder
from blueprint.syntax.characters import without_control
from blueprint.syntax.depth import MAX_DEPTH, too_deep
from blueprint.syntax.tables import END, PUNCTUATION, Table, table
from blueprint.syntax.tokens import RestartError, Token

MAX_SIZE: Final = 16 * 1024 * 1024
"""Characters of one source."""
MAX_REPORTED: Final = 1000
"""Diagnostics of one source; recovery has a smaller limit of its own, broken literals count here."""
_MAX_STACK: Final = 8 * MAX_DEPTH
"""Symbols on the parser's stack; a level of nesting has at most eight."""


def parse(source: Source) -> Outcome[ast.File]:
    """The syntax tree of a source and everything that is wrong with its text.

    The tree holds whatever could be read; there is none where a limit was passed.
    """
    was_enabled = gc.isenabled()
    gc.disable()  # hundreds of thousands of new nodes, and none of them garbage
    try:
        return _parse(source)
    finally:
        if was_enabled:
            gc.enable()


def _parse(source: Source) -> Outcome[ast.File]:
    size = len(source.text)
    if size > MAX_SIZE:
        return Outcome(None, (say.source_too_large(Span(source, 0, 0), size, MAX_SIZE),))
    builder = Builder(source, source.text)
    builder.text = without_control(source, builder.report)
    reading = _Reading(table(), builder)
    body = reading.read()
    if reading.is_unbalanced:
        again = Builder(source, builder.text)
        without_control(source, again.report)
        builder, reading = again, _Reading(table(), again, by_indent=True)
        body = reading.read()
    unused = [*builder.docs.values(), reading.docs]
    for lines in filter(None, unused):
        builder.report(say.stray_doc_comment(join(lines[0], lines[-1])))
    stray = [line for lines in unused for line in lines]
    comments = {comment.start: comment for comment in (*reading.comments, *stray)}
    deep = None if body is None else too_deep(body)
    if deep is not None:
        builder.report(say.nesting_too_deep(deep, MAX_DEPTH))
        body = None
    file = None
    if body is not None:
        file = ast.File(source, body, tuple(comments[start] for start in sorted(comments)))
    return Outcome(file, _limited(in_order(builder.diagnostics)))


def _limited(diagnostics: tuple[Diagnostic, ...]) -> tuple[Diagnostic, ...]:
    if len(diagnostics) <= MAX_REPORTED:
        return diagnostics
    span = diagnostics[MAX_REPORTED].span
    assert span is not None
    return (*diagnostics[:MAX_REPORTED], say.too_many_errors(span, MAX_REPORTED))


class _Reading:
    """One run of the automaton over a text."""

    def __init__(self, automaton: Table, builder: Builder, *, by_indent: bool = False) -> None:
        self.table = automaton
        self.builder = builder
        self.by_indent = by_indent
        self.is_unbalanced = False
        self.comments: list[Span] = []
        self.docs: list[Span] = []
        self.builds = [
            None if p.callback is None else getattr(builder, p.callback)
            for p in automaton.productions
        ]

    def read(self) -> ast.Body | None:  # noqa: PLR0915  # one loop, without calls, is what makes it fast
        """The entries of the whole text, or None where reading was given up."""
        table, builder, builds = self.table, self.builder, self.builds
        rows, gotos, scans, words = table.rows, table.gotos, table.scans, table.words
        productions, text = table.productions, builder.text
        states: list[int] = [table.start]
        values: list[Any] = []
        recovery = None
        if self.by_indent:
            recovery = self._recovery(states, values)
        docs = self.docs
        at = 0
        token = None
        while True:
            if token is None:
                match, kinds = scans[states[-1]]
                found = match(text, at)
                group = found.lastindex
                kind = kinds[group]
                start, end = found.span(group)
                word = found[group]
                if kind == "NAME":
                    kind = words.get(word, kind)
                    if kind == "NOT" and (longer := table.not_in.match(text, start)):
                        kind, word, end = "NOT_IN", longer[0], longer.end()
                elif kind == "PUNCTUATION":
                    kind = PUNCTUATION[word]
                elif kind == "COMMENT":
                    at = end
                    self._comment(start, end)
                    continue
                elif kind == "COLON":
                    if "FORMAT" in rows[states[-1]] and (longer := table.format.match(text, start)):
                        kind, word, end = "FORMAT", longer[0], longer.end()
                elif kind == "COLONED" and word[0] == ":" and kind not in rows[states[-1]]:
                    kind, word, end = "COLON", ":", start + 1
                if docs:
                    builder.docs[start] = docs.copy()
                    docs.clear()
                if (
                    self.by_indent
                    and recovery
                    and (resume := recovery.closes_block(Token(kind, start, end, word)))
                ):
                    token = resume.token
                    at = resume.at
                    continue
            else:
                kind, start, end, word = token
                token = None

            while True:
                action = rows[states[-1]].get(kind)
                if action is None:
                    if recovery is None:
                        recovery = self._recovery(states, values)
                    try:
                        resume = recovery.recover(Token(kind, start, end, word))
                    except RestartError:
                        self.is_unbalanced = True
                        return None
                    if resume is None:
                        return None
                    at, token = resume
                    break
                if action >= 0:
                    states.append(action)
                    values.append((start, end, word))
                    builder.end = at = end
                    if len(states) > _MAX_STACK:
                        builder.report(say.nesting_too_deep(builder.span(start, end), MAX_DEPTH))
                        return None
                    break
                production = productions[~action]
                size = production.size
                build = builds[~action]
                if build is None:
                    if size == 1:
                        states.pop()
                    else:
                        value = values[production.single - size]
                        del states[-size:], values[-size:]
                        values.append(value)
                elif production.pick is not None:
                    arguments = values[-size:]
                    arguments.append(None)
                    del states[-size:], values[-size:]
                    values.append(build(*production.pick(arguments)))
                elif size == 1:
                    states.pop()
                    values[-1] = build(values[-1])
                elif size:
                    arguments = values[-size:]
                    del states[-size:], values[-size:]
                    values.append(build(*arguments))
                else:
                    values.append(build())
                state = gotos[states[-1]][production.origin]
                states.append(state)
                if state == table.end and kind == END:
                    body: ast.Body = values[-1]
                    return body

    def _recovery(self, states: list[int], values: list[Any]) -> Any:
        """The recovery of this run; its modules are loaded for faulty texts only."""
        from blueprint.syntax.recover import Recovery

        recovery = Recovery(self.table, self.builder, states, values)
        recovery.by_indent = self.by_indent
        return recovery

    def _comment(self, start: int, end: int) -> None:
        text = self.builder.text
        span = self.builder.span(start, end)
        if text.startswith("##", start) and not text.startswith("###", start):
            line = text.rfind("\n", 0, start) + 1
            if not text[line:start].strip(" \t"):
                self.docs.append(span)
                return
        self.comments.append(span)
