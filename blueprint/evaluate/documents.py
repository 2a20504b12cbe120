"""JSON and YAML files as typed values, faulty ones reported at their place."""

from __future__ import annotations

import datetime as dt
import json
import math
import re
from collections.abc import Callable, Iterable
from decimal import Decimal
from typing import Any

from blueprint import typesys as ts
from blueprint.diagnostics import Diagnostic, did_you_mean, fields, names
from blueprint.evaluate.convert import Unfit, from_data, impossible_character
from blueprint.evaluate.data import ROW_LIMIT, Row, Table, keys_are_unique, may_be_absent
from blueprint.evaluate.wording import article, expectation
from blueprint.recursion import read_json
from blueprint.source import Source, Span

#: Values in one document, and how deeply they nest.
DEPTH_LIMIT = 50
VALUE_LIMIT = 2_000_000
#: Characters of a YAML file: its grammar is slow to read.
YAML_LIMIT = 8 * 2**20
_BRACKETS = re.compile(r"[\[\]{}]")


def read_document(
    source: Source,
    call: Span,
    key: str | None,
    at: str | None,
    wanted: ts.Type | None,
    report: Callable[[Diagnostic], None],
    *,
    is_json: bool,
) -> Any:
    """The value of a JSON or YAML file, or of the part of it at a dotted path, read as a type.

    None where it can't be read; then it has been reported.
    """
    found: list[Diagnostic] = []
    node = _json(source, call, found) if is_json else _yaml(source, call, found)
    if not found:
        for part in at.split(".") if at else ():
            if not isinstance(node.value, dict) or part not in node.value:
                known = node.value if isinstance(node.value, dict) else ()
                found.append(
                    names.bad_data(
                        node.span, f"there is no `{part}` here", did_you_mean(part, known)
                    )
                )
                break
            node = node.value[part]
    if found:
        for diagnostic in found:
            report(diagnostic)
        return None
    element = wanted.element if isinstance(wanted, ts.ListOf) else None
    if not isinstance(node.value, list):
        return typed(node, wanted, report)
    if len(node.value) > ROW_LIMIT:
        report(names.too_large(call, f"`{source.path}` has {len(node.value):,} rows", ROW_LIMIT))
        return None
    items = node.value

    def cell(number: int, name: str) -> Span:
        row = items[number]
        inner = row.value.get(name) if isinstance(row.value, dict) else None
        found: Node = inner or row
        return found.span

    rows: list[Any] = []
    is_sound = True
    placeholder = Table.of((), source, key, cell)
    for number, item in enumerate(items):
        value = typed(item, element, report)
        if value is None:
            is_sound = False
        rows.append(Row(value, placeholder, number) if isinstance(value, dict) else value)
    if not is_sound:
        return None
    table = Table.of(rows, source, key, cell)
    if key is not None:
        if not all(isinstance(row, Row) for row in table):
            report(names.bad_data(call, f"the rows of `{source.path}` have no columns, so no key"))
            return None
        if not keys_are_unique(table, report):
            return None
    return table


def read_map(
    source: Source, call: Span, report: Callable[[Diagnostic], None], *, is_json: bool
) -> dict[str, Node] | None:
    """The values of a JSON or YAML file that holds one map, by name; None where it can't be read."""
    found: list[Diagnostic] = []
    node = _json(source, call, found) if is_json else _yaml(source, call, found)
    if not found and not isinstance(node.value, dict):
        found.append(names.bad_data(node.span, "the file holds one map of names and values"))
    for diagnostic in found:
        report(diagnostic)
    return None if found else node.value


class Node:
    """A value of a document with its place; lists hold nodes, maps nodes by name."""

    __slots__ = ("span", "value")

    def __init__(self, value: Any, span: Span) -> None:
        self.value = value
        self.span = span


def typed(node: Node, wanted: ts.Type | None, report: Callable[[Diagnostic], None]) -> Any:
    """The value of a node as a type; None where it does not fit (and that is reported)."""
    if isinstance(wanted, ts.Record) and isinstance(node.value, dict):
        values: dict[str, Any] = {}
        is_sound = True
        for name, type_ in wanted.fields.items():
            inner = node.value.get(name)
            if inner is None or inner.value is None:
                if not may_be_absent(type_):
                    report(fields.bad_cell(node.span, name, article(type_), ""))
                    is_sound = False
                continue
            value = typed(
                inner, ts.plain(type_) if not isinstance(type_, ts.Bounded) else type_, report
            )
            if value is None:
                is_sound = False
            values[name] = value
        return values if is_sound else None
    if isinstance(node.value, list):
        element = wanted.element if isinstance(wanted, ts.ListOf) else None
        found = [typed(item, element, report) for item in node.value]
        return None if any(item is None for item in found) else tuple(found)
    if isinstance(node.value, dict):
        element = wanted.element if isinstance(wanted, ts.MapOf) else None
        kept = {n: typed(v, element, report) for n, v in node.value.items() if v.value is not None}
        return None if any(v is None for v in kept.values()) else kept
    try:
        return from_data(node.value, wanted)
    except Unfit as unfit:
        report(
            fields.type_mismatch(
                node.span,
                unfit.wanted or expectation(wanted or ts.ANY),
                _shown(node.value),
                unfit.example,
            )
        )
        return None


