"""Derives the committed field tables from upstream custom resource definitions.

    python -m targets._kubernetes.crds.derive FOLDER…

Each folder holds a subfolder for each project with its definitions in YAML, and may have a `SOURCES.tsv`
in it or above it (columns file, repository, commit, date) that says where they are from. The tables of the
projects in the folders are made anew, each of all that the folders have of it; the others are left. The
definitions themselves are not committed.

A table is a tree. A node is a type's name (`string`, `integer`, `number`, `boolean`, `int-or-string`, `any`), a
reference to a shape that occurs more than once (`@…`, named after its own digest, so that a table's
diff shows what changed and nothing else), or a mapping:
`fields` with `required` and `open` (an object; closed unless `open`), `values` (a map), `items` (a list), or
`type` with the constraints of JSON Schema.
"""

from __future__ import annotations

import csv
import hashlib
import json
import re
import sys
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from typing import Any

import yaml

from targets._derivation.text import catalogue_text

TABLES = Path(__file__).parent / "tables"
_CONSTRAINTS = (
    "enum", "pattern", "minimum", "maximum", "exclusiveMinimum", "exclusiveMaximum", "minLength", "maxLength",
    "minItems", "maxItems", "minProperties", "maxProperties", "multipleOf", "nullable",
)  # fmt: skip
#: Definitions whose resources controllers write and nobody states, or that this compiler has no use for.
_UNSTATED = re.compile(
    r"Status$|State$|ObjectBucket$|HardwareData$|FirmwareSchema$|ConfigurationState$"
)
_SHORTEST_SHAPE = 60


def node_of(schema: Mapping[str, Any]) -> Any:
    """The node of a schema."""
    if schema.get("x-kubernetes-int-or-string"):
        return _constrained("int-or-string", schema)
    kind = schema.get("type")
    if kind == "array":
        return _constrained({"items": node_of(schema.get("items", {}))}, schema)
    if kind == "object" or "properties" in schema:
        return _object(schema)
    return _constrained(kind or "any", schema)


def _object(schema: Mapping[str, Any]) -> Any:
    properties = schema.get("properties")
    values = schema.get("additionalProperties")
    if properties is None and isinstance(values, dict):
        return _constrained({"values": node_of(values)}, schema)
    if not properties:
        return _constrained("any" if schema.get("nullable") else "object", schema)
    node: dict[str, Any] = {"fields": {name: node_of(each) for name, each in properties.items()}}
    if schema.get("required"):
        node["required"] = sorted(schema["required"])
    if schema.get("x-kubernetes-preserve-unknown-fields") or values:
        node["open"] = True
    return _constrained(node, schema)


def _constrained(node: Any, schema: Mapping[str, Any]) -> Any:
    stated = {name: schema[name] for name in _CONSTRAINTS if name in schema}
    if "pattern" in stated and not _compiles(stated["pattern"]):
        del stated["pattern"]
    if not stated:
        return node
    return {**(node if isinstance(node, dict) else {"type": node}), **stated}


def _compiles(pattern: str) -> bool:
    try:
        re.compile(pattern)
    except re.error:
        return False
    return True


def table_of(definitions: Iterable[Mapping[str, Any]]) -> dict[str, Any]:
    """The kinds of some definitions, versions that are served and not deprecated, and their common shapes."""
    kinds: dict[str, Any] = {}
    for definition in definitions:
        spec = definition["spec"]
        kind = spec["names"]["kind"]
        if _UNSTATED.search(kind):
            continue
        for version in spec["versions"]:
            if not version["served"] or (version.get("deprecated") and not version["storage"]):
                continue
            node = node_of(version["schema"]["openAPIV3Schema"])
            node["fields"] = {
                name: each
                for name, each in node["fields"].items()
                if name not in ("apiVersion", "kind", "metadata", "status")
            }
            node["required"] = [name for name in node.pop("required", ()) if name in node["fields"]]
            node["scope"] = spec["scope"]
            kinds[f"{spec['group']}/{version['name']} {kind}"] = node
    return _shared(kinds)


def _shared(kinds: Mapping[str, Any]) -> dict[str, Any]:
    counted: Counter[str] = Counter()
    for node in kinds.values():
        counted.update(text for text in _texts(node) if len(text) >= _SHORTEST_SHAPE)
    shapes: dict[str, Any] = {}
    repeated = {text for text, count in counted.items() if count > 1}
    return {
        "kinds": {
            name: _replaced(node, repeated, shapes, is_root=True) for name, node in kinds.items()
        },
        "shapes": shapes,
    }


def _texts(node: Any) -> Iterator[str]:
    if isinstance(node, dict):
        yield _text(node)
        for each in (*node.get("fields", {}).values(), node.get("items"), node.get("values")):
            yield from _texts(each)


def _replaced(node: Any, repeated: set[str], shapes: dict[str, Any], *, is_root: bool) -> Any:
    if not isinstance(node, dict):
        return node
    name = hashlib.sha256(_text(node).encode()).hexdigest()[:8]
    is_shape = not is_root and _text(node) in repeated
    if is_shape and name in shapes:
        return f"@{name}"
    inner = dict(node)
    if "fields" in inner:
        inner["fields"] = {
            field: _replaced(each, repeated, shapes, is_root=False)
            for field, each in inner["fields"].items()
        }
    for word in ("items", "values"):
        if word in inner:
            inner[word] = _replaced(inner[word], repeated, shapes, is_root=False)
    if not is_shape:
        return inner
    shapes[name] = inner
    return f"@{name}"


def _text(node: Any) -> str:
    return json.dumps(node, sort_keys=True)


def definitions_in(folder: Path) -> Iterator[dict[str, Any]]:
    """The definitions in the YAML files of a folder."""
    for path in sorted(folder.glob("*.y*ml")):
        for document in yaml.safe_load_all(path.read_text(encoding="utf-8")):
            if document and document.get("kind") == "CustomResourceDefinition":
                yield document


def sources_of(project: Path) -> set[str]:
    """Repository, commit and date of the definitions in a project's folder."""
    for listing in (project.parent / "SOURCES.tsv", project.parent.parent / "SOURCES.tsv"):
        if listing.is_file():
            with listing.open(encoding="utf-8", newline="") as lines:
                return {
                    f"{row['repository']} {row['commit']} {row['date']}"
                    for row in csv.DictReader(lines, delimiter="\t")
                    if row["file"].startswith(f"{project.parent.name}/{project.name}/")
                }
    return set()


def main(folders: Iterable[str]) -> None:
    """Renew the tables of the projects in the folders, and the index of all."""
    projects: dict[str, list[Path]] = {}
    for folder in map(Path, folders):
        for project in sorted(each for each in folder.iterdir() if each.is_dir()):
            projects.setdefault(project.name.replace("-", "_"), []).append(project)
    for name, parts in projects.items():
        table = table_of(each for part in parts for each in definitions_in(part))
        if table["kinds"]:
            table["sources"] = sorted(source for part in parts for source in sources_of(part))
            (TABLES / f"{name}.json").write_text(catalogue_text(table, 2), encoding="utf-8")
    index = {
        kind: path.stem
        for path in sorted(TABLES.glob("*.json"))
        if path.stem != "index"
        for kind in json.loads(path.read_text(encoding="utf-8"))["kinds"]
    }
    (TABLES / "index.json").write_text(catalogue_text(index, 1), encoding="utf-8")


if __name__ == "__main__":
    main(sys.argv[1:])
