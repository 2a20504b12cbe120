"""What is judged: the model as rules read it, each thing with its address, and the trace of what was read."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from functools import cached_property, partial
from typing import Any

from blueprint.conform.members import Member, members_of
from blueprint.evaluate.code import Absent, Stop
from blueprint.model import Host, Hosts, Model
from blueprint.model.ceph import Ceph
from blueprint.model.kubernetes import Kubernetes
from blueprint.model.openstack import OpenStack
from blueprint.model.schema import Block, fields_from_files
from blueprint.model.workload import Workload
from blueprint.resolve.world import Trace
from blueprint.source import Span
from blueprint.spans import Spans
from blueprint.values import Ref, labelled

#: Columns of a host that stand in a block of it.
_COLUMNS: Mapping[tuple[tuple[str, ...], str], str] = {
    (("bmc",), "address"): "bmc_address",
    (("bmc",), "credentials"): "bmc_credentials",
    (("boot",), "mac"): "boot_mac",
    (("boot",), "switch"): "switch",
    (("boot",), "switch_mac"): "switch_mac",
    (("boot",), "switch_port"): "switch_port",
}
_PARTS = frozenset({"nic", "disk", "gpu", "device"})


class Located(Ref):
    """A thing or a block of the model by its address; equal to what has the same address."""

    __slots__ = ("owner", "path", "thing", "values")

    thing: Any
    owner: Ref
    path: tuple[str, ...]
    #: What has been read of it.
    values: dict[str, Any]


def located(address: str, thing: Any, owner: Ref, path: tuple[str, ...]) -> Located:
    """A thing at an address."""
    made = Located(address)
    made.thing, made.owner, made.path, made.values = thing, owner, path, {}
    return made


class Subject:
    """A model as rules see it. `facts` notes what is read, with its value, where somebody wants to know."""

    def __init__(self, model: Model, spans: Spans, trace: Trace) -> None:
        self.model = model
        self.spans = spans
        self.trace = trace
        self.facts: dict[tuple[str, ...], Any] | None = None
        #: Whether reads are noted, as facts or as causes; else what was read before is at hand.
        self.is_watched = False
        #: Workloads whose objects were asked for and can't be seen, since their charts are not rendered;
        #: how often that was; and whether such workloads are left out.
        self.unseen: dict[str, Workload] = {}
        self.unseen_reads = 0
        self.hides_unrendered = False
        self._kinds: dict[str, tuple[Located, ...]] = {}
        self._found: dict[str, Located | None] = {}
        self._labelled: dict[tuple[str, str], tuple[Located, ...]] = {}
        self._hosts: dict[str, tuple[Located, ...]] = {}
        self._users: tuple[tuple[Located, frozenset[str]], ...] | None = None

    # ---------------------------------------------------------------------------------------- things

    def of(self, kind: str) -> tuple[Located, ...]:
        """Everything of a kind, in the order of the source; hosts one by one."""
        found = self._kinds.get(kind)
        if found is None:
            if kind == "hosts":
                things = [self._thing(ref) for ref in self.model.host]
            else:
                things = [
                    self._thing(ref) for ref, t in self.model.things.items() if t.kind == kind
                ]
            found = tuple(t for t in things if t is not None)
            self._kinds[kind] = found
        if self.hides_unrendered and kind == Workload.kind:
            found = tuple(t for t in found if t.thing.is_rendered)
        if self.facts is not None:
            self.facts[kind,] = found
        return found

    def _thing(self, ref: str) -> Located | None:
        if ref not in self._found:
            self._found[ref] = self._look_up(Ref(ref))
        return self._found[ref]

    def _look_up(self, ref: Ref) -> Located | None:
        model = self.model
        thing: Any = model.things.get(ref) or model.host.get(ref)
        if thing is not None:
            return located(ref, thing, ref, ())
        parts = ref.parts
        for end in range(len(parts) - 2, 1, -2):
            owner = self._thing(".".join(parts[:end]))
            if owner is None:
                continue
            found: Located = owner
            for name, label in zip(parts[end::2], parts[end + 1 :: 2], strict=False):
                inside = next(
                    (b for b in self.labelled(found, name) if Ref(b).parts[-1] == label), None
                )
                if inside is None:
                    return None
                found = inside
            return found
        return None

    def at(self, ref: Ref, around: Located) -> Located:
        """What a reference of a thing names; parts of hardware are looked up in the thing's own."""
        word = ref.parts[0]
        if word in _PARTS and len(ref.parts) == 2:
            return self._part(ref, word, around)
        found = self._thing(ref)
        return located(ref, None, Ref(ref), ()) if found is None else found

    def _part(self, ref: Ref, word: str, around: Located) -> Located:
        owner = (
            around.thing if isinstance(around.thing, Host) else self.model.host.get(around.owner)
        )
        if owner is None and isinstance(self.model.things.get(around.owner), Ceph):
            cluster: Any = self.model.things[around.owner]
            owner = next(iter(self.model.hosts(cluster.osds)), None)
        if owner is not None:
            home = self._thing(owner.spec.hardware)
            label = ref.name
            blocks = self.labelled(home, word) if home is not None else ()
            for block in blocks:
                if block.path[-1] == label:
                    return block
        return located(ref, None, Ref(ref), ())

    def hosts(self, selection: Iterable[str]) -> tuple[Located, ...]:
        """The single hosts that a role names."""
        wanted = tuple(selection)
        token = "\0".join(wanted)
        found = self._hosts.get(token)
        if found is None:
            things = (self._thing(host.ref) for host in self.model.hosts(wanted))
            found = tuple(dict.fromkeys(t for t in things if t is not None))
            self._hosts[token] = found
        return found

    def labelled(self, around: Located, name: str) -> tuple[Located, ...]:
        """The labelled blocks of a name in a thing."""
        token = (str(around), name)
        found = self._labelled.get(token)
        if found is None:
            holder = around.thing.spec if isinstance(around.thing, Host) else around.thing
            member = members_of(_class(holder)).get(name)
            table = getattr(holder, member.attribute) if member else {}
            found = tuple(
                located(
                    labelled(around, name, label), block, around.owner, (*around.path, name, label)
                )
                for label, block in (table or {}).items()
            )
            self._labelled[token] = found
        return found

    # ----------------------------------------------------------------------------------------- reading

    def read(self, thing: Located, name: str) -> Any:
        """The value of a member of a thing. Raises Absent where it has none."""
        value = thing.values.get(name, UNREAD)
        if value is UNREAD:
            value = self._read(thing, name)
            if self._is_unseen(thing, name):
                self.unseen[str(thing)] = thing.thing
                self.unseen_reads += 1
            else:
                thing.values[name] = value
        if self.is_watched:
            self._note(thing, name, value)
        if value is None:
            raise Absent
        return value

    @cached_property
    def has_unseen(self) -> bool:
        """Whether there are workloads that only name a chart: what is in it can't be told."""
        return any(not workload.is_rendered for workload in self.model.of(Workload).values())

    def _is_unseen(self, thing: Located, name: str) -> bool:
        holder = thing.thing
        return (
            isinstance(holder, Workload)
            and not holder.is_rendered
            and name in fields_from_files(Workload)
        )

    def _note(self, thing: Located, name: str, value: Any) -> None:
        """Notes what was read, for whoever wants to know."""
        if self.facts is not None:
            self.facts[(str(thing.owner), *thing.path, name)] = None if value is None else value
        if self.trace.is_on and len(self.trace.sites) < READS and not _is_inside(thing, value):
            self.trace.add(
                "read",
                partial(self.span, thing.owner, *thing.path, name),
                f"{thing}\0{name}\0{self._is_derived(thing, name):d}\0{_leads_on(value):d}\0{_shown(value)}",
            )

    def _is_derived(self, thing: Located, name: str) -> bool:
        holder = thing.thing
        member = members_of(Hosts if isinstance(holder, Host) else _class(holder)).get(name)
        return member is not None and member.form == "derived"

    def span(self, ref: Ref, *path: str) -> Span | None:
        """Where a field stands, or the nearest thing around it."""
        try:
            return self.spans.at(ref, *path)
        except KeyError:
            return None

    def _read(self, thing: Located, name: str) -> Any:
        holder = thing.thing
        if holder is None:
            raise Stop
        is_host = isinstance(holder, Host)
        model = Hosts if is_host else _class(holder)
        member = members_of(model).get(name)
        if member is None:
            return None
        if member.form == "derived":
            return self._derived(thing, name)
        if is_host:
            own = _own_of_host(holder, name)
            value = getattr(holder.spec, member.attribute) if own is _NOT_OWN else own
        else:
            column = _COLUMNS.get((thing.path, name))
            host = self.model.host.get(thing.owner) if column else None
            value = (
                getattr(host, column)
                if host is not None and column
                else getattr(holder, member.attribute)
            )
        return None if value is None else self._as_seen(thing, member, value)

    def _as_seen(self, thing: Located, member: Member, value: Any) -> Any:
        match member.form:
            case "value":
                return value
            case "thing":
                return self.at(value, thing)
            case "things":
                refs = tuple(value)
                if _names_hosts(member):
                    return self.hosts(refs)
                return tuple(self.at(ref, thing) for ref in refs)
            case "block":
                return located(
                    f"{thing}.{member.name}", value, thing.owner, (*thing.path, member.name)
                )
            case "labelled":
                return self.labelled(thing, member.name)
            case "choice":
                return value.choice
        raise AssertionError(member.form)

    def options(self, thing: Located, name: str) -> Located:
        """The block behind a choice, `deployer` with its options. Raises Absent where there is none."""
        holder = thing.thing.spec if isinstance(thing.thing, Host) else thing.thing
        member = members_of(_class(holder)).get(name)
        value = getattr(holder, member.attribute) if member is not None else None
        if self.facts is not None:
            self.facts[(str(thing.owner), *thing.path, name)] = value
        if value is None:
            raise Absent
        return located(f"{thing}.{name}", value, thing.owner, (*thing.path, name))

    def _derived(self, thing: Located, name: str) -> Any:
        holder = thing.thing
        if name == "name":
            return (
                holder.name
                if isinstance(holder, Host)
                else (thing.path[-1] if thing.path else Ref(thing).label)
            )
        if name == "ref":
            return str(thing)
        if name == "is_existing":
            owner = self.model.host.get(thing.owner)
            return (owner.group if owner is not None else thing.owner) in self.model.existing
        if isinstance(holder, Host):
            return self._of_host(holder, name)
        if isinstance(holder, OpenStack):
            return (
                holder.tool_name
                if name == "tool_name"
                else self.hosts(holder.network or holder.control)
            )
        if isinstance(holder, Kubernetes):
            return self._of_kubernetes(holder, name)
        if isinstance(holder, Workload):
            return holder.package_name
        return None

    def _of_host(self, host: Host, name: str) -> Any:
        match name:
            case "key":
                return host.key
            case "group":
                return str(host.group)
            case "zone":
                return self._thing(host.zone) if host.zone is not None else None
            case "addresses":
                return self._addresses(host.ref)
        links = (*host.spec.bond.values(), *host.spec.port.values())
        refs = [
            ref
            for link in links
            for ref in (*link.networks, *((link.native,) if link.native else ()))
        ]
        found = (self._thing(ref) for ref in dict.fromkeys(refs))
        return tuple(network for network in found if network is not None)

    def _addresses(self, host: Ref) -> tuple[Any, ...]:
        kept = self.model.addresses
        found = [
            a for network in kept.tables for a in (kept.of(host, network), kept.of6(host, network))
        ]
        return tuple(address for address in found if address is not None)

    def _of_kubernetes(self, cluster: Kubernetes, name: str) -> Any:
        match name:
            case "tool_name":
                return cluster.tool_name
            case "etcd_hosts":
                return self.hosts(cluster.etcd_hosts)
            case "node_hosts":
                return self.hosts(cluster.node_hosts)
            case "control_count":
                return cluster.control.count or len(self.hosts(cluster.control.hosts))
        return sum(
            pool.count if pool.count is not None else pool.min or len(self.hosts(pool.hosts))
            for pool in cluster.pool.values()
        )

    # --------------------------------------------------------------------------------- what leads where

    def users(self) -> tuple[tuple[Located, frozenset[str]], ...]:
        """Every declaration with the addresses of what it refers to, and of what those are parts of."""
        if self._users is None:
            found = []
            for ref in self.model.things:
                thing = self._thing(ref)
                if thing is not None:
                    found.append((thing, _with_owners(self.references(thing))))
            for group in self.model.groups.values():
                first = self._thing(group.members[0].ref) if group.members else None
                if first is not None:
                    found.append((first, _with_owners(self.references(first))))
            self._users = tuple(found)
        return self._users

    def references(self, thing: Located) -> Iterator[Ref]:
        """Every reference that a thing holds, in the order of its fields, as it is written."""
        holder = thing.thing.spec if isinstance(thing.thing, Host) else thing.thing
        yield from _references(holder)


