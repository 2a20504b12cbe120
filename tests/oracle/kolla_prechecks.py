"""Takes out of Kolla-Ansible's prechecks what can only be asked of a real machine.

What stays are the checks of the configuration itself: asserts and conditional failures over
variables and facts, and looks at the files that the operator supplies. What goes are the steps that
run a command, open a port or read a remote file, and every step that uses what such a step found.
"""

import json
from collections.abc import Iterable
from pathlib import Path
from typing import Any

import yaml

_KEPT = frozenset(
    {
        *("assert", "fail", "stat", "set_fact", "debug", "find", "block", "kolla_container_facts"),
        *("include_role", "import_role", "include_tasks", "import_tasks", "include_vars"),
    }
)
_KEYWORDS = frozenset(
    {
        *("name", "when", "vars", "register", "with_items", "with_dict", "with_nested", "loop"),
        *("loop_control", "run_once", "delegate_to", "become", "changed_when", "failed_when"),
        *("check_mode", "tags", "ignore_errors", "no_log", "until", "retries", "delay", "args"),
        *("with_first_found", "with_together", "environment", "any_errors_fatal", "delegate_facts"),
        *("connection", "notify", "module_defaults", "rescue", "always", "with_subelements"),
    }
)


def leave_out_probes(playbooks: Path) -> None:
    """Rewrite the precheck tasks of every role below the copied `playbooks`."""
    roles = playbooks / "roles"
    paths = [*roles.glob("*/tasks/precheck*.yml"), *roles.glob("prechecks/tasks/*.yml")]
    for path in [*paths, *roles.glob("service-precheck/tasks/*.yml")]:
        tasks = yaml.safe_load(path.read_text(encoding="utf-8")) or []
        gone = set(_registered_by_probes(tasks))
        path.write_text(json.dumps(list(_kept(tasks, gone)), indent=1), encoding="utf-8")


def _module(task: dict[str, Any]) -> str:
    return next((name.rsplit(".", 1)[-1] for name in task if name not in _KEYWORDS), "")


def _registered_by_probes(tasks: Iterable[dict[str, Any]]) -> Iterable[str]:
    for task in tasks:
        if "block" in task:
            yield from _registered_by_probes(task["block"])
        elif _module(task) not in _KEPT and "register" in task:
            yield task["register"]


def _kept(tasks: Iterable[dict[str, Any]], gone: set[str]) -> Iterable[dict[str, Any]]:
    for task in tasks:
        if "block" in task:
            inner = list(_kept(task["block"], gone))
            if inner:
                yield {**task, "block": inner}
        elif _module(task) in _KEPT and not any(name in json.dumps(task) for name in gone):
            yield task
