"""Derives the table of shapes from the models: `python -m blueprint.model.table` writes `blueprint/shapes.json`."""

from __future__ import annotations

import json
import typing
from importlib.resources import files
from pathlib import Path
from typing import Any

from blueprint.model import KINDS
from blueprint.model.schema import Block, FieldSpec, Kind, fields_of
from blueprint.shape import coded_type, coded_value


def table_text() -> str:
    """The table as JSON, one field a line."""
    shapes: dict[str, type[Block]] = {}
    for model in KINDS.values():
        _collect(model, shapes)
    lines = [
        "{",
        f' "kinds": {json.dumps({word: model.__name__ for word, model in KINDS.items()})},',
    ]
    lines.append(' "shapes": {')
    for number, name in enumerate(sorted(shapes), start=1):
        lines.append(f'  "{name}": {{')
        lines += [
            f'   "{key}": {json.dumps(value)},' for key, value in _facts(shapes[name]).items()
        ]
        coded = [f'    "{n}": {json.dumps(_coded(s))}' for n, s in fields_of(shapes[name]).items()]
        lines += ['   "fields": {', ",\n".join(coded), "   }"] if coded else ['   "fields": {}']
        lines.append("  }" if number == len(shapes) else "  },")
    return "\n".join([*lines, " }", "}", ""])


def _collect(model: type[Block], found: dict[str, type[Block]]) -> None:
    known = found.setdefault(model.__name__, model)
    if known is not model:
        raise ValueError(f"two blocks are called {model.__name__}")
    for spec in fields_of(model).values():
        for block in spec.block:
            _collect(block, found)


def _facts(model: type[Block]) -> dict[str, Any]:
    found: dict[str, Any] = {"scopes": list(model.scopes)}
    if issubclass(model, Kind):
        found["kind"] = model.kind
        found["columns"] = sorted(model.columns)
        found["structural"] = sorted(model.structural)
    if "choice" in model.model_fields:
        annotation = model.model_fields["choice"].annotation
        if typing.get_origin(annotation) is typing.Literal:
            found["words"] = list(typing.get_args(annotation))
    return {key: value for key, value in found.items() if value}


def _coded(spec: FieldSpec) -> dict[str, Any]:
    coded: dict[str, Any] = {"form": spec.form, "type": _type_of(spec)}
    if spec.block:
        coded["block"] = [block.__name__ for block in spec.block]
    if spec.example:
        coded["example"] = spec.example
    if spec.is_required:
        coded["required"] = True
    elif spec.form == "attribute" and spec.default is not None:
        coded["default"] = coded_value(spec.default)
    elif spec.form == "choice" and spec.default is not None:
        coded["default"] = spec.default.choice
    elif spec.default is not None:
        coded["default"] = True
    return coded


def _type_of(spec: FieldSpec) -> Any:
    """The code of an attribute's type; of a choice that any word makes, that of the word."""
    is_open_choice = spec.form == "choice" and not spec.choices
    return coded_type(spec.value_type if is_open_choice else spec.type)


if __name__ == "__main__":
    Path(str(files("blueprint").joinpath("shapes.json"))).write_text(table_text(), encoding="utf-8")
