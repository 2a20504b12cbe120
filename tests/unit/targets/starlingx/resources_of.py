"""The resources of the blueprints that tests share, with edits, as Kubernetes reads them."""

from __future__ import annotations

from functools import cache
from typing import Any

import yaml

from tests.unit.targets.starlingx.systems import compiled, files_of, texts

Edit = tuple[str, str]


@cache
def resources(name: str, *edits: Edit) -> tuple[dict[str, Any], ...]:
    """The documents of the only system of a blueprint, or of its first one, after some edits."""
    files = files_of(name)
    main = str(files["main.oib"])
    for old, new in edits:
        assert old in main, old
        main = main.replace(old, new)
    found = compiled({**files, "main.oib": main})
    assert [d.message for d in found.diagnostics if d.is_error] == []
    written = next(
        text for path, text in texts(found).items() if path.endswith("/deployment-config.yml")
    )
    return tuple(yaml.safe_load_all(written))


def of_kind(kind: str, name: str, *edits: Edit) -> dict[str, Any]:
    """The specifications of the resources of a kind, by name."""
    return {
        each["metadata"]["name"]: each["spec"]
        for each in resources(name, *edits)
        if each["kind"] == kind
    }


def merged(below: Any, above: Any) -> Any:
    """What the deployment manager makes of a value and the one above it, as its documents of profiles say.

    Structures are merged field by field; labels, as all maps, are replaced as a whole; lists whose entries have a key are
    merged entry by entry, others are joined, and an empty list takes away what is below.
    """
    if isinstance(below, dict) and isinstance(above, dict):
        found = {**below}
        for key, value in above.items():
            known = found.get(key)
            found[key] = value if known is None or key == "labels" else merged(known, value)
        return found
    if isinstance(below, list) and isinstance(above, list):
        return _merged_lists(below, above) if above else []
    return above


def whole(profiles: dict[str, Any], name: str) -> dict[str, Any]:
    """A profile with all that is below it."""
    own = {key: value for key, value in profiles[name].items() if key != "base"}
    base = profiles[name].get("base")
    return own if base is None else merged(whole(profiles, base), own)


def planned(name: str, host: str, *edits: Edit) -> dict[str, Any]:
    """What the deployment manager makes of a host: its profile with what is its own."""
    spec = of_kind("Host", name, *edits)[host]
    profile = whole(of_kind("HostProfile", name, *edits), spec["profile"])
    return merged(profile, spec.get("overrides", {}))


def _key(entry: Any) -> Any:
    """What tells entries of a list apart; None where entries are just joined."""
    if not isinstance(entry, dict):
        return None
    if "port" in entry:
        return "port", entry["port"]["name"]
    for keys in (
        ("name", "class"),
        ("name",),
        ("node",),
        ("function", "pageSize"),
        ("path",),
        ("function",),
    ):
        if all(key in entry for key in keys):
            return tuple(entry[key] for key in keys)
    return None


def _merged_lists(below: list[Any], above: list[Any]) -> list[Any]:
    found = list(below)
    for entry in above:
        key = _key(entry)
        at = next((n for n, e in enumerate(found) if key is not None and _key(e) == key), None)
        if at is None:
            found.append(entry)
        else:
            found[at] = merged(found[at], entry)
    return found
