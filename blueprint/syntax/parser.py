"""From text to syntax tree: an LALR automaton that runs on the table that Lark made of the grammar."""

from __future__ import annotations

import gc
from typing import Any, Final

from blueprint.diagnostics import Outcome, in_order
from blueprint.diagnostics import syntax as say
from blueprint.source import Source, Span
from blueprint.syntax import ast
from blueprint.syntax.build import Builder
from blueprint.syntax.tables import END, Table, table


def parse(source: Source) -> Outcome[ast.File]:
    """The syntax tree of a source, with whatever could be read, and everything that is wrong with its text."""
    was_enabled = gc.isenabled()
    gc.disable()  # hundreds of thousands of new nodes, and none of them garbage
    try:
        return _parse(source)
    finally:
        if was_enabled:
            gc.enable()


def _parse(source: Source) -> Outcome[ast.File]:
    builder = Builder(source, source.text)
    parser = Parser(table(), builder)
    body = parser.run()
    file = None if body is None else ast.File(source, body, tuple(parser.comments))
    return Outcome(file, in_order(builder.diagnostics))


class Parser:
    """One run of the automaton: its stacks, and the place in the text that has been reached."""

    def __init__(self, automaton: Table, builder: Builder) -> None:
        self.table = automaton
        self.builder = builder
        self.text = builder.text
        self.comments: list[Span] = []
        self.states = [automaton.start]
        self.values: list[Any] = []
        self.builds = [
            None if p.callback is None else getattr(builder, p.callback)
            for p in automaton.productions
        ]

    def run(self) -> ast.Body | None:
        """Read the whole text."""
        text, table, builder = self.text, self.table, self.builder
        rows, gotos, scans, words = table.rows, table.gotos, table.scans, table.words
        productions, builds = table.productions, self.builds
        states, values = self.states, self.values
        end_state = table.end
        at = 0
        docs: list[Span] = []
        while True:
            match, kinds, _ = scans[states[-1]]
            found = match(text, at)
            group = found.lastindex
            kind = kinds[group]
            start, end = found.span(group)
            word = found[group]
            row = rows[states[-1]]
            if kind == "NAME":
                kind = words.get(word, kind)
                if kind == "NOT" and (longer := table.patterns["NOT_IN"].match(text, start)):
                    kind, word, end = "NOT_IN", longer[0], longer.end()
            elif kind == "PUNCTUATION":
                kind = _PUNCTUATION[word]
            elif kind == "COMMENT":
                at = end
                self._comment(start, end, docs)
                continue
            elif kind == "COLON":
                if "FORMAT" in row and (longer := table.patterns["FORMAT"].match(text, start)):
                    kind, word, end = "FORMAT", longer[0], longer.end()
            elif kind == "COLONED" and kind not in row and word[0] == ":":
                kind, word, end = "COLON", ":", start + 1
            if docs:
                builder.docs[start] = docs.copy()
                docs.clear()

            while True:
                action = rows[states[-1]].get(kind)
                if action is None:
                    builder.report(say.unexpected(builder.span(start, end), f"`{word}`", None))
                    return None
                if action >= 0:
                    states.append(action)
                    values.append((start, end, word))
                    builder.end = at = end
                    break
                production = productions[~action]
                size = production.size
                build = builds[~action]
                if build is None:
                    if size > 1:
                        value = values[production.single - size]
                        del states[-size:], values[-size:]
                        values.append(value)
                    else:
                        states.pop()
                else:
                    pick = production.pick
                    if pick is None:
                        if size == 1:
                            states.pop()
                            values[-1] = build(values[-1])
                        elif size:
                            del states[-size:]
                            arguments = values[-size:]
                            del values[-size:]
                            values.append(build(*arguments))
                        else:
                            values.append(build())
                    else:
                        arguments = values[-size:]
                        arguments.append(None)
                        del states[-size:], values[-size:]
                        values.append(build(*pick(arguments)))
                state = gotos[states[-1]][production.origin]
                states.append(state)
                if state == end_state and kind == END:
                    return values[-1]

    def _comment(self, start: int, end: int, docs: list[Span]) -> None:
        span = Span(self.builder.source, start, end)
        if self.text.startswith("##", start):
            line = self.text.rfind("\n", 0, start) + 1
            if not self.text[line:start].strip(" \t"):
                docs.append(span)
                return
        self.comments.append(span)


_PUNCTUATION: Final = {
    "{": "LBRACE", "}": "RBRACE", "[": "LSQB", "]": "RSQB", "(": "LPAR", ")": "RPAR", ",": "COMMA",
}  # fmt: skip
