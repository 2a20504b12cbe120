"""Kills a writer before each of its steps and tells what it left: run as a program by `test_kills.py`.

A process of its own, because it forks, and forking is only safe where no other threads run.
"""

from __future__ import annotations

import json
import os
import shutil
import signal
import sys

from blueprint.output.layout import is_manifest
from blueprint.output.manifest import read_journal
from blueprint.output.writer import repair, write
from tests.unit.output.trees import MANIFEST, artifacts, contents, tree

OLD = tree(globals="a: 1\n", inventory="[control]\n", specs="osd: yes\n", gone="x", turn__inner="1")
NEW = tree(globals="a: 2\n", inventory="[control]\n", extra__deep__file="x\n", turn="now a file")


def state(folder: str) -> str:
    found = artifacts(folder)
    if found == (contents(OLD) if os.path.lexists(folder) else {}):
        return "old"
    if found == contents(NEW):
        return "new"
    doubt = [path for path in read_journal(folder) if not is_manifest(path)]
    changed = {
        path for path in {*contents(OLD), *contents(NEW)}
        if contents(OLD).get(path) != contents(NEW).get(path)
    }  # fmt: skip
    return "in doubt" if set(doubt) == changed else f"lost: {sorted(found)} with {sorted(doubt)}"


def killed_at(folder: str, step: int) -> str | None:
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

        write(folder, NEW, MANIFEST, announce=announce)
        os._exit(0)
    os.close(sender)
    _, status = os.waitpid(child, 0)
    with os.fdopen(reader) as stream:
        what = stream.read()
    return what if os.WIFSIGNALED(status) else None


def main(scenario: str, scratch: str) -> None:
    step = 0
    records = []
    while True:
        folder = os.path.join(scratch, str(step), "out")
        os.makedirs(os.path.dirname(folder))
        if scenario == "over an old tree":
            write(folder, OLD, MANIFEST)
        what = killed_at(folder, step)
        if what is None:
            break
        left = state(folder)
        repaired = repair(folder).value is not None
        after_repair = state(folder)
        done = write(folder, NEW, MANIFEST).value is not None
        beside = sorted(os.listdir(os.path.dirname(folder)))
        records.append(
            {
                "step": what.replace(scratch, ""),
                "left": left,
                "repaired": after_repair if repaired else "refused",
                "finally": state(folder) if done else "refused",
                "beside": beside,
                "staged": os.path.exists(os.path.join(folder, ".oib", "staging")),
            }
        )
        shutil.rmtree(os.path.dirname(folder))
        step += 1
    json.dump(records, sys.stdout)


if __name__ == "__main__":
    main(*sys.argv[1:])
