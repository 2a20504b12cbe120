"""Prints what Nova and Glance of one release know of flavors and images, as JSON.

It stands alone: it imports nothing of `oib`, because it runs inside an environment that holds the
services of one release. Output on stdout: `extra_specs` and `image_properties` (name -> entry),
`traits` and `resource_classes` (sorted names).

An entry holds `t` (bool, int or string), and where there are any `c` (choices), `n` and `x` (bounds),
`r` (a pattern), and `p`: the pattern of each parameter in a name such as `hw:numa_cpus.{num}`.
Traits and resource classes stand for hundreds of extra specs that differ in nothing but the name;
they are listed apart. Extra specs come from what Nova's API judges them by, properties from the
fields that Nova reads, and where it reads none from Glance's definitions of metadata.
"""

import json
import logging
import os
import sys
from pathlib import Path
from typing import Any

_BY_NAME = ("trait{group}:", "resources{group}:")
_TYPES = {int: "int", bool: "bool", str: "string"}
_IMAGE = "OS::Glance::Image"
_METADEF_TYPES = {"boolean": "bool", "integer": "int"}


def _extra_specs() -> dict[str, Any]:
    from nova.api.validation.extra_specs import validators  # type: ignore[import-not-found] # not ours to have

    found = {}
    for name, judge in validators.VALIDATORS.items():
        if name.startswith(_BY_NAME):
            continue
        value = judge.value
        entry: dict[str, Any] = {"t": _TYPES[value["type"]]}
        keys = {"c": "enum", "n": "min", "x": "max", "r": "pattern"}
        entry |= {key: value[of] for key, of in keys.items() if value.get(of) is not None}
        if judge.parameters:
            entry["p"] = {each["name"]: each["pattern"] for each in judge.parameters}
        found[name] = entry
    return found


def _field(field: Any) -> dict[str, Any]:
    from oslo_versionedobjects import fields  # type: ignore[import-not-found] # not ours to have

    kind = getattr(field, "AUTO_TYPE", None) or field._type  # noqa: SLF001 - the one way in
    choices = getattr(kind, "valid_values", None) or getattr(kind, "_valid_values", None)
    if choices:
        return {"t": "string", "c": sorted(choices)}
    if isinstance(kind, fields.FlexibleBoolean | fields.Boolean):
        return {"t": "bool"}
    return {"t": "int"} if isinstance(kind, fields.Integer) else {"t": "string"}


def _image_fields() -> dict[str, Any]:
    from nova import objects  # type: ignore[import-not-found] # not ours to have

    objects.register_all()
    known = objects.ImageMetaProps
    found = {name: _field(field) for name, field in known.fields.items()}
    # Nova makes these of properties named otherwise: `trait:…`, and one for each NUMA node.
    for name in ("traits_required", "hw_numa_cpus", "hw_numa_mem"):
        found.pop(name)
    found["hw_numa_cpus.{num}"] = {"t": "string", "p": {"num": r"\d+"}}
    found["hw_numa_mem.{num}"] = {"t": "int", "p": {"num": r"\d+"}}
    old = known._legacy_property_map  # noqa: SLF001 - the one way in
    return found | {name: found[new] for name, new in old.items() if new in found}


def _definitions() -> dict[str, Any]:
    found: dict[str, Any] = {}
    for path in sorted((Path(sys.prefix) / "etc" / "glance" / "metadefs").glob("*.json")):
        document = json.loads(path.read_text(encoding="utf-8"))
        holders = [document, *document.get("objects", ())]
        for link in document.get("resource_type_associations", ()):
            if link["name"] != _IMAGE:
                continue
            for holder in holders:
                for name, each in holder.get("properties", {}).items():
                    found.setdefault(link.get("prefix", "") + name, _definition(each))
    return found


def _definition(each: dict[str, Any]) -> dict[str, Any]:
    entry: dict[str, Any] = {"t": _METADEF_TYPES.get(each.get("type", ""), "string")}
    keys = {"c": "enum", "n": "minimum", "x": "maximum"}
    return entry | {key: each[of] for key, of in keys.items() if of in each}


def main() -> None:
    """List the vocabulary of the release that this interpreter has."""
    logging.disable(logging.CRITICAL)
    out = os.fdopen(os.dup(1), "w")
    os.dup2(2, 1)  # what the services print while they are imported is no part of the answer
    import os_resource_classes  # type: ignore[import-not-found] # not ours to have
    import os_traits  # type: ignore[import-not-found] # not ours to have

    listed = {
        "extra_specs": _extra_specs(),
        "image_properties": {**_definitions(), **_image_fields()},
        "resource_classes": sorted(os_resource_classes.STANDARDS),
        "traits": sorted(os_traits.get_traits()),
    }
    json.dump(listed, out, sort_keys=True)
    out.close()


if __name__ == "__main__":
    main()
