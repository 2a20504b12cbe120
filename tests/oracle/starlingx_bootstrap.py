"""Runs the checks of StarlingX's own bootstrap playbook on overrides, without the controller that it runs on.

The roles `bootstrap/prepare-env` and `bootstrap/validate-config` and those that they bring in are taken as they are,
but for tasks that look at the controller (its services, files, databases) or write to it: those are left out, and
with them every task that needs what they would have said. What is left still works out all addresses and ranges, and
refuses what it refuses. `kept` names the refusals that stand; a test holds the list against losing any in silence.
"""

from __future__ import annotations

import json
import re
import shutil
import subprocess
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal

import yaml

from targets._derivation.ansible_text import (
    ansible_yaml,
    expressions,
    free_names,
    tolerant_environment,
)
from targets.starlingx.catalog import catalog

from .starlingx import PLAYBOOKS_VARIABLE, checkout, tool
from .tools import PythonTool

_TREE = "playbookconfig/src/playbooks"
_PREPARE = "roles/bootstrap/prepare-env"
_VALIDATE = "roles/bootstrap/validate-config"
_ROLES = (
    _PREPARE, _VALIDATE, "roles/common/validate-addresses", "roles/common/validate-registries",
    "roles/common/validate-platform-cert-overrides",
)  # fmt: skip
#: Releases whose scripts ask the controller's own packages how an address is written: no judge without one.
ASKS_SYSINV = ("10.0",)
#: Modules that say or work out something and touch nothing.
_HARMLESS = frozenset({"assert", "debug", "fail", "set_fact"})
_BRINGS = frozenset({"import_role", "include_role", "include_tasks", "import_tasks"})
_KEYWORDS = frozenset({
    "args", "become", "changed_when", "connection", "delay", "delegate_to", "environment", "failed_when",
    "ignore_errors", "loop", "loop_control", "name", "no_log", "register", "retries", "run_once", "tags", "until",
    "vars", "when", "with_dict", "with_fileglob", "with_indexed_items", "with_items", "with_nested",
})  # fmt: skip
#: Task files and roles that are brought in; the others look at a controller, its files or its sysinv.
_BROUGHT = re.compile(
    r"tasks/validate_\w+\.yml|\"validate_application.yml|common/validate-registries|validate-platform-cert-overrides"
)
#: What scripts ask of the controller's packages and disks.
_NOT_HERE = re.compile(r"\bsysinv\b|\btsconfig\b|root_disk")


@dataclass(frozen=True, slots=True)
class Judged:
    """How the playbook ended: the task that refused, and what it said; none where it went through."""

    task: str | None
    message: str


def kept(release: str, scratch: Path) -> tuple[str, ...]:
    """The names of the tasks that may refuse something."""
    return _set_stage(release, scratch / "playbooks")


def judge(
    release: str,
    overrides: Mapping[str, Any],
    scratch: Path,
    system_type: Literal["All-in-one", "Standard"] = "All-in-one",
) -> Judged:
    """Run the checks on overrides; the keys beside them have upstream's own defaults."""
    stage = scratch / "playbooks"
    _set_stage(release, stage)
    (stage / "localhost.yml").write_text(yaml.safe_dump(dict(overrides)), encoding="utf-8")
    (stage / "judge.yml").write_text(_play(release, system_type), encoding="utf-8")
    failures = scratch / "failures.jsonl"
    made = tool()
    finished = subprocess.run(
        [str(made.python), "-m", "ansible", "playbook", "-i", "localhost,", "-c", "local", "judge.yml"],
        cwd=stage, env=_environment(made, stage, failures), capture_output=True, text=True, check=False,
    )  # fmt: skip
    if not finished.returncode:
        return Judged(None, "")
    if not failures.is_file():
        raise AssertionError(finished.stdout + finished.stderr)
    last = json.loads(failures.read_text(encoding="utf-8").splitlines()[-1])
    return Judged(last["task"].partition(" : ")[2] or last["task"], last["message"])


def _environment(made: PythonTool, stage: Path, failures: Path) -> dict[str, str]:
    return {
        "ANSIBLE_CALLBACK_PLUGINS": str(Path(__file__).parent / "ansible_plugins"),
        "ANSIBLE_CALLBACKS_ENABLED": "oib_failures",
        "ANSIBLE_DEPRECATION_WARNINGS": "false",
        "ANSIBLE_GATHERING": "explicit",
        "ANSIBLE_LOCAL_TEMP": str(stage / ".ansible"),
        "ANSIBLE_NOCOLOR": "1",
        "ANSIBLE_ROLES_PATH": str(stage / "roles"),
        "HOME": str(stage),
        "LC_ALL": "C.UTF-8",
        "OIB_FAILURES": str(failures),
        "PATH": f"{made.path / 'bin'}:/usr/bin:/bin",
    }


