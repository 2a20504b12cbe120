"""The model's JSON Schema: for editors, and for programs that read or write a model as JSON.

It describes a blueprint after all is worked out: families spread out, expressions evaluated, labelled
blocks (`pool images { … }`) as maps from label to block. There is no `null`: what is unset is absent.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from pydantic.json_schema import JsonSchemaMode, models_json_schema

from blueprint import typesys as ts
from blueprint.model import KINDS
from blueprint.model.schema import Block, fields_of

DIALECT = "https://json-schema.org/draft/2020-12/schema"
_MODE: JsonSchemaMode = "validation"


def json_schema() -> dict[str, Any]:
    """The schema of `{ kind: { name: declaration } }`, Draft 2020-12."""
    _, document = models_json_schema([(model, _MODE) for model in KINDS.values()])
    definitions: dict[str, Any] = {
        name: _without_null(definition) for name, definition in document["$defs"].items()
    }
    for model in _blocks():
        _describe(model, definitions[model.__name__])
    return {
        "$schema": DIALECT,
        "title": "blueprint",
        "description": "The declarations of a blueprint by kind and name.",
        "type": "object",
        "properties": {
            kind: {
                "type": "object",
                "description": (model.__doc__ or "").partition("\n")[0],
                "additionalProperties": {"$ref": f"#/$defs/{model.__name__}"},
            }
            for kind, model in KINDS.items()
        },
        "additionalProperties": False,
        "$defs": dict(sorted(definitions.items())),
    }


def _blocks() -> Iterator[type[Block]]:
    """Every kind and every block inside one, each once."""
    waiting: list[type[Block]] = list(KINDS.values())
    seen: set[type[Block]] = set()
    while waiting:
        model = waiting.pop()
        if model not in seen:
            seen.add(model)
            yield model
            waiting += [inner for spec in fields_of(model).values() for inner in spec.block]


def _describe(model: type[Block], definition: dict[str, Any]) -> None:
    """Drop the titles that pydantic invents, and say which things a reference may name."""
    definition.pop("title", None)
    for name, spec in fields_of(model).items():
        entry = definition["properties"][name]
        entry.pop("title", None)
        kinds = _kinds_in(spec.type)
        if kinds:
            entry["x-oib-refers-to"] = list(kinds)


def _kinds_in(kind: ts.Type) -> tuple[str, ...]:
    match kind:
        case ts.Thing():
            return kind.kinds
        case ts.ListOf() | ts.MapOf():
            return _kinds_in(kind.element)
        case ts.Either():
            return tuple(dict.fromkeys(k for option in kind.options for k in _kinds_in(option)))
    return ()


def _without_null(schema: Any) -> Any:
    """A schema without the alternative `null`, and without defaults that are `null`."""
    if isinstance(schema, list):
        return [_without_null(item) for item in schema]
    if not isinstance(schema, Mapping):
        return schema
    kept = {
        key: _without_null(value)
        for key, value in schema.items()
        if not (key == "default" and value is None)
    }
    options = [option for option in kept.get("anyOf", ()) if option != {"type": "null"}]
    if len(options) == 1:
        del kept["anyOf"]
        return {**options[0], **kept}
    if options:
        kept["anyOf"] = options
    return kept


__all__ = ["DIALECT", "json_schema"]
