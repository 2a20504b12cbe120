"""The syntax tree: what was written, with the span of every node; no meaning, no defaults.

Nodes are immutable to the type checker. At run time they are plain slotted classes: the constructor of a frozen
dataclass takes five times as long, and a large blueprint has a hundred thousand nodes.
"""

from __future__ import annotations

import dataclasses
from typing import TYPE_CHECKING, Any, TypeAlias

from blueprint.source import Source, Span

if TYPE_CHECKING:
    from dataclasses import dataclass
else:

    def dataclass(*, frozen: bool, slots: bool, eq: bool) -> Any:
        """`dataclasses.dataclass` whose constructor assigns plainly."""
        del frozen
        return dataclasses.dataclass(slots=slots, eq=eq)


# ------------------------------------------------------------------------------------------ expressions


@dataclass(frozen=True, slots=True, eq=False)
class LiteralExpr:
    """A literal: bool, int, Decimal, str or a value of `blueprint.values` / `ipaddress` / date."""

    value: Any
    span: Span


@dataclass(frozen=True, slots=True, eq=False)
class Hole:
    """`${expr:format}` inside a string; `format` is None where none is written."""

    value: Expr
    format: str | None
    span: Span


@dataclass(frozen=True, slots=True, eq=False)
class TextExpr:
    """A string with holes: its parts in order, indentation of `\"\"\"` texts removed."""

    parts: tuple[str | Hole, ...]
    span: Span


@dataclass(frozen=True, slots=True, eq=False)
class NameExpr:
    """A bare name: a variable, a word of an enumeration, or a kind before `.name`."""

    name: str
    span: Span


@dataclass(frozen=True, slots=True, eq=False)
class MemberExpr:
    """`object.name`; `name_span` covers the name alone."""

    object: Expr
    name: str
    name_span: Span
    span: Span


@dataclass(frozen=True, slots=True, eq=False)
class ElementExpr:
    """`object[index]`: by key on a family or map, by position on a list or a part of hardware."""

    object: Expr
    index: Expr
    span: Span


@dataclass(frozen=True, slots=True, eq=False)
class NamedArgument:
    """`name = value` inside the parentheses of a call."""

    name: str
    name_span: Span
    value: Expr


@dataclass(frozen=True, slots=True, eq=False)
class CallExpr:
    """`function(arguments, name = argument)`."""

    function: Expr
    arguments: tuple[Expr, ...]
    named: tuple[NamedArgument, ...]
    span: Span


@dataclass(frozen=True, slots=True, eq=False)
class ListExpr:
    """`[a, b]`."""

    items: tuple[Expr, ...]
    span: Span


@dataclass(frozen=True, slots=True, eq=False)
class ForClause:
    """`for x in xs if c`, or `for k, v in xs`; `names` holds one or two (name, span)."""

    names: tuple[tuple[str, Span], ...]
    collection: Expr
    condition: Expr | None
    span: Span


@dataclass(frozen=True, slots=True, eq=False)
class ComprehensionExpr:
    """`[for x in xs if c: value]`."""

    clause: ForClause
    value: Expr
    span: Span


@dataclass(frozen=True, slots=True, eq=False)
class MapExpr:
    """`{ key = value … }` as a value; its body may hold `for` and `if` groups."""

    body: Body
    span: Span


@dataclass(frozen=True, slots=True, eq=False)
class UnaryExpr:
    """`-x` or `not x`; `operator` is `-` or `not`."""

    operator: str
    operand: Expr
    span: Span


@dataclass(frozen=True, slots=True, eq=False)
class BinaryExpr:
    """`left operator right`; operators: or and == != < <= > >= in `not in` ?? .. + - * /."""

    operator: str
    operator_span: Span
    left: Expr
    right: Expr
    span: Span


@dataclass(frozen=True, slots=True, eq=False)
class ConditionalExpr:
    """`if condition then value else otherwise`."""

    condition: Expr
    value: Expr
    otherwise: Expr
    span: Span


@dataclass(frozen=True, slots=True, eq=False)
class QuantifiedExpr:
    """`every x in xs: condition` or `some …`; `quantifier` is `every` or `some`."""

    quantifier: str
    name: str
    name_span: Span
    collection: Expr
    condition: Expr
    span: Span


@dataclass(frozen=True, slots=True, eq=False)
class BrokenExpr:
    """An expression that could not be read; a diagnostic has been given, so nobody reports it again."""

    span: Span


Expr: TypeAlias = (
    LiteralExpr
    | TextExpr
    | NameExpr
    | MemberExpr
    | ElementExpr
    | CallExpr
    | ListExpr
    | ComprehensionExpr
    | MapExpr
    | UnaryExpr
    | BinaryExpr
    | ConditionalExpr
    | QuantifiedExpr
    | BrokenExpr
)

# ------------------------------------------------------------------------------------------------ types


@dataclass(frozen=True, slots=True, eq=False)
class NamedType:
    """A built-in type, a kind, or the name of a `type` declaration."""

    name: str
    span: Span


@dataclass(frozen=True, slots=True, eq=False)
class OptionalType:
    """`T?`."""

    inner: TypeExpr
    span: Span


@dataclass(frozen=True, slots=True, eq=False)
class WordType:
    """`a | b`: an enumeration of words, each with its span."""

    words: tuple[tuple[str, Span], ...]
    span: Span


@dataclass(frozen=True, slots=True, eq=False)
class GenericType:
    """`list(T)` or `map(T)`."""

    name: str
    name_span: Span
    argument: TypeExpr
    span: Span


