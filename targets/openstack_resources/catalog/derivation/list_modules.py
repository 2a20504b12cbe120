"""Prints the argument specifications of the `openstack.cloud` collection as JSON.

It stands alone: it imports nothing of `oib`, because it runs by the interpreter that has the
collection. What a module would give to `AnsibleModule` is caught in its place, so that neither
documentation nor our own reading of the code stands between. Output on stdout: `version` of the
collection, and `modules`: name -> `arguments` and the rules between them.
"""

import importlib
import inspect
import json
import os
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

_PACKAGE = "ansible_collections.openstack.cloud.plugins"
_RULES = (
    "mutually_exclusive", "required_together", "required_one_of", "required_if", "required_by",
)  # fmt: skip
_KEYS = ("type", "elements", "choices", "required", "default", "aliases", "options", "no_log")


class _CaughtError(Exception):
    """Ends a module where it would begin to run."""


def _entry(argument: dict[str, Any]) -> dict[str, Any]:
    entry = {key: argument[key] for key in _KEYS if argument.get(key) not in (None, [], ())}
    entry.setdefault("type", "str")
    if "options" in entry:
        entry["options"] = {name: _entry(inner) for name, inner in entry["options"].items()}
    if "removed_in_version" in argument:
        entry["removed_in"] = argument["removed_in_version"]
    if isinstance(entry.get("choices"), tuple | set):
        entry["choices"] = list(entry["choices"])
    return entry


def _specification(module: Any) -> dict[str, Any] | None:
    caught: dict[str, Any] = {}

    def catch(*arguments: Any, **named: Any) -> None:
        caught.update(named)
        caught["argument_spec"] = arguments[0] if arguments else named["argument_spec"]
        raise _CaughtError

    for holder in (module, inspect.getmodule(getattr(module, "OpenStackModule", None))):
        if holder is not None and hasattr(holder, "AnsibleModule"):
            holder.AnsibleModule = catch  # type: ignore[union-attr] # that is why it is asked
    try:
        module.main()
    except _CaughtError:
        arguments = {name: _entry(each) for name, each in caught["argument_spec"].items()}
        rules = {rule: caught[rule] for rule in _RULES if caught.get(rule)}
        return {
            "arguments": arguments,
            "has_check_mode": bool(caught.get("supports_check_mode")),
            **rules,
        }
    return None


def _modules(folder: Path) -> Iterator[tuple[str, dict[str, Any]]]:
    for path in sorted(folder.glob("*.py")):
        if path.stem.startswith("_"):
            continue
        found = _specification(importlib.import_module(f"{_PACKAGE}.modules.{path.stem}"))
        if found is not None:
            yield path.stem, found


def main() -> None:
    """List every module of the collection that this interpreter has."""
    out = os.fdopen(os.dup(1), "w")
    os.dup2(2, 1)  # what modules print while they are imported is no part of the answer
    # Ansible finds collections by a loader of its own; as plain packages they import as well.
    root = Path(importlib.import_module("ansible_collections").__path__[0])
    folder = root / "openstack" / "cloud"
    manifest = json.loads((folder / "MANIFEST.json").read_text(encoding="utf-8"))
    listed = dict(_modules(folder / "plugins" / "modules"))
    version = manifest["collection_info"]["version"]
    json.dump({"version": version, "modules": listed}, out, sort_keys=True)
    out.close()
    sys.exit(0)


if __name__ == "__main__":
    main()
