"""Makes the model of all declarations, and the table of their spans.

A declaration with an error is left out of the model, and with it all that refers to it: one mistake
stays one error, and checks see only what is whole.

An attribute may read an address that hosts are allotted, `hosts.dns[1].addresses.oam`. The first
that does has hosts and networks lowered and the addresses allotted on the spot; a host or a network
that itself needs an address is then found in the loop that it makes.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from functools import partial
from typing import Any, Protocol

from blueprint.diagnostics import names
from blueprint.evaluate.code import Stop
from blueprint.lower.asserts import check_assert
from blueprint.lower.cells import cells_of, names_of
from blueprint.lower.declaration import Keeps, Lowered, Lowering, Part
from blueprint.lower.hosts import Places, group_of
from blueprint.lower.whole import leave_out
from blueprint.model import Kind
from blueprint.model.addresses import Addresses
from blueprint.model.hosts import HostGroup
from blueprint.resolve.declarations import Declaration, Member
from blueprint.resolve.merge import node_of
from blueprint.resolve.modules import Module
from blueprint.resolve.world import World
from blueprint.source import Span
from blueprint.spans import Spans
from blueprint.values import Ip, Ref

Virtual = Mapping[Ref, list[Ip]]


class Allotted(Protocol):
    """The result of an allotment, as much of it as is needed here."""

    addresses: Addresses


#: Allots addresses to groups on networks, with the virtual addresses that are held back.
Allot = Callable[[Mapping[Ref, Kind], Mapping[Ref, HostGroup], Spans, Virtual], Allotted]


def _as_refs(value: Any) -> tuple[Ref, ...]:
    """One reference, which may stand for a list of it, or several."""
    if value is None:
        return ()
    return (value,) if isinstance(value, Ref) else tuple(value)


def lower(
    world: World, root: Module, allot: Allot, keeps: Keeps | None = None
) -> tuple[Lowered, Spans]:
    """The declarations of a blueprint and its modules as models; all, or those that are to be kept."""
    return Lowerer(world, root, allot, keeps).run()


class Lowerer:
    """One lowering of all declarations; each is lowered once, when first needed."""

    def __init__(
        self, world: World, root: Module, allot: Allot, keeps: Keeps | None = None
    ) -> None:
        self.world = world
        self.keeps = keeps
        self.allot = allot
        self.found = Lowered()
        self.modules = list(root.modules())
        self.declarations = [d for module in self.modules for d in module.declarations.values()]
        names = names_of(world, {d.ref: d for d in self.declarations})
        self.spans = Spans(self.found.spans, cells_of(world), names)
        self.done: set[Ref] = set()
        self.places: Places | None = None
        self.addresses: Addresses | None = None
        world.address_of = self.address_of

    def run(self) -> tuple[Lowered, Spans]:
        """Lowers everything, hosts last."""
        found = self.found
        for declaration in sorted(self.declarations, key=lambda d: d.kind == "hosts"):
            self.world.attempt(partial(self.lowered, declaration))
        found.things = {r: found.things[r] for r in self._in_source_order() if r in found.things}
        found.groups = {
            d.ref: found.groups[d.ref] for d in self.declarations if d.ref in found.groups
        }
        if found.damaged or self.world.has_errors:
            leave_out(found)
        return found, self.spans

    def lowered(self, declaration: Declaration) -> None:
        """Lowers a declaration unless it has been."""
        ref = declaration.ref
        if ref in self.done:
            return
        with self.world.needing(("lower", ref), str(ref), declaration.span):
            one = Lowering(self.world, declaration, self.found, self.keeps)
            if declaration.kind == "hosts":
                self._group(declaration, one.hosts())
            else:
                one.things()
        self.done.add(ref)

    def _group(self, declaration: Declaration, parts: list[Part]) -> None:
        if declaration.ref in self.found.damaged:
            return
        if self.places is None:
            self.places = Places(dict(self._sites()))
        before = len(self.world.diagnostics)
        group = group_of(declaration, parts, self.places, self.spans.at, self.world.report)
        if len(self.world.diagnostics) == before:
            self.found.groups[declaration.ref] = group
        else:
            self.found.damaged.add(declaration.ref)

    def _sites(self) -> Iterator[tuple[Ref, tuple[list[str], dict[str, tuple[Ref, ...]]]]]:
        """Sites with the labels of their racks and the racks of their zones, read without the rest."""
        for member in self._members("site"):
            node = node_of(member)
            zones = {
                label: _as_refs(self._field(member, ("zone", label, "racks")))
                for label in node.labelled.get("zone", ())
            }
            yield member.ref, (list(node.labelled.get("rack", ())), zones)

    def _members(self, kind: str) -> Iterator[Member]:
        for declaration in self.declarations:
            if declaration.kind == kind:
                yield from declaration.members.values()

    def _field(self, member: Member, path: tuple[str, ...]) -> Any:
        """A field of a member, or None where it is unset or wrong; that is reported elsewhere."""
        declaration = member.origin.owner
        try:
            return declaration.module.references.field(member.ref, path, declaration.span)
        except Stop:
            return None

    def _in_source_order(self) -> Iterable[Ref]:
        for declaration in self.declarations:
            for member in declaration.members.values():
                yield member.ref

    # -------------------------------------------------------------------------------- addresses in values

    def address_of(self, host: str, network: str, span: Span) -> Ip:
        """The address of a host on a network, for an attribute that reads it."""
        if self.addresses is None:
            with self.world.needing("addresses", "addresses", span):
                for declaration in self.declarations:
                    if declaration.kind in ("network", "hosts"):
                        self.lowered(declaration)
                found = self.found
                made = self.allot(found.things, found.groups, self.spans, self._virtual())
            self.addresses = made.addresses
        address = self.addresses.of(Ref(host), Ref(network))
        if address is not None:
            return address
        if Ref(host).family in self.found.damaged or Ref(network) in self.found.damaged:
            raise Stop
        known = [ref.name for ref, table in self.addresses.tables.items() if Ref(host) in table]
        raise Stop(names.no_address(span, host, network, known))

    def _virtual(self) -> Virtual:
        """The virtual addresses of layers, which hosts do not get, read without the rest of the layers."""
        found: dict[Ref, list[Ip]] = {}
        for member in self._members("openstack"):
            for side in ("internal", "public"):
                network = self._field(member, ("api", side, "network"))
                vip = self._field(member, ("api", side, "vip"))
                if network is not None and vip is not None:
                    found.setdefault(network, []).append(vip)
        for member in self._members("kubernetes"):
            vip = self._field(member, ("api", "vip"))
            network = self._field(member, ("api", "network"))
            network = network or self._field(member, ("node_network",))
            pairs = [(network, vip)]
            for label in node_of(member).labelled.get("gateway", ()):
                inside = ("gateway", label)
                near = self._field(member, (*inside, "network"))
                pairs.append((near, self._field(member, (*inside, "address"))))
            for on, address in pairs:
                if on is not None and address is not None:
                    found.setdefault(on, []).append(address)
        for member in self._members("starlingx"):
            network = self._field(member, ("networks", "oam"))
            if network is not None:
                found.setdefault(network, []).extend(self._of_controllers(member))
        return found

    def _of_controllers(self, member: Member) -> Iterator[Ip]:
        """The addresses of a StarlingX system that people reach it at: stated ones, and those next to them."""
        floating, node0, node1 = (
            _as_addresses(self._field(member, ("oam", name)))
            for name in ("floating", "node0", "node1")
        )
        yield from (*floating, *node0, *node1)
        if self._field(member, ("config",)) != "aio_sx":
            for number, stated in enumerate((node0, node1), start=1):
                yield from () if stated else (address + number for address in floating)


def _as_addresses(value: Any) -> tuple[Ip, ...]:
    """One address or several, as they are before they are validated."""
    return () if value is None else tuple(value) if isinstance(value, list | tuple) else (value,)


__all__ = ["Lowered", "check_assert", "lower"]