def _play(release: str, system_type: str) -> str:
    facts = {
        "ansible_python_interpreter": str(tool().python),
        "initial_config_complete": {"stat": {"exists": False}},
        "is_bullseye": False,
        "is_trixie": True,
        "mode": "bootstrap",
        "os_release": "debian",
        "replayed": False,
        "software_version": catalog(release).software,
        "system_type": system_type,
        "upgrade_in_progress": False,
    }
    files = ["vars/common/main.yml", "vars/bootstrap/main.yml", "host_vars/bootstrap/default.yml"]
    roles = [role.removeprefix("roles/") for role in (_PREPARE, _VALIDATE)]
    play = {
        "name": "Judge",
        "hosts": "localhost",
        "gather_facts": False,
        "vars": facts,
        "vars_files": [*files, *(f"{role}/vars/main.yml" for role in (_PREPARE, _VALIDATE))],
        "tasks": [
            {"name": "Overrides", "include_vars": "localhost.yml"},
            *({"name": role, "import_role": {"name": role}} for role in roles),
        ],
    }
    return yaml.safe_dump([play], sort_keys=False)


def _set_stage(release: str, folder: Path) -> tuple[str, ...]:
    """Write the roles without what only a controller can do; the refusals that are left."""
    tree = checkout(PLAYBOOKS_VARIABLE, release, _TREE) / _TREE
    for part in ("vars/common", "vars/bootstrap", "host_vars/bootstrap", *_ROLES):
        if (tree / part).is_dir():
            shutil.copytree(tree / part, folder / part, symlinks=True)
    found: list[str] = []
    lost: set[str] = set()
    known = set(catalog(release).bootstrap)
    for role in _ROLES:
        for path in sorted((folder / role / "tasks").glob("*.yml")):
            tasks = list(_left(ansible_yaml(path.read_text(encoding="utf-8")), lost, known))
            found += _refusals(tasks)
            path.write_text(yaml.safe_dump(tasks, sort_keys=False), encoding="utf-8")
    return tuple(found)


def _left(tasks: Any, lost: set[str], known: set[str]) -> Iterator[dict[str, Any]]:
    """The tasks that can run here, changed so that they do; names that only the others would set are lost."""
    for task in tasks or ():
        if "block" in task:
            if _names(task.get("when", ())) & lost:
                continue
            inner = list(_left(task["block"], lost, known))
            if inner:
                stays = {word: task[word] for word in ("name", "when", "vars") if word in task}
                yield {**stays, "block": inner}
            continue
        changed = _runnable(task)
        if changed is None or _names({k: v for k, v in task.items() if k != "name"}) & lost:
            lost |= _sets(task) - known
            continue
        known |= _sets(task)
        lost -= _sets(task)
        yield changed


def _runnable(task: Mapping[str, Any]) -> dict[str, Any] | None:
    changed = {k: v for k, v in task.items() if k not in ("become", "no_log", "delegate_to")}
    (module,) = (word for word in task if word not in _KEYWORDS)
    text = json.dumps(task, default=str)
    if module in _BRINGS:
        return changed if _BROUGHT.search(text) else None
    if module == "shell":
        script = task.get("vars", {}).get("script_content", "")
        if not script or _NOT_HERE.search(script):
            return None
        return {**changed, "args": {"executable": str(tool().python)}}
    if module == "script" and not _NOT_HERE.search(text):
        return {**changed, "args": {"executable": str(tool().python)}}
    return changed if module in _HARMLESS else None


def _sets(task: Mapping[str, Any]) -> set[str]:
    facts = task.get("set_fact", {})
    found = {str(name) for name in facts} if isinstance(facts, dict) else set()
    return found | ({task["register"]} if "register" in task else set())


def _names(value: Any) -> set[str]:
    environment = tolerant_environment()
    texts = value if isinstance(value, list | tuple) else [value]
    found: set[str] = set()
    for each in texts:
        wrapped = {"when": each} if isinstance(each, str) else each
        for expression in expressions(wrapped, set()):
            found |= free_names(environment, expression)
    return found


def _refusals(tasks: Iterable[Mapping[str, Any]]) -> Iterator[str]:
    for task in tasks:
        if "block" in task:
            yield from _refusals(task["block"])
        elif {"fail", "assert", "failed_when"} & set(task):
            yield str(task.get("name"))