def is_of(thing: Ref, wanted: Iterable[Ref]) -> bool:
    """Whether a thing is one of those, a member of one, or a part of one."""
    return any(thing == ref or thing.startswith((f"{ref}.", f"{ref}[")) for ref in wanted)


def _is_inside(thing: Located, value: Any) -> bool:
    """Whether a value is a block of the thing itself, on the way to what is read of it."""
    if isinstance(value, tuple) and value:
        return _is_inside(thing, value[0])
    return isinstance(value, Located) and value.owner == thing.owner and value.thing is not None


def _leads_on(value: Any) -> bool:
    """Whether a value is a reference: most often on the way to what decides."""
    return isinstance(value[0] if isinstance(value, tuple) and value else value, Located)


def _class(holder: Block) -> type[Block]:
    return type(holder)


_NOT_OWN = object()
#: So many reads of one condition are noted.
READS = 400
#: Stands for what has not been read yet.
UNREAD = object()
_OWN = frozenset({"site", "rack", "unit", "serial"})


def _own_of_host(host: Host, name: str) -> Any:
    if name in _OWN:
        return getattr(host, name)
    return dict(host.stated) if name == "address" else _NOT_OWN


def _names_hosts(member: Member) -> bool:
    element = getattr(member.type, "element", None)
    return getattr(element, "kinds", ()) == ("hosts",)


