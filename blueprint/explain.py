"""The causes of a value: which text, cell, parameter, default or lock entry had a hand in it.

Worked out when somebody asks, by evaluating just the fields in question with the trace on. An
address of a host has causes of its own: what states or locks it, and the network that it is from.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import suppress
from decimal import Decimal
from functools import cached_property
from typing import Any, NamedTuple

from blueprint import typesys as ts
from blueprint.diagnostics import Diagnostic
from blueprint.evaluate.code import Stop
from blueprint.front import Opened, addressed, opened, room_to_work, silent
from blueprint.loader import Loader, lock_beside
from blueprint.lock import Lock, read_lock
from blueprint.resolve.declarations import Member, Node
from blueprint.resolve.merge import node_of
from blueprint.resolve.values import attribute_value
from blueprint.resolve.world import Enough, Options, Site
from blueprint.shape import KINDS, Shape, fields_of
from blueprint.source import Span
from blueprint.syntax import ast
from blueprint.values import Ref

#: What decides which addresses of a network hosts get.
NETWORK_FIELDS = ("cidr", "cidr6", "gateway", "gateway6", "reserved", "allot", "dhcp")


class CauseSite(NamedTuple):
    """One place that had a hand in a value, and in which way."""

    span: Span | None
    text: str


class Front:
    """A blueprint's structure; everything else of it is worked out only where a value reads an address."""

    def __init__(self, structure: Opened) -> None:
        self.world = structure.world
        self._structure = structure
        self.world.address_of = self._address_of

    @cached_property
    def lock(self) -> Lock | None:
        """The lock file, where there is a sound one."""
        found = read_lock(self.world.loader)
        return None if isinstance(found, Diagnostic) else found

    def _address_of(self, host: str, network: str, span: Span) -> Any:
        addressed(self._structure)  # lowering takes the question over
        assert self.world.address_of is not None
        return self.world.address_of(host, network, span)


def causes_of(loader: Loader, options: Options, paths: Sequence[str]) -> tuple[CauseSite, ...]:
    """Every place that had a hand in the values at these model paths, each once."""
    with room_to_work():
        structure, _ = opened(loader, options, silent, is_traced=True)
        if structure is None:
            return ()
        try:
            found = causes(Front(structure), [Ref(path) for path in paths])
            return tuple(CauseSite(span, text) for span, text in found)
        except Enough:
            return ()


def causes(front: Front, paths: Iterable[Ref]) -> Iterator[tuple[Span | None, str]]:
    """The places behind the values at model paths, each once, in the order of discovery."""
    seen: set[tuple[Span | None, str]] = set()
    for path in paths:
        for span, text in _of_path(front, path):
            if (span, text) not in seen:
                seen.add((span, text))
                yield span, text


def _of_path(front: Front, path: Ref) -> Iterator[tuple[Span | None, str]]:
    member, rest = _member_at(front, path)
    if member is None:
        return
    declaration = member.origin.owner
    node = node_of(member)
    yield node.head, f"declares `{member.ref}`"
    for name, span in node.layers:
        yield span, f"template `{name}`"
    if rest and member.ref.endswith("]"):
        yield from _of_key(front, member)
    if declaration.kind == "hosts" and rest[:1] == ("address",):
        yield from _of_address(front, member, rest[-1])
        return
    if not rest:
        yield from _of_key(front, member)
        return
    yield from _of_field(front, member, rest)


def _member_at(front: Front, path: Ref) -> tuple[Member | None, tuple[str, ...]]:
    """The longest address of a thing at the start of a path, and what follows it."""
    parts = path.parts
    things, families = front.world.things, front.world.families
    for end in range(len(parts), 1, -1):
        ref = ".".join(parts[:end])
        if ref in things:
            return things[ref], _names(parts[end:])
        family = families.get(ref)
        if family is not None and family.first is not None:
            return family.first, _names(parts[end:])
    return None, ()


def _names(parts: Iterable[str]) -> tuple[str, ...]:
    """The parts of a path as a block holds them: labels without their quotes."""
    return tuple(re.sub(r"\\(.)", r"\1", p[1:-1]) if p.startswith('"') else p for p in parts)


def _of_field(
    front: Front, member: Member, path: tuple[str, ...]
) -> Iterator[tuple[Span | None, str]]:
    """The causes of one field, or of all fields of a nested block."""
    node = node_of(member)
    inner = node.at(path)
    if inner is not None:
        yield inner[0].head, f"the block `{'.'.join(path)}`"
        for name in inner[0].assigns:
            yield from _traced(front, member, (*path, name))
        return
    around = node.at(path[:-1])
    if around is not None and path[-1] in around[0].maps:
        yield from _of_map(front, member, path)
        return
    if around is not None and around[0] is not node:
        yield around[0].head, f"the block `{'.'.join(path[:-1])}`"
    yield from _traced(front, member, path)


def _of_map(
    front: Front, member: Member, path: tuple[str, ...], wanted: str | None = None
) -> Iterator[tuple[Span | None, str]]:
    """The causes of a map that is written as a block, or of one entry of it."""
    found = node_of(member).at(path[:-1])
    if found is None:
        return
    module, env = member.origin.owner.module, {**member.env, **found[1]}
    trace = front.world.trace
    for body, scope, head in found[0].maps.get(path[-1], ()):
        yield head, f"the block `{'.'.join(path)}`"
        for entry in body.entries:
            if not isinstance(entry, ast.AttributeDecl) or wanted not in (None, entry.name):
                continue
            yield entry.span, f"states `{entry.name}`"
            with trace.inner() as sites:
                with suppress(Stop):
                    module.code(entry.value, scope, ts.ANY).run(dict(env))
                read = list(sites)
            trace.sites.clear()
            for site in read:
                yield site.span, _words(site, member, path)


