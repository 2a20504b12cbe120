"""Proves a blueprint again of which a few rows of a data file have changed, by those rows alone.

A compile of everything in which nothing was wrong leaves a register (`blueprint/output/register.py`). A later
run that makes only layers of a few rows, and in whose sources nothing but cells with addresses has changed,
evaluates the declarations of those rows and the ones that are made for no row. Checks and targets then run on
this smaller model as they are, so a row is held for real against itself and against all that rows have in
common. What is left is that a changed row meets another row, and that needs no check: rows are only ever
compared by addresses that are equal, overlap, or hold each other, so a change whose addresses, old and new,
are apart from all that other rows claim makes no difference to any of them.

Whatever else a change does is proved by the whole, quietly: another type of cell, another column read by
other declarations, a row that others refer to, an address on a network that rows share, any diagnostic at all.
As it is the register that says what the whole gave before, it is asked too: the layer as it was is emitted of
the smaller model, and must be the files that the whole made. A target that looks at other rows is caught by that.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from blueprint.evaluate.data import Row, Table
from blueprint.footprint import Change, Footprint, Interval, changes, interval_of
from blueprint.front import Opened
from blueprint.lock import Lock
from blueprint.model import Model, Network
from blueprint.output.layout import folder_of
from blueprint.output.register import Claims, Emitted, Register
from blueprint.resolve.declarations import Member
from blueprint.resolve.rows import EVERYTHING, RowId, RowUses, holder, owners
from blueprint.resolve.world import World
from blueprint.values import Mac, Ref

#: Fewer rows are proved whole as quickly.
WORTH_REGISTERING = 32
#: More rows than one in so many are proved whole.
_SHARE = 8


# -------------------------------------------------------------------------------- after a whole compile


def registered(world: World, model: Model, digests: Mapping[Ref, str]) -> Register | None:
    """The register of a blueprint in which nothing is wrong; None where rows can't be told apart.

    `digests` are those of the files of layers.
    """
    known, tables = owners(world.things)
    crossed = frozenset(world.rows.crossed)
    rows = set(known.values())
    is_told = {row.path for row in rows} == set(tables) and all(
        world.rows.readings.get(path) == 1 and isinstance(table, Table)
        for path, table in tables.items()
    )
    if len(rows) < WORTH_REGISTERING or EVERYTHING in crossed or not is_told:
        return None
    common, by_row = Footprint(), {row: Footprint() for row in rows}
    for ref, value in _parts(model):
        row = known.get(ref)
        (common if row is None else by_row[row]).add(value)
    for host, interval in _allotted(model):
        if host in known:
            by_row[known[host]].intervals.add(interval)
    leads = _Leads(world, known)
    if any(leads.into_rows(each) for each in common.refs):
        return None
    tied: set[RowId] = set()
    for row, found in by_row.items():
        for each in found.refs:
            for other in leads.into_rows(each):
                if other != row:
                    tied |= {row, other}
    layers = {
        folder_of(layer): Emitted(known[layer], digest)
        for layer, digest in digests.items()
        if layer in known
    }
    claims = {
        row: Claims(
            tuple(n for each in sorted(found.intervals) for n in each), tuple(sorted(found.macs))
        )
        for row, found in sorted(by_row.items())
    }
    texts = {path: table.source.text for path, table in sorted(tables.items())}
    return Register(texts, claims, frozenset(tied), crossed, layers)


def _parts(model: Model) -> Iterator[tuple[Ref, Any]]:
    """All declarations, hosts one by one."""
    yield from model.things.items()
    for group in model.groups.values():
        for host in group:
            yield host.ref, host


def _allotted(model: Model) -> Iterator[tuple[Ref, Interval]]:
    """Hosts and the addresses that they are given."""
    for tables in (model.addresses.tables, model.addresses.tables6):
        for table in tables.values():
            for host, assignment in table.items():
                found = interval_of(assignment.address)
                assert found is not None, assignment
                yield host, found


class _Leads:
    """Which rows references lead to."""

    def __init__(self, world: World, known: Mapping[str, RowId]) -> None:
        self.world = world
        self.known = known
        self._found: dict[str, tuple[RowId, ...]] = {}

    def into_rows(self, ref: str) -> tuple[RowId, ...]:
        """The rows whose declarations a reference names: none, one, or those of a family."""
        row = self.known.get(ref)
        if row is not None:
            return (row,)
        found = self._found.get(ref)
        if found is None:
            found = self._found[ref] = self._looked_up(ref)
        return found

    def _looked_up(self, ref: str) -> tuple[RowId, ...]:
        held = holder(ref, self.world.things, self.world.families)
        if held is None:
            return ()
        if held in self.known:
            return (self.known[held],)
        family = self.world.families.get(held)
        members: Iterable[Member] = family.members.values() if family is not None else ()
        return tuple({self.known[each.ref] for each in members if each.ref in self.known})


# -------------------------------------------------------------------------------- before one of a few rows


@dataclass
class Selection:
    """The rows that a run proves, among all that a blueprint has."""

    register: Register
    rows: frozenset[RowId]
    #: Folders of the layers that are asked for.
    asked: tuple[str, ...]
    known: Mapping[str, RowId] = field(repr=False)

    def keeps(self, member: Member) -> bool:
        """Whether a declaration is of one of the rows, or of none."""
        row = self.known.get(member.ref)
        return row is None or row in self.rows

    def locked(self, lock: Lock | None) -> Lock | None:
        """The lock without hosts of rows that are not looked at: they are not gone."""
        if lock is None:
            return None
        second = None
        if lock.second is not None:
            second = Lock(self._locked(lock.second.hosts), lock.second.retired)
        return Lock(self._locked(lock.hosts), lock.retired, second)

    def _locked(self, tables: Mapping[str, Mapping[str, int]]) -> dict[str, dict[str, int]]:
        rows = self.rows
        found = {
            network: {
                host: number
                for host, number in table.items()
                if (row := self.known.get(host)) is None or row in rows
            }
            for network, table in tables.items()
        }
        return {network: table for network, table in found.items() if table}


@dataclass
class Asked:
    """What is asked for of a blueprint as it is now, before it is known what has changed."""

    register: Register
    folders: tuple[str, ...]
    rows: frozenset[RowId]
    #: Which row each declaration is made for, and the rows by path and number.
    known: Mapping[str, RowId] = field(repr=False)
    table_of: Mapping[str, Table] = field(repr=False)
    positions: Mapping[Ref, int] = field(repr=False)

    def rows_before(self) -> RowUses:
        """The rows of the blueprint as it was that are looked at: those asked for, and those that differ."""
        now = {(path, row.number): row for path, table in self.table_of.items() for row in table}

        def only(row: Row) -> bool:
            place = RowId(row.table.source.path, row.number)
            return place in self.rows or now.get(place) != row

        return RowUses(only=only, positions=self.positions)


def asked_for(becomes: Opened, register: Register, only: Sequence[str]) -> Asked | None:
    """What `--only` names; None where that is not a layer of a row that the register knows."""
    folders = []
    for text in only:
        try:
            folder = folder_of(Ref(text))
        except ValueError:
            return None
        if folder not in register.layers:
            return None
        folders.append(folder)
    things = becomes.world.things
    known, tables = owners(things)
    if set(tables) != set(register.texts) or set(known.values()) != set(register.claims):
        return None
    positions = {Ref(ref): things[ref].position for ref in known}
    rows = frozenset(register.layers[folder].row for folder in folders)
    return Asked(register, tuple(folders), rows, known, tables, positions)


def selected(was: Opened, becomes: Opened, asked: Asked) -> Selection | None:
    """The rows that have changed and those that are asked for; None where the whole is to be proved."""
    register = asked.register
    crossed = register.crossed | becomes.world.rows.crossed | was.world.rows.crossed
    known_before, tables_before = owners(was.world.things)
    if EVERYTHING in crossed:
        return None
    rows = set(asked.rows)
    for path, table in asked.table_of.items():
        if (
            path not in tables_before
        ):  # none of its rows is looked at; one without declarations may differ
            if table.source.text != register.texts[path]:
                return None
            continue
        columns = _changed(path, tables_before[path], table, rows)
        if columns is None or columns & crossed:
            return None
    is_few = len(rows) * _SHARE <= len(register.claims)
    if not is_few or rows & register.tied:
        return None
    if {ref: row for ref, row in asked.known.items() if row in rows} != known_before:
        return None
    return Selection(register, frozenset(rows), asked.folders, asked.known)


def _changed(path: str, was: Table, becomes: Table, rows: set[RowId]) -> set[str] | None:
    """The columns in which two tables differ; rows that do are added. None where it is not by addresses alone."""
    if len(was) != len(becomes) or was.key != becomes.key:
        return None
    columns: set[str] = set()
    for old, new in zip(was, becomes, strict=True):
        if not isinstance(old, Row) or not isinstance(new, Row) or old.number != new.number:
            return None
        if old == new:
            continue
        rows.add(RowId(path, new.number))
        if list(old) != list(new):
            return None
        for name, cell in new.items():
            if old[name] == cell:
                continue
            if type(cell) is not Mac and interval_of(cell) is None:
                return None
            columns.add(name)
    return columns


def is_apart(was: Model, becomes: Model, selection: Selection, world: World) -> bool:
    """Whether nothing differs between two models but addresses of the rows, and these meet no other row."""
    leads = _Leads(world, selection.known)
    whole = Footprint()
    for _, value in _parts(becomes):
        whole.add(value)
    if any(row not in selection.rows for ref in whole.refs for row in leads.into_rows(ref)):
        return False
    old, new = dict(_parts(was)), dict(_parts(becomes))
    if list(old) != list(new) or was.addresses != becomes.addresses or was.name != becomes.name:
        return False
    found: list[Change] = []
    for ref, value in new.items():
        for change in changes(old[ref], value):
            if change is None or ref not in selection.known:
                return False
            found.append(change)
    return _meets_nobody(found, was, becomes, selection)


def _meets_nobody(
    found: Sequence[Change], was: Model, becomes: Model, selection: Selection
) -> bool:
    """Whether changed addresses, as they were and as they are, are apart from what other rows claim.

    What is worked out of an address, such as those of the controllers beside a floating one, lies on its
    network. So of an address on a network of the row, all of that network must be apart, and one on a
    network that rows share is not told by its own number.
    """
    macs: set[str] = set()
    intervals: set[Interval] = set()
    for value in (each for change in found for each in change):
        interval = interval_of(value)
        if interval is None:
            macs.add(value)
            continue
        intervals.add(interval)
        for model in (was, becomes):
            for ref, network in model.of(Network).items():
                for subnet in network.subnets:
                    around = interval_of(subnet)
                    if around is None or not around.meets(interval):
                        continue
                    if ref not in selection.known:
                        return False
                    intervals.add(around)
    for row, claims in selection.register.claims.items():
        if row in selection.rows:
            continue
        if not macs.isdisjoint(claims.macs):
            return False
        numbers = iter(claims.numbers)
        for first in numbers:
            last = next(numbers)
            for each in intervals:
                if each.first <= last and first <= each.last:
                    return False
    return True


__all__ = ["Asked", "Selection", "asked_for", "is_apart", "registered", "selected"]
