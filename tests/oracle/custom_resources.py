"""Judges custom resources by their projects' own definitions, as closed JSON schemas.

`x-kubernetes-int-or-string` becomes either, `x-kubernetes-preserve-unknown-fields` stays open, and every other
object takes the properties that it lists and no more. Rules in CEL are not evaluated.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from functools import cache
from pathlib import Path
from typing import Any

import jsonschema
import pytest
import yaml

SHARED = Path(__file__).parents[3] / "shared"


def closed(schema: Mapping[str, Any]) -> dict[str, Any]:
    """A schema of a definition as a JSON schema that refuses what it does not list."""
    made = {
        key: each for key, each in schema.items()
        if key not in ("properties", "items", "additionalProperties", "nullable", "default", "example", "format")
        and not key.startswith("x-")
    }  # fmt: skip
    if schema.get("x-kubernetes-int-or-string"):
        return {"anyOf": [{"type": "integer"}, {"type": "string"}]}
    if "properties" in schema:
        made["properties"] = {name: closed(each) for name, each in schema["properties"].items()}
    if isinstance(schema.get("items"), dict):
        made["items"] = closed(schema["items"])
    more = schema.get("additionalProperties")
    if isinstance(more, dict):
        made["additionalProperties"] = closed(more)
    elif "properties" in schema and not schema.get("x-kubernetes-preserve-unknown-fields"):
        made["additionalProperties"] = False
    return {"anyOf": [{"type": "null"}, made]} if schema.get("nullable") else made


@cache
def schemas(*files: Path) -> dict[tuple[str, str], dict[str, Any]]:
    """Closed schemas of the kinds that some files define, by apiVersion and kind."""
    found: dict[tuple[str, str], dict[str, Any]] = {}
    for path in files:
        for document in yaml.load_all(path.read_text(encoding="utf-8"), Loader=yaml.CSafeLoader):
            if not document or document.get("kind") != "CustomResourceDefinition":
                continue
            spec = document["spec"]
            for version in spec["versions"]:
                schema = closed(version["schema"]["openAPIV3Schema"])
                schema["properties"]["metadata"] = {"type": "object"}
                found[f"{spec['group']}/{version['name']}", spec["names"]["kind"]] = schema
    return found


def upstream(project: str) -> tuple[Path, ...]:
    """The definitions of a project, where they are at hand; else the test is skipped."""
    folder = SHARED / "upstream" / "crds" / project
    if not folder.is_dir():
        pytest.skip(f"the projects' definitions are not here: {folder}")
    return tuple(sorted(folder.glob("*.yaml")))


def faults(documents: Iterable[Mapping[str, Any]], *files: Path) -> list[str]:
    """What the definitions in some files find in the documents of the kinds that they define."""
    known = schemas(*files)
    found = []
    for document in documents:
        schema = known.get((document.get("apiVersion", ""), document.get("kind", "")))
        if schema is not None:
            judge = jsonschema.Draft202012Validator(schema)
            found += [
                f"{document['kind']} {document['metadata']['name']}: {error.json_path} {error.message[:200]}"
                for error in judge.iter_errors(document)
            ]
    return found
