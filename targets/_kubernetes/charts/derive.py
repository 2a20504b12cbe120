r"""Derives the committed catalogues of chart values from unpacked charts.

    python -m targets._kubernetes.charts.derive FOLDER

The folder holds a chart for each name in `pins.json` (those that are absent are left), with the charts that it
depends on in its `charts/`. Charts themselves are not committed.

For every path of a chart's values the catalogue says its type and what templates do with it. `whole`: a template
hands the map or list on (`toYaml`, `range`, `with`), so all in it counts, and more may be put in. `tpl`: the text is
a template itself. `unread`: no template reads it, so it has no effect. What is no `whole` map is closed. A read that
only shows when a template runs (a path put together from a variable) counts as `whole` for the part that is stated.
Paths are joined by `.`; a dot in a key is written `\\.`.
"""

from __future__ import annotations

import json
import re
import sys
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import yaml

from targets._derivation.text import catalogue_text
from targets._kubernetes.charts.catalogue import CATALOGUES, PINS, written

_ACTION = re.compile(r"\{\{-?\s*(.*?)\s*-?\}\}", re.DOTALL)
_COMMENT = re.compile(r"^/\*.*\*/$", re.DOTALL)
_FIELDS = re.compile(r"\.Values((?:\.[A-Za-z_]\w*)*)")
_INDEX = re.compile(
    r"\bindex\s+\(?(?:\$\w*)?\.Values((?:\.[A-Za-z_]\w*)*)\)?((?:\s+\"[^\"]+\")*)(\s+[$(.])?"
)
_HANDED_ON = re.compile(r"\.Values(?![\w.])")
_RELATIVE = re.compile(r"(?<![\w$)\]])((?:\.[A-Za-z_]\w*)+)")
_QUOTED = re.compile(r'"([^"]+)"')
_TESTED = re.compile(r"^(?:else\s+)?if\b")

Names = tuple[str, ...]


@dataclass
class Reads:
    """Paths that templates read, hand to `tpl`, or only ask the presence of."""

    read: set[Names] = field(default_factory=set)
    tpl: set[Names] = field(default_factory=set)
    tested: set[Names] = field(default_factory=set)
    #: Where a template hands all values on, what templates read of whatever they are given.
    relative: set[Names] = field(default_factory=set)


def reads_of(chart: Path) -> Reads:
    """What the templates of a chart and of those below it read, as paths in this chart's values."""
    found = Reads()
    actions = [
        action
        for template in sorted((chart / "templates").rglob("*"))
        if template.suffix in {".yaml", ".yml", ".tpl", ".txt"} and template.name != "NOTES.txt"
        for action in _ACTION.findall(template.read_text(encoding="utf-8"))
        if not _COMMENT.match(action)
    ]
    for action in actions:
        _read_by(action, found)
    if any(_HANDED_ON.search(_INDEX.sub("", action)) for action in actions):
        found.relative = {
            tuple(names.split(".")[1:]) for action in actions for names in _RELATIVE.findall(action)
        }
    for dependency in _dependencies(chart):
        name = dependency.get("alias") or dependency["name"]
        condition = dependency.get("condition")
        if condition:
            found.read.update(tuple(each.strip().split(".")) for each in condition.split(","))
        below = chart / "charts" / dependency["name"]
        if below.is_dir():
            inner = reads_of(below)
            is_library = yaml.safe_load((below / "Chart.yaml").read_text()).get("type") == "library"
            for mine, theirs in (
                (found.read, inner.read), (found.tpl, inner.tpl), (found.tested, inner.tested),
                (found.relative, inner.relative),
            ):  # fmt: skip
                for path in theirs:
                    mine.add(path if is_library or path[:1] == ("global",) else (name, *path))
    return found


def _dependencies(chart: Path) -> list[dict[str, Any]]:
    return (
        yaml.safe_load((chart / "Chart.yaml").read_text(encoding="utf-8")).get("dependencies") or []
    )


def _read_by(action: str, found: Reads) -> None:
    paths = {tuple(names.split(".")[1:]) for names in _FIELDS.findall(action)}
    for names, keys, _ in _INDEX.findall(action):
        stem = tuple(names.split(".")[1:])
        paths.discard(stem)
        paths.add((*stem, *_QUOTED.findall(keys)))
    paths.discard(())
    is_tested = _TESTED.match(action) is not None
    (found.tested if is_tested else found.read).update(paths)
    if re.search(r"\btpl\b", action):
        found.tpl.update(paths)


def values_of(chart: Path) -> dict[str, Any]:
    """The chart's defaults, with those of the charts below it under their names."""
    path = chart / "values.yaml"
    values = yaml.safe_load(path.read_text(encoding="utf-8")) if path.is_file() else {}
    values = values or {}
    for dependency in _dependencies(chart):
        below = chart / "charts" / dependency["name"]
        name = dependency.get("alias") or dependency["name"]
        if below.is_dir() and (inner := values_of(below)):
            values[name] = _laid_over(inner, values.get(name) or {})
    return values


def _laid_over(under: dict[str, Any], over: dict[str, Any]) -> dict[str, Any]:
    merged = dict(under)
    for key, value in over.items():
        both = isinstance(value, dict) and isinstance(merged.get(key), dict)
        merged[key] = _laid_over(merged[key], value) if both else value
    return merged


def catalogue_of(chart: Path) -> dict[str, str]:
    """Every path with its type and marks."""
    reads = reads_of(chart)
    entries: dict[Names, str] = {}
    for path, value in _paths(values_of(chart), ()):
        entries[path] = _entry(path, value, reads)
    for path in sorted(reads.read | reads.tested):
        for length in range(1, len(path)):
            entries.setdefault(path[:length], "map")
        if path not in entries:
            marks = [mark for mark, paths in (("tpl", reads.tpl),) if path in paths]
            entries[path] = " ".join(["any", "whole", *marks])
    return {written(path): entry for path, entry in entries.items()}


def _entry(path: Names, value: Any, reads: Reads) -> str:
    kind = _kind(value)
    has_parts = kind in ("map", "list", "any")
    above = [path[:length] for length in range(1, len(path))]
    is_read = any(each in reads.read for each in (path, *above)) or path in reads.relative
    below = any(each[: len(path)] == path for each in reads.read | reads.tested)
    marks = []
    if is_read and has_parts:
        marks.append("whole")
    elif not is_read and not below and path not in reads.tested:
        marks.append("unread")
    if any(each in reads.tpl for each in (path, *above)):
        marks.append("tpl")
    return " ".join([kind, *marks])


def _paths(values: Mapping[str, Any], above: Names) -> Iterator[tuple[Names, Any]]:
    for key, value in values.items():
        yield (*above, str(key)), value
        if isinstance(value, dict):
            yield from _paths(value, (*above, str(key)))


def _kind(value: Any) -> str:
    if isinstance(value, bool):
        return "boolean"
    for kind, name in (
        (dict, "map"),
        (list, "list"),
        (str, "string"),
        (int, "integer"),
        (float, "number"),
    ):
        if isinstance(value, kind):
            return name
    return "any"


def main(folder: Path) -> None:
    """Renew the catalogues of the charts in the folder."""
    for name in json.loads(PINS.read_text(encoding="utf-8")):
        if (folder / name).is_dir():
            text = catalogue_text(catalogue_of(folder / name), 1)
            (CATALOGUES / f"{name}.json").write_text(text, encoding="utf-8")


if __name__ == "__main__":
    main(Path(sys.argv[1]))
