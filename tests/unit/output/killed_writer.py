"""Kills a writer before each of its steps and tells what it left: run as a program by `test_kills.py`.

A process of its own, because it forks, and forking is only safe where no other threads run.
"""

from __future__ import annotations

import json
import os
import shutil
import signal
import sys
from collections.abc import Mapping
from dataclasses import dataclass, replace

from blueprint.output.layout import is_manifest
from blueprint.output.manifest import File, read_journal
from blueprint.output.scope import WHOLE, Scope
from blueprint.output.writer import repair, write
from tests.unit.output.trees import MANIFEST, artifacts, contents, tree

OLD = tree(globals="a: 1\n", inventory="[control]\n", specs="osd: yes\n", gone="x", turn__inner="1")
NEW = tree(globals="a: 2\n", inventory="[control]\n", extra__deep__file="x\n", turn="now a file")


@dataclass(frozen=True)
class Scenario:
    """What stands in the folder first, what is written into it, for which layers, and what stands there then."""

    before: Mapping[str, File]
    written: Mapping[str, File]
    after: Mapping[str, File]
    scope: Scope = WHOLE


def of_layers(files: Mapping[str, File]) -> dict[str, File]:
    """The files with the layers that they belong to."""
    return {
        path: replace(file, folder=path.partition("/")[0] if "/" in path else "")
        for path, file in files.items()
    }


def scenarios() -> dict[str, Scenario]:
    old, new = of_layers(OLD), of_layers(NEW)
    part = {path: file for path, file in new.items() if file.folder == "openstack.core"}
    rest = {path: file for path, file in old.items() if file.folder != "openstack.core"}
    only = Scope(only=("openstack.core",))
    return {
        "into a new folder": Scenario({}, NEW, NEW),
        "over an old tree": Scenario(OLD, NEW, NEW),
        "a part into a new folder": Scenario({}, part, part, only),
        "a part over an old tree": Scenario(old, part, {**rest, **part}, only),
    }


def state(folder: str, scenario: Scenario) -> str:
    found = {p: d for p, d in artifacts(folder).items() if not p.startswith("oib-")}
    old, new = contents(scenario.before), contents(scenario.after)
    if found == old:
        return "old"
    if found == new:
        return "new"
    doubt = [path for path in read_journal(folder) if not is_manifest(path)]
    changed = {
        path for path in {*old, *new} if old.get(path) != new.get(path)
    }  # fmt: skip
    return "in doubt" if set(doubt) == changed else f"lost: {sorted(found)} with {sorted(doubt)}"


def killed_at(folder: str, step: int, scenario: Scenario) -> str | None:
    """Writes the new tree in a process that dies before its step; None where it has fewer."""
    reader, sender = os.pipe()
    child = os.fork()
    if child == 0:
        left = [step]

        def announce(what: str) -> None:
            if left[0] == 0:
                os.write(sender, what.encode())
                os.kill(os.getpid(), signal.SIGKILL)
            left[0] -= 1

        write(folder, scenario.written, MANIFEST, scenario.scope, announce=announce)
        os._exit(0)
    os.close(sender)
    _, status = os.waitpid(child, 0)
    with os.fdopen(reader) as stream:
        what = stream.read()
    return what if os.WIFSIGNALED(status) else None


def main(name: str, scratch: str) -> None:
    scenario = scenarios()[name]
    step = 0
    records = []
    while True:
        folder = os.path.join(scratch, str(step), "out")
        os.makedirs(os.path.dirname(folder))
        if scenario.before:
            write(folder, scenario.before, MANIFEST)
        what = killed_at(folder, step, scenario)
        if what is None:
            break
        left = state(folder, scenario)
        repaired = repair(folder).value is not None
        after_repair = state(folder, scenario)
        done = write(folder, scenario.written, MANIFEST, scenario.scope).value is not None
        beside = sorted(os.listdir(os.path.dirname(folder)))
        records.append(
            {
                "step": what.replace(scratch, ""),
                "left": left,
                "repaired": after_repair if repaired else "refused",
                "finally": state(folder, scenario) if done else "refused",
                "beside": beside,
                "staged": os.path.exists(os.path.join(folder, ".oib", "staging")),
            }
        )
        shutil.rmtree(os.path.dirname(folder))
        step += 1
    json.dump(records, sys.stdout)


if __name__ == "__main__":
    main(*sys.argv[1:])
