"""What a kind may hold, read off the pydantic models: the one source for types, docs, completion and JSON Schema."""

from __future__ import annotations

import types
import typing
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from typing import Annotated, Any, ClassVar, Literal, TypeAlias

from pydantic import BaseModel, ConfigDict
from pydantic.fields import FieldInfo

from blueprint import typesys as ts


class Block(BaseModel):
    """A block of the language: frozen, closed, and strict about types."""

    model_config = ConfigDict(frozen=True, extra="forbid", strict=True, defer_build=True)

    #: Attributes through which nested kinds (`nic.x`, `rack.x`, `flavor.x`) are looked up from here.
    scopes: ClassVar[tuple[str, ...]] = ()


class Kind(Block):
    """A top-level declaration. `ref` is its address; the compiler sets it, no blueprint can."""

    kind: ClassVar[str] = ""
    #: Attributes that differ from member to member of a family and are kept beside one shared model.
    columns: ClassVar[frozenset[str]] = frozenset()
    #: Attributes that shape the family itself and are evaluated before anything else.
    structural: ClassVar[frozenset[str]] = frozenset()


BlockType: TypeAlias = type[Block]


@dataclass(frozen=True, slots=True)
class Refers:
    """Marks a `Ref`: the kinds that it may name; `whole_families` where `hosts.x` stands for all members."""

    kinds: tuple[str, ...]
    whole_families: bool = False

    def __init__(self, *kinds: str, whole_families: bool = False) -> None:
        object.__setattr__(self, "kinds", kinds)
        object.__setattr__(self, "whole_families", whole_families)


@dataclass(frozen=True, slots=True)
class Words:
    """Marks a `str` that holds one of a closed list of words too long for a Literal."""

    words: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Choice:
    """Marks a block written `store vault { … }`, or `store = vault` where it needs no options.

    The model, or each member of the union of models, has a field `choice` that holds the word.
    """


@dataclass(frozen=True, slots=True)
class Unlabelled:
    """Marks a mapping that is written as a plain map, not as labelled blocks."""


@dataclass(frozen=True, slots=True)
class OneOrMany:
    """Marks a tuple for which a single value may stand: `dhcp = a..b` or `dhcp = [a..b, c..d]`."""


@dataclass(frozen=True, slots=True)
class PassThrough:
    """Marks what goes to a tool unread by the model; targets check it against their catalogues.

    `labelled` is `config "nova.conf" { section { option = value } }`, else `tool x { name = value }`.
    """


@dataclass(frozen=True, slots=True)
class FromFiles:
    """Marks what no blueprint states, because it is read from files that it names: rules see it."""


@dataclass(frozen=True, slots=True)
class FieldSpec:
    """One attribute or nested block of a kind; `example` is a value as one writes it, where its type says too little."""

    name: str
    form: Literal["attribute", "block", "labelled", "choice", "open"]
    type: ts.Type
    block: tuple[BlockType, ...]
    is_required: bool
    default: Any
    doc: str
    example: str

    @property
    def choices(self) -> dict[str, BlockType]:
        """Of a choice: the words and the model of the options behind each; empty where any word goes."""
        found: dict[str, BlockType] = {}
        for model in self.block:
            annotation = model.model_fields["choice"].annotation
            if typing.get_origin(annotation) is Literal:
                found.update(dict.fromkeys(typing.get_args(annotation), model))
        return found

    @property
    def value_type(self) -> ts.Type:
        """The type of what stands after `=`: of a choice, its words."""
        if self.form != "choice":
            return self.type
        if self.choices:
            return ts.Words(tuple(self.choices))
        return type_of(self.block[0].model_fields["choice"].annotation)


@cache
def fields_of(model: type[Block]) -> Mapping[str, FieldSpec]:
    """The attributes and nested blocks of a kind by the name that a blueprint uses."""
    return {
        (info.alias or name): _field(info.alias or name, info)
        for name, info in model.model_fields.items()
        if name not in ("ref", "choice") and not _is_from_files(info)
    }


