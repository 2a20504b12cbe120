"""Compiles blueprints for the properties, and reads what came out of them."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import yaml

from blueprint.driver import Compilation, Options, compile_blueprint, locked
from blueprint.loader import MemoryLoader
from blueprint.output.consistency import facts_of_stack
from blueprint.output.tree import plan_tree

ROOT = Path(__file__).parents[2] / "reference_blueprints"
REFERENCES = ("three_node_cloud", "huawei_dual_engine", "h3c_cloudos")


class Loader(yaml.CSafeLoader):
    """PyYAML with Ansible's `!unsafe`, which hides its text from templating."""


Loader.add_constructor("!unsafe", lambda loader, node: loader.construct_scalar(node))


def files_of(name: str) -> dict[str, str]:
    """The files of a blueprint that ships, its lock and what it refers to included."""
    folder = ROOT / name
    found = [
        p for p in sorted(folder.rglob("*")) if p.is_file() and p.suffix not in (".md", ".svg")
    ]
    return {p.relative_to(folder).as_posix(): p.read_text(encoding="utf-8") for p in found}


def compiled(files: Mapping[str, str], **sets: str) -> Compilation:
    """What a blueprint in memory compiles to; it has no errors."""
    found = compile_blueprint(MemoryLoader(files), Options(sets=tuple(sets.items())))
    assert [d for d in found.diagnostics if d.is_error] == []
    return found


def codes(files: Mapping[str, str]) -> set[str]:
    """The codes of all errors of a blueprint in memory."""
    found = compile_blueprint(MemoryLoader(files), Options())
    return {d.rule.code for d in found.diagnostics if d.is_error}


def lock_of(files: Mapping[str, str]) -> str:
    """The text of the lock file that a blueprint asks for now."""
    text, found = locked(MemoryLoader(files), Options(), prune=False)
    assert text is not None, found
    return text


def artifacts(found: Compilation) -> dict[str, str]:
    """The text of each artifact by layer and path."""
    return {f"{d.layer}/{a.path}": a.text for d in found.deployments for a in d.artifacts}


def tree(found: Compilation) -> dict[str, bytes]:
    """Everything that is written, run-book and source maps too."""
    assert found.model is not None
    assert found.graph is not None
    assert found.spans is not None
    needs = {d.layer: found.graph.needed_layers(d.layer) for d in found.deployments}
    model = found.model
    planned = plan_tree(
        model.name,
        model.title,
        found.deployments,
        found.graph.waves,
        needs,
        found.spans,
        facts_of_stack(model),
    )
    assert planned.value is not None, planned.diagnostics
    return {path: file.data for path, file in planned.value.items()}


def documents(text: str) -> list[Any]:
    """The documents of a YAML file."""
    return list(yaml.load_all(text, Loader))


def hosts_in(found: Compilation) -> Iterator[tuple[str, str]]:
    """The name of each host that an artifact lists, with the artifact."""
    for path, text in artifacts(found).items():
        if path.endswith("/inventory/hosts.yml"):
            for group in documents(text)[0].values():
                yield from ((path, name) for name in group["hosts"])
        elif path.endswith("/cephadm/hosts.yaml"):
            yield from ((path, d["hostname"]) for d in documents(text) if d)
