"""Networks that the hosts of a region carry and nothing uses, where its overlay shares the API's network."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from blueprint.diagnostics import Diagnostic, Label, Rule, Severity
from blueprint.fleet import linked_groups, parts_of
from blueprint.model import Model, Network, OpenStack
from blueprint.source import Span
from blueprint.spans import Spans
from blueprint.values import Range, Ref

OVERLAY_ON_API = Rule("OIB5418", "overlay-beside-unused-network", Severity.WARNING)


def unused_networks(model: Model, spans: Spans) -> Iterator[Diagnostic]:
    """Overlays that nobody gave a network, beside a network of all their hosts that nobody uses."""
    if not model.is_whole:
        return  # what uses the network may be what was left out
    used: set[str] | None = None
    for ref, region in model.of(OpenStack).items():
        if ref in model.existing or "neutron" not in region.services or region.networks.tenant:
            continue
        if "octavia" in region.services and region.octavia.network is None:
            continue  # it may be meant for load balancers, of which the tool speaks
        selection = (*region.compute, *(region.network or region.control))
        groups = {part.group.ref for part in parts_of(model, selection)}
        wirings = [
            {network for link in links for network in link.networks if network != link.native}
            for group, _, links in linked_groups(model)
            if group in groups
        ]
        if not wirings:
            continue
        used = used or _used(model)
        shared = set[Ref].intersection(*wirings)
        for network in model.of(Network):
            if network in shared and network not in used:
                api = ("api", "internal", "network")
                where = spans.at(ref, *api)
                yield overlay_on_api(
                    spans.at(network), network, ref, region.api.internal.network, where
                )


def _used(model: Model) -> set[str]:
    """What layers refer to, and hosts beside their links; of a part, also the network that it is of."""
    found: set[str] = set()
    for ref, thing in model.things.items():
        if not isinstance(thing, Network):
            found.update(_refs_in(thing))
        elif thing.dhcp:
            found.add(ref)
    for group in model.groups.values():
        for spec in {id(host.spec): host.spec for host in group}.values():
            found.update(_refs_in(spec.boot))
            found.update(_refs_in(spec.bmc))
    return found | {".".join(Ref(each).parts[:2]) for each in found}


def _refs_in(value: Any) -> Iterator[str]:
    if isinstance(value, Ref):
        yield value
    elif isinstance(value, dict):
        for inner in value.values():
            yield from _refs_in(inner)
    elif isinstance(value, tuple) and not isinstance(value, Range):
        for inner in value:
            yield from _refs_in(inner)
    elif hasattr(value, "__pydantic_fields_set__"):
        for name in type(value).model_fields:
            yield from _refs_in(getattr(value, name))


def overlay_on_api(span: Span, network: str, region: str, api: str, api_span: Span) -> Diagnostic:
    """A network that was most likely meant for the overlay."""
    return Diagnostic(
        OVERLAY_ON_API,
        span,
        f"all computes and gateways of `{region}` carry `{network}`, and nothing uses it",
        labels=(Label(api_span, f"guests' overlay runs here, on `{api}`"),),
        hint=f"set `networks {{ tenant = {network} }}` in the region, or take the network from the "
        "hosts' links",
    )