def _traced(
    front: Front, member: Member, path: tuple[str, ...]
) -> Iterator[tuple[Span | None, str]]:
    trace = front.world.trace
    with trace.inner() as sites:
        with suppress(Stop):
            if _is_open(member, path):
                yield from _of_open(member, path)
            else:
                attribute_value(member, path)
        found = list(sites)
    trace.sites.clear()
    for site in found:
        yield site.span, _words(site, member, path)


def _is_open(member: Member, path: tuple[str, ...]) -> bool:
    found = node_of(member).at(path[:-1])
    return found is not None and found[0].model is None


def _of_open(member: Member, path: tuple[str, ...]) -> Iterator[tuple[Span | None, str]]:
    """An option that passes through to a tool."""
    from blueprint.resolve.values import run_assigns

    found = node_of(member).at(path[:-1])
    assigns = found[0].assigns.get(path[-1]) if found else None
    if found and assigns:
        yield assigns[-1].decl.span, "an option that passes through to the tool"
        run_assigns(assigns, ts.ANY, {**member.env, **found[1]}, member.origin.owner.module)


def _words(site: Site, member: Member, path: tuple[str, ...]) -> str:
    field = ".".join(path)
    match site.role:
        case "attribute":
            return f"states `{site.name}`"
        case "default" if site.name == field:
            return f"`{site.name}` is unset here: the default of the language holds{_default(member, path)}"
        case "default":
            return f"the default of the parameter `{site.name}`"
        case "let":
            return f"`let {site.name}`"
        case "cell":
            return f"the cell `{site.name}`"
        case "environment":
            return f"the environment sets `{site.name}`"
        case "--set" | "--env":
            return f"{site.role} {site.name}"
        case "module parameter":
            return f"`use` sets `{site.name}`"
    if site.role.startswith("template "):
        return f"states `{site.name}` in {site.role}"
    return f"{site.role} sets `{site.name}`"


def _default(member: Member, path: tuple[str, ...]) -> str:
    """The default at a path, as part of a sentence; empty where it has none that a word can say."""
    shape: Shape | None = member.origin.owner.model
    value: Any = None
    rest = list(path)
    while rest and shape is not None:
        found = fields_of(shape).get(rest.pop(0))
        if found is None:
            return ""
        if found.form == "labelled" and rest:
            rest.pop(0)
        value = found.default if found.form in ("attribute", "choice") else None
        shape = found.choices.get(value) if found.form == "choice" else None
        shape = shape or (found.block[0] if found.block else None)
    if isinstance(value, bool):
        return f", `{str(value).lower()}`"
    return f", `{value}`" if isinstance(value, str | int | Decimal) and value != "" else ""


def _of_key(front: Front, member: Member) -> Iterator[tuple[Span | None, str]]:
    """What makes a member of a family be there."""
    declaration = member.origin.owner
    for name in declaration.model.structural:
        if name in node_of(member).assigns:
            yield from _structural(front, member, name)


def _structural(front: Front, member: Member, name: str) -> Iterator[tuple[Span | None, str]]:
    trace = front.world.trace
    with trace.inner() as sites:
        with suppress(Stop):
            member.origin.owner.module.references.structural(
                member, name, fields_of(KINDS["hosts"])[name].type
            )
        found = list(sites)
    trace.sites.clear()
    for site in found:
        yield site.span, _words(site, member, (name,))


def _of_address(front: Front, member: Member, network: str) -> Iterator[tuple[Span | None, str]]:
    """Why a host has its address on a network; of a network of both families, its two addresses.

    What is stated needs no lock and what is locked is not allotted, so nothing has to be allotted here.
    """
    networks = [d for d in front.world.families.values() if d.kind == "network"]
    wanted = next((d.ref for d in networks if d.name == network), None)
    home = front.world.things.get(wanted) if wanted is not None else None
    if home is None:
        return
    families = 2 if "cidr6" in node_of(home).assigns else 1
    if network in _stated(member):
        yield from _of_map(front, member, ("address",), network)
        yield from _traced(front, member, ("address",))
        families -= 1
    lock = front.lock
    tables = () if lock is None else (lock.hosts, *((lock.second.hosts,) if lock.second else ()))
    locked = sum(member.ref in table.get(str(wanted), {}) for table in tables)
    if families and locked:
        beside = lock_beside(front.world.loader.main)
        yield None, f"{beside}: the entry of `{member.ref}` on `{wanted}`"
    if families > locked:
        yield from _of_key(front, member)
    node: Node = node_of(home)
    for name in NETWORK_FIELDS:
        if name in node.assigns:
            yield from _traced(front, home, (name,))


def _stated(member: Member) -> Mapping[str, Any]:
    """The addresses that a host states, by network."""
    try:
        value = attribute_value(member, ("address",))
    except Stop:  # it is written as a block, or not at all
        found = node_of(member).maps.get("address", ())
        return {e.name: e for body, _, _ in found for e in body.entries if hasattr(e, "name")}
    return value if isinstance(value, dict) else {}
