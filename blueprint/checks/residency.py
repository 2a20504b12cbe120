"""Data, keys and users of one country that a layer in another one keeps."""

from __future__ import annotations

from collections.abc import Iterator
from functools import cache

from blueprint.diagnostics import Diagnostic, Label, Rule, Severity
from blueprint.model import Ceph, Host, Kind, Kubernetes, Model, OpenStack, Site, StarlingX
from blueprint.model.kubernetes_features import KeystoneAuth
from blueprint.source import Span
from blueprint.spans import Spans
from blueprint.values import Ref

LEAVES_COUNTRY = Rule("OIB5785", "data-leaves-country", Severity.WARNING)


def residency(model: Model, spans: Spans) -> Iterator[Diagnostic]:
    """Layers of one country that leave data or keys with one of another."""
    sites = {ref: site.country for ref, site in model.of(Site).items()}
    if len({country for country in sites.values() if country is not None}) < 2:
        return

    @cache
    def countries(ref: Ref) -> frozenset[str]:
        thing = model.things.get(ref)
        if isinstance(thing, Kubernetes) and thing.on is not None:
            return countries(thing.on)
        found = (sites.get(host.site) for host in _hosts(thing, model) if host.site is not None)
        return frozenset(country for country in found if country is not None)

    for ref, path, other, what in _kept_by(model):
        here, there = countries(ref), countries(other)
        abroad = sorted(there - here)
        if here and abroad and ref not in model.existing:
            yield leaves_country(
                spans.at(ref, *path), what, ref, sorted(here), other, abroad, spans.at(other)
            )


def _hosts(thing: Kind | None, model: Model) -> Iterator[Host]:
    if isinstance(thing, OpenStack):
        return model.hosts((*thing.control, *thing.compute))
    if isinstance(thing, Ceph):
        return model.hosts(thing.osds)
    if isinstance(thing, Kubernetes):
        return model.hosts(thing.node_hosts)
    if isinstance(thing, StarlingX):
        return model.hosts(thing.hosts)
    return iter(())


def _kept_by(model: Model) -> Iterator[tuple[Ref, tuple[str, ...], Ref, str]]:
    """Who keeps what for whom, and the field that says so."""
    for ref, region in model.of(OpenStack).items():
        if region.storage is not None:
            yield ref, ("storage",), region.storage, "data of guests"
        if region.identity is not None:
            yield ref, ("identity",), region.identity, "users"
    for ref, cluster in model.of(Kubernetes).items():
        if cluster.manager is not None:
            yield ref, ("manager",), cluster.manager, "keys"
        for label, each in cluster.storage_class.items():
            if each.ceph is not None:
                yield ref, ("storage_class", label, "ceph"), each.ceph, "data of pods"
        if isinstance(cluster.auth, KeystoneAuth) and cluster.auth.region is not None:
            yield ref, ("auth", "region"), cluster.auth.region, "users"
    for ref, system in model.of(StarlingX).items():
        if system.of is not None:
            yield ref, ("of",), system.of, "keys and alarms"


def leaves_country(
    span: Span, what: str, ref: str, here: list[str], other: str, there: list[str], other_span: Span
) -> Diagnostic:
    """Something of one country that is kept in another."""
    return Diagnostic(
        LEAVES_COUNTRY,
        span,
        f"{what} of `{ref}` ({', '.join(here)}) would be kept by `{other}`, in {', '.join(there)}",
        labels=(Label(other_span, "stands in another country"),),
        hint="name a layer in the same country, if laws or contracts ask for it",
    )