def _with_owners(refs: Iterable[Ref]) -> frozenset[str]:
    found: set[str] = set()
    for ref in refs:
        parts = ref.parts
        found.update(".".join(parts[:end]) for end in range(2, len(parts) + 1, 2))
        found.add(str(ref))
    return frozenset(found)


def _references(value: Any) -> Iterator[Ref]:
    """References anywhere in a value of the model."""
    if isinstance(value, Ref):
        yield value
    elif isinstance(value, Block):
        for name in type(value).model_fields:
            yield from _references(getattr(value, name))
    elif isinstance(value, dict):
        for each in value.values():
            yield from _references(each)
    elif isinstance(value, tuple) and not hasattr(value, "first"):
        for each in value:
            yield from _references(each)


def _shown(value: Any) -> str:
    """A value as evidence shows it: short."""
    if value is None:
        return "unset"
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, tuple) and not hasattr(value, "first"):
        some = ", ".join(str(v) for v in value[:4])
        return f"{some} and {len(value) - 4} more" if len(value) > 4 else some or "none"
    if isinstance(value, dict):
        return ", ".join(f"{k} = {v}" for k, v in list(value.items())[:4]) or "none"
    return str(value)[:120]


__all__ = ["READS", "UNREAD", "Located", "Subject", "is_of", "located"]
