"""Compares what a bootstrap decides for good with the files that a system was deployed with.

These are the files that `oib` wrote last, so nothing is read but its own words: the text of each key, line by line.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

from blueprint.diagnostics import Diagnostic, Rule
from blueprint.source import Span
from blueprint.spans import Spans
from blueprint.target import Before
from targets._formats.page import Traced
from targets.starlingx.bootstrap import overrides
from targets.starlingx.catalog.changes import change_of
from targets.starlingx.emit import bootstrap_file
from targets.starlingx.system import System

SETTLED = Rule("OIB8167", "changed-after-bootstrap")
RULES: tuple[Rule, ...] = (SETTLED,)

_KEY = re.compile(r"([a-z][a-z0-9_]*):(.*)").fullmatch
#: How a value is quoted says nothing of it.
_MARKS = str.maketrans("", "", "\"'")


def settled(system: System, spans: Spans, before: Before) -> Iterator[Diagnostic]:
    """Values that only a new installation could change."""
    artifact = bootstrap_file(system)
    text = before(artifact.path)
    if text is None:
        return
    old, new, planned = _stated(text), _stated(artifact.text), overrides(system)
    for key in dict.fromkeys((*planned, *old)):
        is_told = (key in old and key in new) or key in _KNOWN
        if not is_told or not _is_final(key, system) or old.get(key) == new.get(key):
            continue
        span = _place(planned.get(key), system, spans)
        yield changed(span, system.ref, key, old.get(key), new.get(key))


#: Keys that a system may have had and states no more, or the other way round; of others `oib` may have said less then.
_KNOWN = frozenset(
    f"{network}_{part}"
    for network in ("management", "cluster_host", "pxeboot")
    for part in ("subnet", "start_address", "end_address", "gateway_address")
) | {"apiserver_oidc", "etcd_root_ca_cert", "etcd_root_ca_key"}


def _is_final(key: str, system: System) -> bool:
    sort = change_of(key).sort
    return sort == "never" or (sort == "locked_simplex" and system.system_mode == "duplex")


def _stated(text: str) -> dict[str, str]:
    """The words of each key, those below it with it."""
    found: dict[str, list[str]] = {}
    key = None
    for line in text.splitlines():
        first = _KEY(line)
        if first is not None:
            key = first[1]
            found[key] = [first[2].strip()]
        elif key is not None and line.startswith((" ", "-")):
            found[key].append(line.strip())
    return {
        name: " ".join(filter(None, words)).replace("!unsafe ", "").translate(_MARKS)
        for name, words in found.items()
    }


def _place(value: Any, system: System, spans: Spans) -> Span:
    """Where the value is stated, the system where that is nowhere."""
    for path in value.cause.paths if isinstance(value, Traced) else ():
        owner = path
        while owner and owner not in system.model.things:
            owner = owner.rpartition(".")[0]
        rest = path[len(owner) + 1 :].split(".") if owner and owner != path else []
        written = spans.written(owner, *rest) if owner else None
        if written is not None:
            return written
    return spans.at(system.ref)


def changed(span: Span, system: str, key: str, old: str | None, new: str | None) -> Diagnostic:
    """A value that is another than that of the bootstrap."""
    before = "was not stated" if old is None else f"was `{old}`"
    after = "is not stated now" if new is None else f"is `{new}` now"
    return Diagnostic(
        SETTLED,
        span,
        f"`{key}` of `{system}` {before} when it was deployed, and {after}",
        notes=(
            "only a new installation changes it; the files that were written here last are taken for those of the deployment",
        ),
        hint=(
            "state what was there, or take the system down, compile without `--from`, and install it anew"
        ),
    )


__all__ = ["RULES", "settled"]