def _shown(value: Any) -> str:
    return "nothing" if value is None else f"`{str(value)[:60]}`"


def _json(source: Source, call: Span, found: list[Diagnostic]) -> Node:
    """A JSON document; places come from reading it as YAML, which nearly all JSON is, when needed."""
    whole = Span(source, 0, len(source.text))

    def pairs(items: list[tuple[str, Any]]) -> dict[str, Any]:
        result: dict[str, Any] = {}
        for name, value in items:
            if name in result:
                found.append(
                    names.bad_data(
                        call, f"`{source.path}`: the name `{name}` stands twice in one object"
                    )
                )
            result[name] = value
        return result

    def refuse(text: str) -> Any:
        raise ValueError(f"{text} is no JSON number")

    try:
        value = read_json(
            source.text, parse_float=Decimal, parse_constant=refuse, object_pairs_hook=pairs
        )
    except json.JSONDecodeError as error:
        place = Span(source, min(error.pos, len(source.text)), min(error.pos + 1, len(source.text)))
        found.append(
            names.bad_data(place, "from here on this is no JSON", _json_hint(source, error))
        )
        return Node(None, whole)
    except ValueError as error:
        found.append(names.bad_data(call, f"`{source.path}` is no JSON: {error}"))
        return Node(None, whole)
    places = JsonPlaces(source)
    return _wrap(value, places, (), found, call)


_YAML_HINT = "look for a bracket or a quote that is not closed, and for indentation"


_TAG_HINT = "data holds text, numbers, truth values, dates, lists and maps"


def _json_hint(source: Source, error: json.JSONDecodeError) -> str:
    """What is likely wrong where a JSON text can't be read on."""
    before = source.text[: error.pos].rstrip()
    if error.pos >= len(source.text.rstrip()):
        return "the text ends too soon: something is not closed"
    if source.text[error.pos] in "]}" and before.endswith(","):
        return "delete the comma before the bracket"
    if source.text[error.pos] == "'":
        return "JSON has double quotes only"
    return "a comma, a colon or a quote may be missing before it"


def _wrap(
    value: Any, places: JsonPlaces, path: tuple[str | int, ...], found: list[Diagnostic], call: Span
) -> Node:
    if len(path) > DEPTH_LIMIT:
        found.append(names.too_large(call, "the document nests too deeply", DEPTH_LIMIT))
        return Node(None, call)
    node = LazyNode(value, places, path)
    if isinstance(value, list):
        node.value = [_wrap(v, places, (*path, i), found, call) for i, v in enumerate(value)]
    elif isinstance(value, dict):
        node.value = {n: _wrap(v, places, (*path, n), found, call) for n, v in value.items()}
        _check_names(value, node, found)
    return node


def _check_names(all_names: Iterable[str], node: Node, found: list[Diagnostic]) -> None:
    characters = {c for c in map(impossible_character, all_names) if c is not None}
    found.extend(names.bad_data(node.span, f"a name here holds {c}") for c in sorted(characters))


class JsonPlaces:
    """Places in a JSON text by path, found by composing it as YAML once somebody asks."""

    def __init__(self, source: Source) -> None:
        self.source = source
        self._root: Any = None

    def span(self, path: tuple[str | int, ...]) -> Span:
        """The text of the value at a path; the whole file where the place can't be told."""
        import yaml

        whole = Span(self.source, 0, len(self.source.text))
        if self._root is None:
            try:
                self._root = yaml.compose(self.source.text, Loader=_yaml_loader())
            except (yaml.YAMLError, RecursionError):
                return whole
        node = self._root
        for part in path:
            if isinstance(node, yaml.SequenceNode) and isinstance(part, int):
                node = node.value[part]
            elif isinstance(node, yaml.MappingNode):
                node = next((v for k, v in node.value if k.value == part), None)
            if node is None:
                return whole
        return Span(self.source, node.start_mark.index, node.end_mark.index)


class LazyNode(Node):
    """A JSON value whose place is looked up when asked for."""

    __slots__ = ("_path", "_places")

    def __init__(self, value: Any, places: JsonPlaces, path: tuple[str | int, ...]) -> None:
        self.value = value
        self._places = places
        self._path = path

    @property
    def span(self) -> Span:  # type: ignore[override]  # computed here, stored in the other kind
        """Where the value stands."""
        return self._places.span(self._path)


def _yaml_loader() -> Any:
    """The reader of libyaml where PyYAML has it: twenty times as fast, with the same places."""
    import yaml

    return getattr(yaml, "CSafeLoader", yaml.SafeLoader)


