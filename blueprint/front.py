"""The first half of the pipeline, in two steps: the structure of a blueprint, and its things with their addresses.

With the structure, names are resolved and families are spread out. No value but those that shape families
is worked out yet, and no model is made: whoever asks for one field has just that one evaluated. So
`oib explain` answers without the second step, unless it is asked for an address.
"""

from __future__ import annotations

import gc
from collections.abc import Iterator
from contextlib import contextmanager
from functools import partial
from typing import TYPE_CHECKING, NamedTuple, Protocol

from blueprint.diagnostics import Diagnostic
from blueprint.loader import SOURCE_LIMIT, Loader
from blueprint.recursion import room_to_recurse
from blueprint.resolve.modules import Module
from blueprint.resolve.rows import RowUses
from blueprint.resolve.world import Enough, Options, World
from blueprint.syntax.parser import parse

if TYPE_CHECKING:
    from blueprint.allot import Allotment
    from blueprint.lock import Lock
    from blueprint.lower.lower import Lowered
    from blueprint.resolve.declarations import Member
    from blueprint.spans import Spans


class Progress(Protocol):
    """Told what a run is at, and of long work how much is done of how much."""

    def __call__(self, what: str, done: int = 0, total: int = 0, /) -> None:
        """A phase begins or goes on."""
        ...


def silent(_what: str, _done: int = 0, _total: int = 0, /) -> None:
    """Progress that nobody watches."""


class Some(Protocol):
    """The declarations that are evaluated, where not all of them are."""

    def keeps(self, member: Member, /) -> bool:
        """Whether a declaration is one of them."""
        ...

    def locked(self, lock: Lock | None, /) -> Lock | None:
        """The part of the lock that is theirs."""
        ...


class Opened(NamedTuple):
    """A blueprint whose structure is known: its title, its modules and all that they declare."""

    world: World
    root: Module
    name: str
    title: str | None


def opened(
    loader: Loader,
    options: Options,
    progress: Progress,
    *,
    is_traced: bool = False,
    rows: RowUses | None = None,
) -> tuple[Opened | None, list[Diagnostic]]:
    """The structure of a blueprint; none where its main file can't be read at all.

    With `rows` declarations are made for those rows of data files only.
    """
    progress("reading the blueprint")
    source = loader.text(loader.main, None, SOURCE_LIMIT)
    if isinstance(source, Diagnostic):
        return None, [source]
    outcome = parse(source)
    world = World(loader, options, list(outcome.diagnostics))
    world.trace.is_on = is_traced
    if rows is not None:
        world.rows = rows
    if outcome.value is None:
        return None, world.diagnostics
    progress("resolving names")
    try:
        root = Module(world, outcome.value, "", {}, None)
        name, title = root.check_header()
        root.take_options()
        root.check_environments()
        root.expand()
    except Enough:
        return None, world.diagnostics
    return Opened(world, root, name, title), world.diagnostics


class Addressed(NamedTuple):
    """The things of a blueprint as models, where their fields stood, and the addresses of hosts."""

    lowered: Lowered
    spans: Spans
    allotment: Allotment
    lock: Lock | None


def addressed(structure: Opened, some: Some | None = None) -> Addressed:
    """Evaluates everything, or some declarations, and gives the hosts their addresses."""
    from blueprint.allot import allot
    from blueprint.lock import read_lock
    from blueprint.lower.lower import lower

    world = structure.world
    lock = read_lock(world.loader)
    if isinstance(lock, Diagnostic):
        world.report(lock)
        lock = None
    if some is not None:
        lock = some.locked(lock)
    lowered, spans = lower(
        world, structure.root, partial(allot, lock=lock), some.keeps if some else None
    )
    if any(thing.kind == "workload" for thing in lowered.things.values()):
        from blueprint.manifests.reading import read_manifests

        read_manifests(world.loader, world.report, lowered.things, lowered.spans, spans)
    return Addressed(lowered, spans, allot(lowered.things, lowered.groups, spans, lock=lock), lock)


@contextmanager
def room_to_work() -> Iterator[None]:
    """Nothing of a compile is garbage before its end, and collecting doubles its time; room to recurse."""
    was_enabled = gc.isenabled()
    gc.disable()
    try:
        with room_to_recurse():
            yield
    finally:
        if was_enabled:
            gc.enable()
