"""What a rule may read of a thing: the fields of its kind with their types, and what follows from the model.

The types are those of the language, with three differences, since a rule sees what a blueprint means and
not what it says: a set of hosts is always a list of single hosts, one-or-many is a list, and what may be
absent says so, blocks included.
"""

from __future__ import annotations

import types
import typing
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from typing import Literal, TypeAlias

from blueprint import typesys as ts
from blueprint.model import KINDS, Hosts
from blueprint.model.schema import Block, BlockType, FieldSpec, fields_from_files, fields_of

Form: TypeAlias = Literal["value", "thing", "things", "block", "labelled", "choice", "derived"]


@dataclass(frozen=True, slots=True)
class Member:
    """One thing that can be read: how, of which type, and whether it may be absent."""

    name: str
    form: Form
    type: ts.Type
    is_optional: bool
    #: The attribute of the model's class that holds it.
    attribute: str
    blocks: tuple[BlockType, ...]
    doc: str


class Part(ts.Thing):
    """The type of a block inside a thing: its name, and the class that tells it from namesakes."""

    __slots__ = ()

    def __str__(self) -> str:
        return f"block `{self.kinds[0]}`"


#: What is known of things beside their fields, by kind; `*` is for every thing and block with a label.
DERIVED: Mapping[str, Mapping[str, tuple[ts.Type, bool, str]]] = {
    "*": {
        "name": (ts.STRING, False, "The name of a declaration, or the label of a block."),
        "ref": (ts.STRING, False, "The whole address, `openstack.core.flavor.m4`."),
        "is_existing": (ts.BOOL, False, "Whether it stands already and is not deployed."),
    },
    "hosts": {
        "key": (ts.STRING, False, "The key in its family; empty outside one."),
        "group": (ts.STRING, False, "The declaration that it is a member of, `hosts.compute`."),
        "zone": (ts.Thing(("zone",)), True, "The zone that its rack is in."),
        "addresses": (ts.ListOf(ts.IP), False, "Its addresses on all networks."),
        "networks": (ts.ListOf(ts.Thing(("network",))), False, "The networks on its links."),
    },
    "openstack": {
        "tool_name": (ts.STRING, False, "The deployment tool."),
        "network_hosts": (ts.ListOf(ts.Thing(("hosts",))), False, "Hosts of gateways: as stated, or the control hosts."),
    },
    "kubernetes": {
        "tool_name": (ts.STRING, False, "The deployment tool."),
        "etcd_hosts": (ts.ListOf(ts.Thing(("hosts",))), False, "Hosts of etcd: as stated, or the control plane's."),
        "node_hosts": (ts.ListOf(ts.Thing(("hosts",))), False, "Hosts of the control plane and of all pools, each once."),
        "control_count": (ts.INT, False, "Nodes of the control plane, hosts or guests."),
        "worker_count": (ts.INT, False, "Nodes of all pools, hosts or guests."),
    },
    "workload": {
        "package_name": (ts.STRING, False, "How it is packaged: as stated, `helm` with a chart, else `plain`."),
    },
}  # fmt: skip


@cache
def classes_of(name: str) -> tuple[type[Block], ...]:
    """The classes of what a reference to `network`, `rack` or `pool` may name, or the one of a class's name."""
    if name in KINDS:
        return (KINDS[name],)
    return _nested().get(name, ())


@cache
def _nested() -> Mapping[str, tuple[type[Block], ...]]:
    """Classes of blocks by the word that labels them, and each by its own name."""
    found: dict[str, list[type[Block]]] = {}
    todo: list[type[Block]] = list(KINDS.values())
    seen: set[type[Block]] = set()
    while todo:
        model = todo.pop(0)
        if model in seen:
            continue
        seen.add(model)
        found.setdefault(model.__name__, []).append(model)
        for spec in (*fields_of(model).values(), *fields_from_files(model).values()):
            todo.extend(spec.block)
            if spec.form == "labelled":
                known = found.setdefault(spec.name, [])
                known.extend(b for b in spec.block if b not in known)
    return {name: tuple(classes) for name, classes in found.items()}


def classes_of_type(type_: ts.Thing) -> tuple[type[Block], ...]:
    """The classes that a thing of a type may have: of a block exactly its own."""
    if isinstance(type_, Part):
        return tuple(c for kind in type_.kinds[1:] for c in classes_of(kind))
    return tuple(c for kind in type_.kinds for c in classes_of(kind))


@cache
def members_of(model: type[Block]) -> Mapping[str, Member]:
    """What can be read of a kind or block, by name."""
    attributes = {
        info.alias or name: name for name, info in model.model_fields.items() if name != "choice"
    }
    found = {
        name: _member(spec, attributes[name], _may_be_none(model, attributes[name]))
        for name, spec in {**fields_of(model), **fields_from_files(model)}.items()
        if name not in ("count", "without", "spread") or model is not Hosts
    }
    kind = getattr(model, "kind", "")
    for group in (kind, "*"):
        for name, (type_, is_optional, doc) in DERIVED.get(group, {}).items():
            if model is Hosts and name == "name":
                found["name"] = Member("name", "derived", ts.STRING, False, name, (), doc)  # noqa: FBT003  # a record
            elif name not in found:
                found[name] = Member(name, "derived", type_, is_optional, name, (), doc)
    return found


def _may_be_none(model: type[Block], attribute: str) -> bool:
    annotation = model.model_fields[attribute].annotation
    while typing.get_origin(annotation) is typing.Annotated:
        annotation = typing.get_args(annotation)[0]
    if typing.get_origin(annotation) in (typing.Union, types.UnionType):
        return type(None) in typing.get_args(annotation)
    return False


def _member(spec: FieldSpec, attribute: str, may_be_none: bool) -> Member:  # noqa: FBT001  # a fact
    def made(form: Form, type_: ts.Type) -> Member:
        return Member(spec.name, form, type_, may_be_none, attribute, spec.block, spec.doc)

    match spec.form:
        case "open":
            return made("value", ts.MapOf(ts.ANY))
        case "block":
            return made("block", _part(spec))
        case "labelled":
            return made("labelled", ts.ListOf(_part(spec)))
        case "choice":
            return made("choice", spec.value_type)
    form, type_ = _seen(spec.type)
    return made(form, type_)


def _part(spec: FieldSpec) -> Part:
    return Part((spec.name, *(block.__name__ for block in spec.block)))


def _seen(type_: ts.Type) -> tuple[Form, ts.Type]:
    """A field's type as a rule sees it, and whether references in it are followed."""
    match type_:
        case ts.Thing(kinds, _):
            return "thing", ts.Thing(kinds)
        case ts.ListOf(ts.Thing(kinds, _)):
            return "things", ts.ListOf(ts.Thing(kinds))
        case ts.Either((one, ts.ListOf(many))) if one == many:
            return _seen(ts.ListOf(many))
        case ts.Bounded(inner, _):
            return "value", inner
    return "value", type_


__all__ = [
    "DERIVED", "Member", "Part", "classes_of", "classes_of_type", "members_of",
]  # fmt: skip