@cache
def fields_from_files(model: type[Block]) -> Mapping[str, FieldSpec]:
    """What is known of a kind from files that a blueprint names: no attributes, but readable in rules."""
    return {
        name: _field(name, info)
        for name, info in model.model_fields.items()
        if _is_from_files(info)
    }


def _is_from_files(info: FieldInfo) -> bool:
    return any(isinstance(mark, FromFiles) for mark in info.metadata)


def _field(name: str, info: FieldInfo) -> FieldSpec:
    metadata = list(info.metadata)
    annotation, inner = _strip(info.annotation)
    metadata += inner
    blocks = _blocks(annotation)
    origin = typing.get_origin(annotation)
    args = typing.get_args(annotation)
    form: Literal["attribute", "block", "labelled", "choice", "open"] = "attribute"
    kind: ts.Type = ts.ANY
    if any(isinstance(m, PassThrough) for m in metadata):
        form = "open"
    elif any(isinstance(m, Choice) for m in metadata):
        form = "choice"
    elif blocks:
        form = "block"
    elif origin is dict and _blocks(_strip(args[1])[0]):
        blocks = _blocks(_strip(args[1])[0])
        form = "labelled"
    else:
        kind = type_of(annotation, tuple(metadata))
    required = info.is_required()
    return FieldSpec(
        name=name,
        form=form,
        type=kind,
        block=blocks,
        is_required=required,
        default=None if required else info.get_default(call_default_factory=True),
        doc=info.description or "",
        example=_written(info.examples[0], kind) if info.examples else "",
    )


def _written(example: Any, kind: ts.Type) -> str:
    """An example as blueprints have it: of a list that may be one value, that value; texts in quotes."""
    value = example[0] if isinstance(example, list) and len(example) == 1 else example
    return f'"{value}"' if ts.plain(kind) is ts.STRING else str(value)


def _strip(annotation: Any) -> tuple[Any, list[Any]]:
    """An annotation without `| None` and without `Annotated`, and the metadata found on the way."""
    metadata: list[Any] = []
    while True:
        if typing.get_origin(annotation) is Annotated:
            annotation, *more = typing.get_args(annotation)
            metadata += more
            continue
        if typing.get_origin(annotation) in (typing.Union, types.UnionType):
            kept = [a for a in typing.get_args(annotation) if a is not type(None)]
            if len(kept) == 1:
                annotation = kept[0]
                continue
        return annotation, metadata


def _blocks(annotation: Any) -> tuple[type[Block], ...]:
    if isinstance(annotation, type) and issubclass(annotation, Block):
        return (annotation,)
    if typing.get_origin(annotation) in (typing.Union, types.UnionType):
        members = [b for a in typing.get_args(annotation) for b in _blocks(_strip(a)[0])]
        return tuple(members)
    return ()


def type_of(annotation: Any, metadata: tuple[Any, ...] = ()) -> ts.Type:
    """The language's type for a pydantic annotation."""
    annotation, inner = _strip(annotation)
    metadata = (*metadata, *inner)
    origin = typing.get_origin(annotation)
    args = typing.get_args(annotation)
    for mark in metadata:
        if isinstance(mark, Refers) and origin is None:
            return ts.Thing(mark.kinds, mark.whole_families)
        if isinstance(mark, Words):
            return ts.Words(mark.words)
    if origin is Literal:
        if all(isinstance(a, int) for a in args):
            return ts.Bounded(ts.INT, tuple(args))
        return ts.Words(tuple(str(a) for a in args))
    if origin is tuple:
        element = type_of(args[0], tuple(m for m in metadata if isinstance(m, Refers | Words)))
        many = ts.ListOf(element)
        if any(isinstance(m, OneOrMany) for m in metadata) or _is_host_set(element):
            return ts.Either((element, many))
        return many
    if origin is dict:
        return ts.MapOf(type_of(args[1]))
    if origin in (typing.Union, types.UnionType):
        return ts.either(tuple(type_of(a) for a in args if a is not type(None)))
    found = ts.SCALARS_BY_CLASS.get(annotation)
    if found is None:
        raise TypeError(f"no type of the language for {annotation!r}")
    return found


def _is_host_set(element: ts.Type) -> bool:
    return isinstance(element, ts.Thing) and element.whole_families
