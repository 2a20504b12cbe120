"""Adds subclouds, one after another, to a system controller that is not there: dcmanager's own validators judge.

It stands alone, in an environment that holds netaddr; its argument is the folder of `distributedcloud`. Only the
modules of `REAL` are dcmanager's. Whatever else they import is a stand-in that lets itself be called.

On stdin: JSON with `software`, `pools` (of the system controller's management network: network, prefix, start, end)
and `subclouds` (`name`, `bootstrap`, `install`, `bmc_password`). On stdout: JSON, a list of `[name, message]`.
"""

from __future__ import annotations

import importlib
import importlib.abc
import importlib.machinery
import json
import sys
import types
from pathlib import Path
from typing import Any, Self

REAL = (
    "dccommon", "dccommon.consts", "dcmanager", "dcmanager.common", "dcmanager.common.consts",
    "dcmanager.common.exceptions", "dcmanager.common.phased_subcloud_deploy", "dcmanager.common.utils",
)  # fmt: skip
_OURS = ("dccommon", "dcmanager", "dcorch", "tsconfig")


class RefusedError(Exception):
    """What `pecan.abort` says."""


class StandIn(types.ModuleType):
    """A module, a class, a decorator or a value that nothing here depends on."""

    def __init__(self, name: str = "stand_in") -> None:
        super().__init__(name)
        self.__path__: list[str] = []

    def __getattr__(self, name: str) -> Any:
        if name.startswith("__"):
            raise AttributeError(name)
        return StandIn(name)

    def __call__(self, *_positional: Any, **_named: Any) -> Any:
        return StandIn()

    def __mro_entries__(self, _bases: Any) -> tuple[type, ...]:
        return (Exception,)

    def __iter__(self) -> Any:
        return iter(())

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_reason: object) -> None:
        return None


class Stage(importlib.abc.MetaPathFinder, importlib.abc.Loader):
    """Finds stand-ins for what is not installed, and for every module of the cloud but the real ones."""

    def find_spec(self, name: str, _path: object = None, _target: object = None) -> Any:
        return importlib.machinery.ModuleSpec(name, self, is_package=True)

    def create_module(self, spec: importlib.machinery.ModuleSpec) -> StandIn:
        return StandIn(spec.name)

    def exec_module(self, _module: types.ModuleType) -> None:
        return None


class Cloud(Stage):
    """Keeps the cloud's own modules out, but for the real ones."""

    def find_spec(self, name: str, _path: object = None, _target: object = None) -> Any:
        if name.partition(".")[0] in _OURS and name not in REAL:
            return importlib.machinery.ModuleSpec(name, self, is_package=True)
        return None


def main() -> None:
    """Judge what is on stdin."""
    asked = json.load(sys.stdin)
    sys.path.insert(0, sys.argv[1])
    sys.meta_path.insert(0, Cloud())
    sys.meta_path.append(Stage())
    _set_stage(asked)
    rules = importlib.import_module("dcmanager.common.phased_subcloud_deploy")
    utils = importlib.import_module("dcmanager.common.utils")
    utils.get_matching_iso = lambda *_anything: ("bootimage.iso", None)
    rules.get_network_address_pools = lambda *_network: asked["pools"]
    if len(asked["pools"]) == 1:
        rules.get_network_address_pool = lambda *_network: asked["pools"][0]
    added: list[Any] = []
    rules.db_api.subcloud_get_all = lambda _context: added
    found = []
    for each in asked["subclouds"]:
        try:
            added.append(_add(rules, each, asked["software"]))
        except RefusedError as reason:
            found.append([each["name"], str(reason)])
    json.dump(found, sys.stdout)


def _set_stage(asked: dict[str, Any]) -> None:
    """What the real modules must find in the stand-ins."""
    asked["pools"] = [
        types.SimpleNamespace(
            network=pool["network"], prefix=pool["prefix"], ranges=[(pool["start"], pool["end"])],
            family=6 if ":" in pool["network"] else 4,
        )
        for pool in asked["pools"]
    ]  # fmt: skip
    pecan = importlib.import_module("pecan")
    pecan.abort = _abort
    for name in ("dcmanager.common.i18n", "dccommon.i18n"):
        importlib.import_module(name)._ = str
    importlib.import_module("tsconfig.tsconfig").SW_VERSION = asked["software"]
    names = importlib.import_module("dccommon.utils")
    names.is_system_controller_region = {"SystemController", "RegionOne"}.__contains__
    save = importlib.import_module("oslo_utils").excutils
    save.save_and_reraise_exception = StandIn


def _abort(_status: int, message: object) -> None:
    raise RefusedError(message)


def _add(rules: types.ModuleType, subcloud: dict[str, Any], software: str) -> Any:
    payload = {**subcloud["bootstrap"], "software_version": software}
    if subcloud.get("install"):
        payload["install_values"] = dict(subcloud["install"])
        payload["bmc_password"] = subcloud.get("bmc_password")
    rules.validate_bootstrap_values(payload)
    rules.validate_subcloud_config(None, payload)
    rules.validate_install_values(payload)
    prefix = "admin" if payload.get("admin_subnet") else "management"
    return types.SimpleNamespace(
        id=subcloud["name"],
        name=subcloud["name"],
        management_subnet=payload[f"{prefix}_subnet"].split(",")[0],
        management_start_ip=payload[f"{prefix}_start_address"].split(",")[0],
        management_end_ip=payload[f"{prefix}_end_address"].split(",")[0],
    )


if __name__ == "__main__":
    if not Path(sys.argv[1], "dcmanager").is_dir():
        sys.exit(f"no dcmanager in {sys.argv[1]}")
    main()
