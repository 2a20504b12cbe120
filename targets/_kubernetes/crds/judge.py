"""Judges custom resources by the field tables."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import Any, Literal

from blueprint.diagnostics import nearest
from targets._kubernetes.names import name_fault

Path = tuple[str | int, ...]
_METADATA = ("name", "namespace", "labels", "annotations", "finalizers", "generateName")
_TYPES: Mapping[str, tuple[type, ...]] = {
    "string": (str,),
    "integer": (int,),
    "number": (int, float),
    "boolean": (bool,),
    "int-or-string": (int, str),
    "object": (dict,),
}


@dataclass(frozen=True, slots=True)
class Fault:
    """What is wrong with a resource: where, of which sort, and the names or words that stand to choose.

    `kind`: no table has it. `field`: no such field there, `known` are those that are. `missing`: a field
    that is required is not there. `type`: `expected` says what it must be. `value`: outside what is allowed.
    """

    path: Path
    sort: Literal["kind", "field", "missing", "type", "value"]
    expected: str
    known: tuple[str, ...] = ()

    @property
    def nearest(self) -> str | None:
        """The known name or word closest to what was written, for hints."""
        return nearest(str(self.path[-1]), self.known) if self.path and self.known else None

    def __str__(self) -> str:
        return f"{dotted(self.path)}: {self.expected}"


def dotted(path: Sequence[str | int]) -> str:
    """A path as people write it: `spec.storage.nodes[0].name`."""
    text = ""
    for part in path:
        text += f"[{part}]" if isinstance(part, int) else f".{part}"
    return text.removeprefix(".")


def is_known(api_version: str, kind: str) -> bool:
    """Whether a table has the kind."""
    return f"{api_version} {kind}" in _index()


def judge(resource: Mapping[str, Any]) -> tuple[Fault, ...]:
    """Every fault of a resource, given as plain data (`resources.plain(resource.document())`)."""
    api_version, kind = str(resource.get("apiVersion")), str(resource.get("kind"))
    if not is_known(api_version, kind):
        fault = Fault(("kind",), "kind", f"no kind {kind} of {api_version}", tuple(_index()))
        return (fault,)
    tree = _Tree(_index()[f"{api_version} {kind}"])
    root = tree.kinds[f"{api_version} {kind}"]
    rest = {k: v for k, v in resource.items() if k not in ("apiVersion", "kind", "metadata")}
    found = [*_metadata(resource.get("metadata"), root["scope"]), *tree.faults(root, rest, ())]
    return tuple(found)


def judge_part(api_version: str, kind: str, at: Sequence[str], value: Any) -> tuple[Fault, ...]:
    """Every fault of a value for one field of a kind; the faults' paths begin behind `at`.

    `at` passes through lists and maps by any name: `("spec", "storage", "nodes", "0")`. Where no such field
    is, the one fault has the path of the name that is not known, counted from the resource.
    """
    tree = _Tree(_index()[f"{api_version} {kind}"])
    node = tree.kinds[f"{api_version} {kind}"]
    for position, name in enumerate(at):
        node = tree.below(node, name)
        if node is None:
            known = fields(api_version, kind, at[:position])
            return (Fault(tuple(at[: position + 1]), "field", f"no field `{name}`", known),)
    return tuple(tree.faults(node, value, ()))


def fields(api_version: str, kind: str, at: Sequence[str] = ()) -> tuple[str, ...]:
    """Names of the fields at a path of a kind; none for what is open or is no object."""
    tree = _Tree(_index()[f"{api_version} {kind}"])
    node: Any = tree.kinds[f"{api_version} {kind}"]
    for name in at:
        node = tree.below(node, name)
    resolved = tree.resolved(node)
    return tuple(resolved.get("fields", ())) if isinstance(resolved, dict) else ()


@cache
def _index() -> Mapping[str, str]:
    loaded: dict[str, str] = json.loads(_table_text("index"))
    return loaded


@cache
def _table(name: str) -> Mapping[str, Any]:
    loaded: dict[str, Any] = json.loads(_table_text(name))
    return loaded


def _table_text(name: str) -> str:
    return (files(__package__) / "tables" / f"{name}.json").read_text(encoding="utf-8")


def _metadata(metadata: Any, scope: str) -> Iterator[Fault]:
    if not isinstance(metadata, dict) or not metadata.get("name"):
        yield Fault(("metadata", "name"), "missing", "a name is required")
        return
    for key in metadata:
        if key not in _METADATA:
            yield Fault(("metadata", key), "field", f"no field `{key}`", _METADATA)
    if reason := name_fault(metadata["name"]):
        yield Fault(("metadata", "name"), "value", reason)
    if scope == "Cluster" and "namespace" in metadata:
        yield Fault(("metadata", "namespace"), "field", "the kind has no namespace")
    for key, value in metadata.get("labels", {}).items():
        for form, text in (("label_key", key), ("label_value", value)):
            reason = name_fault(text, "label_key" if form == "label_key" else "label_value")
            if reason is not None:
                yield Fault(("metadata", "labels", key), "value", reason)


class _Tree:
    """One table, whose references to shapes are followed."""

    def __init__(self, name: str) -> None:
        table = _table(name)
        self.kinds: Mapping[str, Any] = table["kinds"]
        self.shapes: Mapping[str, Any] = table["shapes"]

    def resolved(self, node: Any) -> Any:
        """The node that a reference stands for."""
        while isinstance(node, str) and node.startswith("@"):
            node = self.shapes[node[1:]]
        return node

    def below(self, node: Any, name: str) -> Any:
        """The node of a field, of an item or of a map's value; None where there is none."""
        node = self.resolved(node)
        if node in ("any", "object"):
            return "any"
        if not isinstance(node, dict):
            return None
        if "fields" in node:
            return node["fields"].get(name, "any" if node.get("open") else None)
        if node.get("type") in ("any", "object"):
            return "any"
        return node.get("items") or node.get("values")

    def faults(self, node: Any, value: Any, path: Path) -> Iterator[Fault]:
        """What is wrong with a value for a node."""
        node = self.resolved(node)
        if not isinstance(node, dict):
            node = {"type": node}
        if value is None:
            if not node.get("nullable") and node.get("type") != "any":
                yield Fault(path, "type", "null is not allowed")
            return
        yield from self._inside(node, value, path)
        yield from _constraints(node, value, path)

    def _inside(self, node: Mapping[str, Any], value: Any, path: Path) -> Iterator[Fault]:
        if "fields" in node:
            if not isinstance(value, dict):
                yield Fault(path, "type", "must be a mapping")
                return
            for name, each in value.items():
                if name in node["fields"]:
                    yield from self.faults(node["fields"][name], each, (*path, name))
                elif not node.get("open"):
                    known = tuple(node["fields"])
                    yield Fault((*path, name), "field", f"no field `{name}`", known)
            for name in node.get("required", ()):
                if name not in value:
                    yield Fault((*path, name), "missing", f"`{name}` is required")
        elif "items" in node:
            if not isinstance(value, list):
                yield Fault(path, "type", "must be a list")
                return
            for position, each in enumerate(value):
                yield from self.faults(node["items"], each, (*path, position))
        elif "values" in node:
            if not isinstance(value, dict):
                yield Fault(path, "type", "must be a mapping")
                return
            for name, each in value.items():
                yield from self.faults(node["values"], each, (*path, name))
        else:
            wanted = _TYPES.get(node["type"])
            is_bool = isinstance(value, bool)
            if wanted and (not isinstance(value, wanted) or (is_bool and bool not in wanted)):
                yield Fault(path, "type", f"must be of type {node['type']}")