@dataclass(frozen=True, slots=True, eq=False)
class TypeField:
    """`name: type` in a record type."""

    name: str
    name_span: Span
    type: TypeExpr
    doc: str | None


@dataclass(frozen=True, slots=True, eq=False)
class RecordType:
    """`{ name: string  unit: int in 1..60 }`."""

    fields: tuple[TypeField, ...]
    span: Span


@dataclass(frozen=True, slots=True, eq=False)
class BoundedType:
    """`T in bounds`: values must lie in the range or the list that `bounds` evaluates to."""

    inner: TypeExpr
    bounds: Expr
    span: Span


@dataclass(frozen=True, slots=True, eq=False)
class BrokenType:
    """A type that could not be read; a diagnostic has been given, so nobody reports it again."""

    span: Span


TypeExpr: TypeAlias = (
    NamedType | OptionalType | WordType | GenericType | RecordType | BoundedType | BrokenType
)

# ---------------------------------------------------------------------------------------------- entries


@dataclass(frozen=True, slots=True, eq=False)
class Body:
    """The entries between `{` and `}` (or of a file), in source order."""

    entries: tuple[Entry, ...]
    span: Span


@dataclass(frozen=True, slots=True, eq=False)
class AttributeDecl:
    """`name = value`, `name += value`, `name -= value`; a quoted name is unquoted here.

    A name with holes, `"${h.name}" = …`, stands in `key`; `name` is then its text as written.
    """

    name: str
    name_span: Span
    operator: str
    value: Expr
    doc: str | None
    span: Span
    key: TextExpr | None = None


@dataclass(frozen=True, slots=True, eq=False)
class Label:
    """What stands between a block's kind and its body.

    `oam` has name `oam`; `"nova.conf"` the same, with `is_text`; `ra2.k8s.002` has path
    `("ra2", "k8s", "002")`; `r[1..3]` name `r` and an index; `nic.ocp[0]` path and index;
    `edge[for s in sites]` name and a ForClause as index. `name` is the path joined by dots.
    """

    name: str
    path: tuple[str, ...]
    index: Expr | ForClause | None
    is_text: bool
    span: Span


@dataclass(frozen=True, slots=True, eq=False)
class Path:
    """`hosts.node` after `like`, `bond.bond0` after `remove`: dotted names, a key where one is written."""

    parts: tuple[str, ...]
    index: Expr | None
    span: Span


@dataclass(frozen=True, slots=True, eq=False)
class BlockDecl:
    """`kind label like path { … }`, also after `template`, `existing`, `export`.

    `kind_span` covers the kind, `head` kind and label. A block whose kind was quoted
    (`"filter:authtoken" { … }`) has `is_text`.
    """

    kind: str
    kind_span: Span
    label: Label | None
    like: Path | None
    body: Body
    is_text: bool
    is_template: bool
    is_existing: bool
    doc: str | None
    head: Span
    span: Span


@dataclass(frozen=True, slots=True, eq=False)
class LetDecl:
    """`let name: type = value`."""

    name: str
    name_span: Span
    type: TypeExpr | None
    value: Expr
    doc: str | None
    span: Span


@dataclass(frozen=True, slots=True, eq=False)
class ParamDecl:
    """`param name: type = default`."""

    name: str
    name_span: Span
    type: TypeExpr
    default: Expr | None
    doc: str | None
    span: Span


@dataclass(frozen=True, slots=True, eq=False)
class TypeDecl:
    """`type name = type`."""

    name: str
    name_span: Span
    type: TypeExpr
    doc: str | None
    span: Span


@dataclass(frozen=True, slots=True, eq=False)
class UseDecl:
    """`use "path" as alias[index] { parameters }`."""

    path: str
    path_span: Span
    alias: str
    alias_span: Span
    index: Expr | ForClause | None
    body: Body | None
    doc: str | None
    span: Span


@dataclass(frozen=True, slots=True, eq=False)
class ExportDecl:
    """`export` before a declaration of a module."""

    entry: Entry
    span: Span


@dataclass(frozen=True, slots=True, eq=False)
class RemoveDecl:
    """`remove bond.bond0` or `remove mtu`."""

    path: Path
    span: Span


@dataclass(frozen=True, slots=True, eq=False)
class ForDecl:
    """`for x in xs { … }` around declarations or entries."""

    clause: ForClause
    body: Body
    span: Span


@dataclass(frozen=True, slots=True, eq=False)
class IfDecl:
    """`if condition { … } else if … else { … }`; `otherwise` is a body, a further IfDecl, or None."""

    condition: Expr
    body: Body
    otherwise: Body | IfDecl | None
    span: Span


@dataclass(frozen=True, slots=True, eq=False)
class AssertDecl:
    """`assert condition, "message"`; `keyword` is `assert`, or `require` inside a rule."""

    keyword: str
    condition: Expr
    message: Expr | None
    span: Span


Entry: TypeAlias = (
    AttributeDecl
    | BlockDecl
    | LetDecl
    | ParamDecl
    | TypeDecl
    | UseDecl
    | ExportDecl
    | RemoveDecl
    | ForDecl
    | IfDecl
    | AssertDecl
)


@dataclass(frozen=True, slots=True, eq=False)
class File:
    """A parsed source. `comments` are the ordinary comments by position, which only the printer reads."""

    source: Source
    body: Body
    comments: tuple[Span, ...]
