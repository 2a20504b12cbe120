"""Groups that decide by majority: how many there are, and what their majority stands on."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from dataclasses import replace

from blueprint.diagnostics import Diagnostic, Label, Rule, Severity
from blueprint.fleet import Role, parts_of
from blueprint.model import Ceph, Host, Kubernetes, Model, OpenStack, Site
from blueprint.source import Span
from blueprint.spans import Spans
from blueprint.values import Ref

EVEN_QUORUM = Rule("OIB5201", "even-quorum")
NO_QUORUM = Rule("OIB5202", "single-member-quorum", Severity.WARNING)
QUORUM_IN_ONE_DOMAIN = Rule("OIB5203", "quorum-in-one-domain", Severity.WARNING)

#: More members than anybody wants: whoever names these has named all hosts of a kind.
_MANY = 8


def quorum(model: Model, spans: Spans) -> Iterator[Diagnostic]:
    """Control planes and monitors that can't lose a host, a rack or a zone.

    The same hosts may decide in several layers; what is wrong with them is wrong once.
    """
    roles: dict[tuple[Ref, ...], list[Role]] = {}
    for role in _voting(model):
        roles.setdefault(tuple(sorted(role.selection)), []).append(role)
    for sharing in roles.values():
        first, *others = sorted(sharing, key=lambda role: _start(spans.at(role.layer, *role.path)))
        for fault in _of_hosts(model, spans, first):
            yield replace(fault, notes=(*fault.notes, *map(_same_hosts, others)))
    yield from _guests(model, spans)


def _start(span: Span) -> tuple[str, int]:
    return span.source.path, span.start


def _same_hosts(role: Role) -> str:
    return f"they are also `{role.field}` of `{role.layer}`"


def _of_hosts(model: Model, spans: Spans, role: Role) -> Iterator[Diagnostic]:
    hosts = [host for part in parts_of(model, role.selection) for host in part.members]
    if not hosts:
        return
    span = spans.at(role.layer, *role.path)
    if len(hosts) % 2 == 0:
        yield even_quorum(span, role, len(hosts))
    elif len(hosts) == 1:
        yield no_quorum(span, role, hosts[0].ref)
    else:
        crowded = _crowded(model, hosts)
        if crowded is not None:
            domain, count = crowded
            yield in_one_domain(span, role, len(hosts), domain, count, _place(spans, domain))


def _guests(model: Model, spans: Spans) -> Iterator[Diagnostic]:
    """Control planes whose members are guests."""
    for ref, cluster in model.of(Kubernetes).items():
        count = cluster.control.count
        if cluster.on is None or count is None or ref in model.existing:
            continue
        span = spans.at(ref, "control", "count")
        role = Role(ref, "control", ())
        if count % 2 == 0:
            yield even_quorum(span, role, count, "guests")
        elif count == 1:
            yield no_quorum(span, role, None)


def _voting(model: Model) -> Iterator[Role]:
    for ref, region in model.of(OpenStack).items():
        if ref not in model.existing and not region.is_on_starlingx:
            yield Role(ref, "control", region.control)
    for ref, cluster in model.of(Ceph).items():
        if ref not in model.existing:
            yield Role(ref, "monitors", cluster.monitors)
    for ref, nodes in model.of(Kubernetes).items():
        if ref not in model.existing and nodes.on is None:
            field = "etcd" if nodes.etcd.hosts else "control"
            yield Role(ref, field, nodes.etcd_hosts, (field, "hosts"))


def _crowded(model: Model, hosts: list[Host]) -> tuple[Ref, int] | None:
    """A rack or zone that holds a majority, where the site has enough of them to avoid that."""
    sites = {host.site for host in hosts}
    if len(sites) != 1 or None in sites:
        return None
    site_ref = sites.pop()
    site = model.things.get(site_ref) if site_ref is not None else None
    if not isinstance(site, Site):
        return None
    for known, places in (
        (len(site.zone), [host.zone for host in hosts]),
        (len(site.rack), [host.rack for host in hosts]),
    ):
        if known >= 3 and None not in places:
            domain, count = Counter(places).most_common(1)[0]
            if domain is not None and count * 2 > len(hosts):
                return domain, count
    return None


def _place(spans: Spans, domain: Ref) -> Span:
    """Where a rack or zone is declared, inside its site."""
    return spans.at(".".join(domain.parts[:-2]), *domain.parts[-2:])


def even_quorum(span: Span, role: Role, count: int, members: str = "hosts") -> Diagnostic:
    """An even number of members: the last one adds a host that can fail, and no safety."""
    return Diagnostic(
        EVEN_QUORUM,
        span,
        f"`{role.field}` of `{role.layer}` has {count} {members}, and a majority needs an odd number",
        notes=(f"{count} {members} survive no more failures than {count - 1}",),
        hint=f"name fewer: 5 {members} survive two failures, and each write waits for a majority"
        if count > _MANY
        else f"take {count + 1} {members}" + (f", or {count - 1}" if count > 2 else ""),
    )


def no_quorum(span: Span, role: Role, host: str | None) -> Diagnostic:
    """One member only; a guest has no name yet."""
    name, many = ("its one guest", "guests") if host is None else (f"`{host}`", "hosts")
    return Diagnostic(
        NO_QUORUM,
        span,
        f"`{role.layer}` stops when {name} does: it is alone in `{role.field}`",
        hint=f"take three {many} or more where the layer has to survive the loss of one",
    )


def in_one_domain(
    span: Span, role: Role, count: int, domain: Ref, inside: int, domain_span: Span
) -> Diagnostic:
    """A majority in one rack or zone, though there are enough others."""
    return Diagnostic(
        QUORUM_IN_ONE_DOMAIN,
        span,
        f"`{role.field}` of `{role.layer}` loses its majority with `{domain}`: "
        f"{inside} of {count} hosts are there",
        labels=(Label(domain_span, f"{inside} of {count} hosts are here"),),
        hint=f"place them over several: `spread = {domain.kind}`, or state other racks",
    )