def _constraints(node: Mapping[str, Any], value: Any, path: Path) -> Iterator[Fault]:
    if "enum" in node and value not in node["enum"]:
        known = tuple(str(each) for each in node["enum"])
        yield Fault(path, "value", f"`{value}` is none of {', '.join(known)}", known)
    if isinstance(value, str):
        if "pattern" in node and not re.search(node["pattern"], value):
            yield Fault(path, "value", f"`{value}` does not match {node['pattern']}")
        yield from _bounds(node, len(value), path, "Length", "characters")
    elif isinstance(value, list):
        yield from _bounds(node, len(value), path, "Items", "items")
    elif isinstance(value, dict):
        yield from _bounds(node, len(value), path, "Properties", "entries")
    elif not isinstance(value, bool):
        least, most = node.get("minimum"), node.get("maximum")
        if least is not None and (
            value < least or (node.get("exclusiveMinimum") and value == least)
        ):
            yield Fault(path, "value", f"{value} is below {least}")
        if most is not None and (value > most or (node.get("exclusiveMaximum") and value == most)):
            yield Fault(path, "value", f"{value} is above {most}")


def _bounds(
    node: Mapping[str, Any], count: int, path: Path, suffix: str, unit: str
) -> Iterator[Fault]:
    least, most = node.get(f"min{suffix}"), node.get(f"max{suffix}")
    if least is not None and count < least:
        yield Fault(path, "value", f"{count} {unit}, at least {least} are required")
    if most is not None and count > most:
        yield Fault(path, "value", f"{count} {unit}, at most {most} are allowed")
