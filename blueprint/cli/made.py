"""What a compile made, in a few lines for people: the folder, the waves, and what to do next."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING

from blueprint.diagnostics.display import escaped, width
from blueprint.output.layout import CONSISTENCY, MANIFEST, ORDER, RUNBOOK
from blueprint.output.runbook import directory_of, waves_of
from blueprint.output.writer import Written

if TYPE_CHECKING:
    from blueprint.driver import Compilation
    from blueprint.output.tree import Tree

#: Layers are listed one by one up to so many.
_LISTED = 24


def made(directory: str, found: Compilation, tree: Tree, done: Written) -> str:
    """The summary that follows a compile."""
    assert found.graph is not None
    has_top = RUNBOOK in tree
    files = Counter((file.layer, file.target) for file in tree.values())
    emitted = [each for each in found.deployments if (str(each.layer), each.target) in files]
    waves = waves_of(found.deployments if has_top else emitted, found.graph.waves)
    rows = []
    if has_top:
        rows = [(RUNBOOK, "the run-book: begin here"), (ORDER, "the same, for programs")]
        if CONSISTENCY in tree:
            rows.append((CONSISTENCY, "where each fact of the stack went"))
        rows.append((MANIFEST, "every file, with what it was made from"))
    for deployment in sorted(emitted, key=directory_of):
        count = files[str(deployment.layer), deployment.target]
        rows.append((f"{directory_of(deployment)}/", f"{count} file{'' if count == 1 else 's'}"))
    lines = [f"{escaped(directory)}/", *_tree(rows), ""] if rows else []
    if not rows:
        lines.append("no layer is in this part")
    for number, wave in enumerate(waves, start=1):
        names = [f"{each.layer} with {each.target}" for each in wave]
        lines.append(f"wave {number}: {_some(names)}")
    if waves:
        lines.append("")
    lines.append(_counts(done))
    if found.unlocked_hosts:
        lines.append(
            "note: addresses were allotted in the order of keys; `oib lock` keeps them when the blueprint grows"
        )
    if has_top:
        lines.append(f"next: read {escaped(directory)}/{RUNBOOK}")
    return "\n".join(lines)


def _tree(rows: list[tuple[str, str]]) -> list[str]:
    shown = rows if len(rows) <= _LISTED else rows[:_LISTED]
    room = max(width(name) for name, _ in shown)
    lines = []
    for name, words in shown:
        turn = "└──" if (name, words) == rows[-1] else "├──"
        lines.append(f"{turn} {escaped(name)}{' ' * (room - width(name))}  {words}")
    if len(shown) < len(rows):
        lines.append(f"└── … and {len(rows) - len(shown)} more")
    return lines


def _some(names: list[str]) -> str:
    if len(names) <= 6:
        return ", ".join(names)
    return f"{', '.join(names[:5])} and {len(names) - 5} more"


def _counts(done: Written) -> str:
    words = [f"{len(done.written)} written"]
    if done.kept:
        words.append(f"{done.kept} unchanged")
    if done.removed:
        words.append(f"{len(done.removed)} removed")
    return ", ".join(words)