def _too_much_yaml(source: Source, call: Span) -> Diagnostic | None:
    """Why a text should not even be scanned: its size, or brackets so deep that scanning them is slow."""
    if len(source.text) > YAML_LIMIT:
        return names.file_limit(
            call, f"`{source.path}` is larger than {YAML_LIMIT // 2**20} MiB; write it as JSON"
        )
    depth = 0
    for bracket in _BRACKETS.finditer(source.text):
        depth += 1 if bracket[0] in "[{" else -1
        if depth > 4 * DEPTH_LIMIT:
            return names.too_large(call, f"`{source.path}` nests too deeply", DEPTH_LIMIT)
    return None


def _yaml(source: Source, call: Span, found: list[Diagnostic]) -> Node:
    """A YAML document of plain data: no tags of one's own, no anchors (they can grow without bound)."""
    import yaml

    root = _composed(source, call, found, yaml.compose)
    if root is None:
        return Node(None, Span(source, 0, len(source.text)))
    return _from_yaml(root, source, yaml.constructor.SafeConstructor(), found, 0)


def read_documents(source: Source, call: Span, found: list[Diagnostic]) -> list[Node]:
    """The YAML documents of a text, empty ones left out; what is wrong goes to `found`."""
    import yaml

    def all_of(text: str, Loader: Any) -> list[Any]:  # noqa: N803  # as PyYAML calls it
        return [root for root in yaml.compose_all(text, Loader=Loader) if root is not None]

    constructor = yaml.constructor.SafeConstructor()
    roots = _composed(source, call, found, all_of) or []
    nodes = [_from_yaml(root, source, constructor, found, 0) for root in roots]
    return [node for node in nodes if node.value is not None]


def _composed(
    source: Source, call: Span, found: list[Diagnostic], compose: Callable[..., Any]
) -> Any:
    """What PyYAML composes of a text that was looked through first; None where it can't be read."""
    import yaml

    refused = _too_much_yaml(source, call)
    if refused is not None:
        found.append(refused)
        return None
    opening = (
        yaml.BlockSequenceStartToken | yaml.BlockMappingStartToken
        | yaml.FlowSequenceStartToken | yaml.FlowMappingStartToken
    )  # fmt: skip
    closing = yaml.BlockEndToken | yaml.FlowSequenceEndToken | yaml.FlowMappingEndToken
    depth = 0
    try:
        for token in yaml.scan(source.text, Loader=_yaml_loader()):
            # libyaml composes on the machine's stack, which deep nesting would exhaust
            depth += isinstance(token, opening) - isinstance(token, closing)
            if depth > 2 * DEPTH_LIMIT:
                place = Span(source, token.start_mark.index, token.end_mark.index)
                found.append(names.too_large(place, "the document nests too deeply", DEPTH_LIMIT))
                return None
            if isinstance(token, yaml.AnchorToken | yaml.AliasToken):
                mark = token.start_mark
                found.append(
                    names.bad_data(
                        Span(source, mark.index, token.end_mark.index),
                        "anchors and aliases are not allowed in data",
                        "write the value where it is needed",
                    )
                )
                return None
        return compose(source.text, Loader=_yaml_loader())
    except yaml.YAMLError as error:
        mark = getattr(error, "problem_mark", None)
        at = mark.index if mark is not None else 0
        place = Span(source, at, min(at + 1, len(source.text)))
        found.append(names.bad_data(place, "from here on this is no YAML", _YAML_HINT))
    except RecursionError:
        found.append(names.too_large(call, "the document nests too deeply", DEPTH_LIMIT))
    return None


def _from_yaml(
    node: Any, source: Source, constructor: Any, found: list[Diagnostic], depth: int
) -> Node:
    import yaml

    span = Span(source, node.start_mark.index, node.end_mark.index)
    if depth > DEPTH_LIMIT:
        found.append(names.too_large(span, "the document nests too deeply", DEPTH_LIMIT))
        return Node(None, span)
    if isinstance(node, yaml.SequenceNode):
        return Node(
            [_from_yaml(v, source, constructor, found, depth + 1) for v in node.value], span
        )
    if isinstance(node, yaml.MappingNode):
        values: dict[str, Node] = {}
        for name_node, value_node in node.value:
            name = str(name_node.value)
            if name in values:
                place = Span(source, name_node.start_mark.index, name_node.end_mark.index)
                found.append(names.bad_data(place, f"the name `{name}` stands twice"))
            values[name] = _from_yaml(value_node, source, constructor, found, depth + 1)
        found_map = Node(values, span)
        _check_names(values, found_map, found)
        return found_map
    if (
        node.tag == "tag:yaml.org,2002:value"
    ):  # a lone `=`, which YAML 1.1 gave a meaning that nobody uses
        return Node("=", span)
    try:
        value = constructor.construct_object(node)
    except (yaml.YAMLError, ValueError):
        found.append(names.bad_data(span, "this is no plain value", _TAG_HINT))
        return Node(None, span)
    if isinstance(value, dt.datetime):
        value = str(node.value)
    if isinstance(value, bytes):
        found.append(names.bad_data(span, "this is no plain value", _TAG_HINT))
    if isinstance(value, float):
        value = (
            Decimal(node.value.replace("_", ""))
            if math.isfinite(value) and abs(value) < 1e300
            else str(node.value)
        )
    return Node(value, span)
