"""Ceph's daemons on their hosts: one cluster's control a host, and gateways on ports that are free."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from itertools import combinations

from blueprint.diagnostics import Diagnostic, Label, Rule
from blueprint.fleet import Role, ceph_roles, parts_of
from blueprint.model import Ceph, Model
from blueprint.model.ceph import ObjectStore
from blueprint.source import Span
from blueprint.spans import Spans
from blueprint.values import Ref

TWO_CLUSTERS = Rule("OIB5220", "host-of-two-clusters")
PORT_TAKEN = Rule("OIB5221", "gateway-port-of-another-daemon")

#: Where SSH answers on every host, since the tools come that way.
_SSH_PORT = 22
#: What else of a cluster listens on a port of its own, by the role that it runs with: Ceph's network
#: configuration reference, and cephadm's manager modules.
PORTS: Mapping[str, Mapping[int, str]] = {
    "monitors": {3300: "a monitor", 6789: "a monitor"},
    "managers": {8443: "the manager's dashboard", 8765: "the manager's service discovery"},
    "nfs": {2049: "an NFS gateway"},
}


def shared_hosts(model: Model, spans: Spans) -> Iterator[Diagnostic]:
    """Hosts of monitors, managers or gateways on one port of two clusters."""
    clusters = [(ref, each) for ref, each in model.of(Ceph).items()]
    for (one, first), (other, second) in combinations(clusters, 2):
        if one in model.existing and other in model.existing:
            continue
        leaders = _leaders(model, one, first)
        shared = [host for host in _leaders(model, other, second) if host in leaders]
        if shared:
            field, there = _leaders(model, other, second)[shared[0]], leaders[shared[0]]
            yield two_clusters(spans.at(other, field), shared, other, one, spans.at(one, there))
            continue
        mine, theirs = (_gateways(model, each) for each in (second, first))
        met = [host for host in mine if host in theirs]
        if met and _port(first) == _port(second):
            daemon = f"a gateway of `{one}`"
            span, where = spans.at(other, "object", "port"), spans.at(one, "rgw")
            yield port_taken(span, _port(second), other, met[0], daemon, where)


def gateway_ports(model: Model, spans: Spans) -> Iterator[Diagnostic]:
    """Object gateways on a port where another daemon of their hosts listens."""
    for ref, cluster in model.of(Ceph).items():
        gateways = _gateways(model, cluster)
        if ref in model.existing or not gateways:
            continue
        span, port = spans.at(ref, "object", "port"), _port(cluster)
        if port == _SSH_PORT:
            host = next(iter(gateways))
            yield port_taken(span, port, ref, host, "SSH", spans.at(ref, "rgw"))
            continue
        for name, role in _roles(ref, cluster).items():
            daemon = PORTS.get(name, {}).get(port)
            host_ = next((h for h in _hosts(model, role.selection) if h in gateways), None)
            if daemon is not None and host_ is not None:
                where = spans.at(ref, role.field)
                yield port_taken(span, port, ref, host_, daemon, where)


def _roles(ref: Ref, cluster: Ceph) -> dict[str, Role]:
    monitors, managers, _, rgw, _, nfs = ceph_roles(ref, cluster)
    return {"monitors": monitors, "managers": managers, "rgw": rgw, "nfs": nfs}


def _leaders(model: Model, ref: Ref, cluster: Ceph) -> dict[Ref, str]:
    """Hosts of monitors and managers, and the field that names each."""
    roles = _roles(ref, cluster)
    found: dict[Ref, str] = {}
    for role in (roles["monitors"], roles["managers"]):
        for host in _hosts(model, role.selection):
            found.setdefault(host, role.field)
    return found


def _gateways(model: Model, cluster: Ceph) -> dict[Ref, None]:
    return dict.fromkeys(_hosts(model, cluster.rgw))


def _hosts(model: Model, selection: tuple[Ref, ...]) -> Iterator[Ref]:
    return (host.ref for part in parts_of(model, selection) for host in part.members)


def _port(cluster: Ceph) -> int:
    return (cluster.object or ObjectStore()).port


def two_clusters(
    span: Span, hosts: list[Ref], cluster: str, other: str, other_span: Span
) -> Diagnostic:
    """Hosts that would run the monitors or managers of two clusters."""
    more = "" if len(hosts) == 1 else f" and {len(hosts) - 1:,} more"
    return Diagnostic(
        TWO_CLUSTERS,
        span,
        f"`{hosts[0]}`{more} would run monitors or managers of `{cluster}` and of `{other}`",
        labels=(Label(other_span, f"those of `{other}`"),),
        notes=("both want the host's `/etc/ceph`, and the same ports",),
        hint="give each cluster hosts of its own; OSDs of both may stand on one host",
    )


def port_taken(
    span: Span, port: int, cluster: str, host: str, daemon: str, daemon_span: Span
) -> Diagnostic:
    """Object gateways where something else listens already."""
    return Diagnostic(
        PORT_TAKEN,
        span,
        f"gateways of `{cluster}` can't listen on port {port} of `{host}`: {daemon} does",
        labels=(Label(daemon_span, "on the same hosts"),),
        hint="choose another `port` in `object { … }`, such as 7480",
    )
