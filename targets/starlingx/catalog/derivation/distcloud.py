"""What the manager of a distributed cloud takes: values of subclouds and of their installation, and its limits."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from . import reviewed
from .constants import constants, functions_of, required_values, values_asked
from .tree import Tree

_ROOT = "distributedcloud"
PARTS = tuple(
    f"{_ROOT}/{part}"
    for part in (
        "dccommon/consts.py", "dcmanager/api/controllers/v1/subcloud_group.py", "dcmanager/common/consts.py",
        "dcmanager/common/phased_subcloud_deploy.py", "dcmanager/manager/subcloud_manager.py",
    )
)  # fmt: skip
_LIMIT = re.compile(r"^(MAX|MIN)_(PARALLEL|SUBCLOUD_GROUP_MAX|SUBNET_HOST|AIO_SX_SUBNET)")
_READERS = ("validate_bootstrap_values", "validate_subcloud_config", "add_subcloud_to_database")


def document(tree: Tree) -> dict[str, Any]:
    """All of the catalogue that the manager gives."""
    common = constants(tree.texts[f"{_ROOT}/dccommon/consts.py"])
    own = constants(tree.texts[f"{_ROOT}/dcmanager/common/consts.py"])
    deploy = tree.texts[f"{_ROOT}/dcmanager/common/phased_subcloud_deploy.py"]
    limits: dict[str, Any] = {}
    for path in PARTS:
        limits |= {
            name: value
            for name, value in constants(tree.texts[path]).items()
            if _LIMIT.match(name) and isinstance(value, int)
        }
    return {
        "deploy_phases": sorted(v for k, v in own.items() if k.startswith("DEPLOY_PHASE_")),
        "group": {
            "apply_types": [own["SUBCLOUD_APPLY_TYPE_PARALLEL"], own["SUBCLOUD_APPLY_TYPE_SERIAL"]],
            "default": own["DEFAULT_SUBCLOUD_GROUP_NAME"],
            "default_parallel": own["DEFAULT_SUBCLOUD_GROUP_MAX_PARALLEL_SUBCLOUDS"],
        },
        "install": _install(common, own),
        "limits": limits,
        "shares_subnets": "check_range_overlaps" in functions_of(deploy),
        "subcloud": _subcloud(deploy),
    }


def _install(common: Mapping[str, Any], own: Mapping[str, Any]) -> dict[str, Any]:
    mandatory = common["MANDATORY_INSTALL_VALUES"]
    optional = [
        *common["OPTIONAL_INSTALL_VALUES"], *common.get("OPTIONAL_BMC_INSTALL_VALUES", ()),
        *reviewed.INSTALL_BESIDES,
    ]  # fmt: skip
    shapes = {name: reviewed.INSTALL[name] for name in (*mandatory, *optional)}
    shapes["persistent_size"] = {"type": "integer", "minimum": own["DEFAULT_PERSISTENT_SIZE"]}
    shapes["install_type"] = {
        "type": "integer", "minimum": 0, "maximum": common["SUPPORTED_INSTALL_TYPES"] - 1,
    }  # fmt: skip
    return {"fields": shapes, "required": mandatory}


def _subcloud(source: str) -> dict[str, Any]:
    """The values that decide on a subcloud; those of the bootstrap itself are in the keys of the bootstrap."""
    there = functions_of(source)
    required = required_values(source, "validate_bootstrap_values")
    asked = values_asked(source, *(name for name in _READERS if name in there))
    conditional = {
        name for name in required if name.startswith(("admin_", "management_"))
    }  # demanded once another value of that network is there, or one of the two gateways
    return {
        "asked": sorted({*asked, "bootstrap-address"}),
        "required": [name for name in required if name not in conditional],
        "conditional": sorted(conditional),
        "own": {
            name: shape for name, shape in reviewed.SUBCLOUD.items()
            if name in asked or name == "bootstrap-address"
        },
    }  # fmt: skip
