"""Blueprints whose every text can be replaced: what stands in quotes, and the cells of the data beside them."""

from __future__ import annotations

import csv
import io
import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, fields, is_dataclass
from functools import cached_property
from pathlib import Path
from typing import Any

from blueprint.source import Source, Span
from blueprint.syntax import ast
from blueprint.syntax.parser import parse

MAIN = "main.oib"


@dataclass(frozen=True)
class Slot:
    """A text that can be replaced: what it usually is, and where; a line says where it is in data."""

    path: str
    start: int
    end: int
    usual: str


@dataclass(frozen=True)
class Written:
    """The files with some texts replaced, and where each slot stands in them."""

    files: Mapping[str, str | bytes]
    places: Mapping[Slot, Span]


class Blueprint:
    """A folder with a blueprint and its data."""

    def __init__(self, folder: Path) -> None:
        self.name = folder.name
        self.files: dict[str, str | bytes] = {}
        for path in sorted(folder.rglob("*")):
            if path.is_file():
                inside = path.relative_to(folder).as_posix()
                is_text = path.suffix in (".oib", ".csv", ".json", ".pem")
                self.files[inside] = path.read_text("utf-8") if is_text else path.read_bytes()

    @cached_property
    def tree(self) -> ast.File:
        """The syntax tree of the main file."""
        outcome = parse(Source(MAIN, str(self.files[MAIN])))
        assert outcome.value is not None
        return outcome.value

    @cached_property
    def slots(self) -> tuple[Slot, ...]:
        """Every text of the blueprint and of its data."""
        texts = dict.fromkeys(_texts(self.tree.body))
        found = [Slot(MAIN, span.start, span.end, usual) for span, usual in sorted(texts)]
        for path, text in self.files.items():
            if path.endswith(".csv"):
                rows = list(csv.reader(io.StringIO(str(text))))
                found += [Slot(path, 1, column, cell) for column, cell in enumerate(rows[1])]
                found.append(Slot(path, 2, 0, rows[2][0]))
            elif path.endswith("words.json"):
                words = json.loads(str(text))
                found += [Slot(path, n, 0, word) for n, word in enumerate(words.values())]
        return tuple(found)

    @cached_property
    def names_of(self) -> dict[Slot, tuple[str, ...]]:
        """Variables that hold a slot's text, by which an error may point to where it is used."""
        found: dict[Slot, tuple[str, ...]] = {}
        for entry in self.tree.body.entries:
            if isinstance(entry, ast.LetDecl | ast.ParamDecl):
                inside = [s for s in self.slots if s.path == MAIN and _holds(entry.span, s)]
                found |= dict.fromkeys(inside, (entry.name,))
                called = [s.usual for s in inside if s.usual in self.files]
                data = [s for s in self.slots if s.path in called]
                found |= dict.fromkeys(data, (entry.name, "row"))
        return found

    def written(self, texts: Mapping[Slot, str]) -> Written:
        """The blueprint with other texts in some slots."""
        places: dict[Slot, Span] = {}
        files = dict(self.files)
        source = str(self.files[MAIN])
        main, end, starts = "", 0, {}
        for slot in (s for s in self.slots if s.path == MAIN):
            main += source[end : slot.start]
            starts[slot] = len(main)
            main += quoted(texts[slot]) if slot in texts else source[slot.start : slot.end]
            end = slot.end
            places[slot] = Span(Source(MAIN, ""), starts[slot], len(main))
        files[MAIN] = main + source[end:]
        for slot in (s for s in self.slots if s.path != MAIN and s in texts):
            files[slot.path] = _with_cell(str(files[slot.path]), slot, texts[slot])
        return Written(files, places)


def _holds(span: Span, slot: Slot) -> bool:
    return span.start <= slot.start and slot.end <= span.end


def _texts(node: Any) -> Iterator[tuple[Span, str]]:
    """What stands in quotes: values, labels, and the names of attributes and sections."""
    if isinstance(node, ast.LiteralExpr) and isinstance(node.value, str):
        if node.span.text.startswith('"') and not node.span.text.startswith('"""'):
            yield node.span, node.value
    elif isinstance(node, ast.Label) and node.is_text and node.span.text.startswith('"'):
        yield node.span, node.name
    elif isinstance(node, ast.AttributeDecl) and node.name_span.text.startswith('"'):
        yield node.name_span, node.name
    elif isinstance(node, ast.BlockDecl) and node.is_text:
        yield node.kind_span, node.kind
    if isinstance(node, tuple) and not isinstance(node, Span):
        for each in node:
            yield from _texts(each)
    elif is_dataclass(node) and not isinstance(node, ast.WordType | type):
        for field in fields(node):
            yield from _texts(getattr(node, field.name))


def _with_cell(text: str, slot: Slot, value: str) -> str:
    if slot.path.endswith(".json"):
        words = json.loads(text)
        words[list(words)[slot.start]] = value
        return json.dumps(words)
    rows = list(csv.reader(io.StringIO(text)))
    rows[slot.start][slot.end] = value
    return "".join(",".join(map(_cell, row)) + "\n" for row in rows)


def _cell(text: str) -> str:
    return '"' + text.replace('"', '""') + '"'


def quoted(text: str) -> str:
    """A text as a literal of the language."""
    return '"' + "".join(map(_character, text)) + '"'


def _character(character: str) -> str:
    simple = {'"': '\\"', "\\": "\\\\", "\n": "\\n", "\t": "\\t", "$": "\\$"}
    if character in simple:
        return simple[character]
    return character if character.isprintable() else f"\\u{{{ord(character):x}}}"


def text_labels(blueprint: Blueprint) -> set[str]:
    """The kinds of the blocks that have a text for a label."""
    return set(re.findall(r'\b([a-z_]+) "[^"\n]*" \{', str(blueprint.files[MAIN])))


__all__ = ["MAIN", "Blueprint", "Slot", "Written", "quoted", "text_labels"]
