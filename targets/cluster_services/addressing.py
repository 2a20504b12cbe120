"""What gives pods addresses on a further network, as CNI configurations say it."""

from __future__ import annotations

import ipaddress
import itertools
from collections.abc import Iterator
from typing import Any

from blueprint.model.kubernetes_features import SecondaryNetwork
from blueprint.values import Cidr, Range
from targets.cluster_services.load_balancer import ranges


def ipam(network: SecondaryNetwork) -> dict[str, Any]:
    """The `ipam` part of a configuration; empty where pods have no addresses."""
    if network.ipam == "whereabouts" and network.cidr is not None:
        return _whereabouts(network, network.cidr)
    if network.ipam == "static":
        return {"type": "static"}
    return {}


def _whereabouts(network: SecondaryNetwork, cidr: Cidr) -> dict[str, Any]:
    """One range from the first address given out to the last; what lies between and is not given out is excluded."""
    made: dict[str, Any] = {"type": "whereabouts", "range": str(cidr)}
    given = sorted(ranges(network.ranges), key=lambda part: part.first)
    if given:
        made["range_start"] = str(given[0].first)
        made["range_end"] = str(given[-1].last)
    excluded = [text for gap in _gaps(given) for text in _as_cidrs(gap)]
    if network.gateway is not None:
        made["gateway"] = str(network.gateway)
        inside = not given or given[0].first <= network.gateway <= given[-1].last
        if inside and not any(network.gateway in gap for gap in _gaps(given)):
            excluded += _as_cidrs(Range(network.gateway, network.gateway))
    if excluded:
        made["exclude"] = excluded
    return made


def _gaps(given: list[Range]) -> Iterator[Range]:
    for one, other in itertools.pairwise(given):
        if one.last + 1 < other.first:
            yield Range(one.last + 1, other.first - 1)


def _as_cidrs(part: Range) -> list[str]:
    return [str(each) for each in ipaddress.summarize_address_range(part.first, part.last)]
