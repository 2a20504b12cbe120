"""Judges emitted YAML by yamllint and by two loaders that must read the same values."""

import math
from collections.abc import Iterable
from io import StringIO
from pathlib import Path
from typing import Any

import yaml
from ruamel.yaml import YAML
from yamllint import linter
from yamllint.config import YamlLintConfig

_CONFIGURATION = Path(__file__).with_name("yamllint.yml")
_ENDINGS = frozenset({".yml", ".yaml"})


def yaml_files(folder: Path) -> tuple[Path, ...]:
    """Return every YAML file below `folder`."""
    return tuple(sorted(path for path in folder.rglob("*") if path.suffix in _ENDINGS))


def check(paths: Iterable[Path]) -> tuple[str, ...]:
    """Return what is wrong with the files, one line each."""
    configuration = YamlLintConfig(_CONFIGURATION.read_text(encoding="utf-8"))
    findings: list[str] = []
    for path in paths:
        text = path.read_text(encoding="utf-8")
        problems = [
            f"{path.name}:{problem.line}: {problem.desc}"
            for problem in linter.run(text, configuration, str(path))
        ]
        findings += problems or [f"{path.name}: {said}" for said in _disagreements(text)]
    return tuple(findings)


def _disagreements(text: str) -> Iterable[str]:
    """Compare YAML 1.1 as Ansible reads it (PyYAML) with YAML 1.2 (ruamel.yaml)."""
    older = list(yaml.load_all(text, _Tolerant))
    reader = YAML(typ="safe", pure=True)
    reader.version = (1, 2)
    reader.constructor.add_constructor("!unsafe", lambda _loader, node: str(node.value))
    newer = list(reader.load_all(StringIO(text)))
    if len(older) != len(newer):
        return [f"{len(older)} documents for one loader, {len(newer)} for the other"]
    return [
        difference
        for first, second in zip(older, newer, strict=True)
        for difference in _compared(first, second, "")
    ]


def _compared(first: Any, second: Any, place: str) -> Iterable[str]:
    if isinstance(first, dict) and isinstance(second, dict) and set(first) == set(second):
        for key in first:
            yield from _compared(first[key], second[key], f"{place}.{key}")
    elif isinstance(first, list) and isinstance(second, list) and len(first) == len(second):
        for index, (left, right) in enumerate(zip(first, second, strict=True)):
            yield from _compared(left, right, f"{place}[{index}]")
    elif isinstance(first, float) and isinstance(second, float) and math.isnan(first):
        if not math.isnan(second):
            yield f"{place}: {first!r} for one loader, {second!r} for the other"
    elif type(first) is not type(second) or first != second:
        yield f"{place}: {first!r} for one loader, {second!r} for the other"


class _Tolerant(yaml.SafeLoader):
    """Knows the one tag of Ansible's that may be emitted: text that is no template."""


_Tolerant.add_constructor("!unsafe", lambda _loader, node: str(node.value))
