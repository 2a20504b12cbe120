"""The proof: everything that the layers of a model require, held against what is offered below."""

from __future__ import annotations

from collections.abc import Iterator

from blueprint.capabilities import (
    ceph,
    kubernetes,
    kubernetes_offers,
    openstack,
    openstack_offers,
    starlingx,
)
from blueprint.capabilities.contract import Capability, Offer, Requirement, Unmet
from blueprint.capabilities.hosts import HostOffers
from blueprint.model import Ceph, Kubernetes, Model, OpenStack, StarlingX
from blueprint.values import Ref


def requirements(model: Model) -> Iterator[Requirement]:
    """Everything that the layers of a model require of what they stand on."""
    for ref, cluster in model.of(Ceph).items():
        if ref not in model.existing:
            yield from ceph.requirements(ref, cluster, model)
    for ref, region in model.of(OpenStack).items():
        if ref not in model.existing:
            yield from openstack.requirements(ref, region, model)
    for ref, nodes in model.of(Kubernetes).items():
        if ref not in model.existing:
            yield from kubernetes.requirements(ref, nodes, model)
    for ref, system in model.of(StarlingX).items():
        if ref not in model.existing:
            yield from starlingx.requirements(ref, system, model)


def unmet(model: Model) -> Iterator[Unmet]:
    """The requirements that nothing below meets, each lack of a provider once."""
    lacking: set[tuple[Ref, Capability]] = set()
    shares: dict[tuple[Ref, Capability], list[Requirement]] = {}
    offers = _Offers(model)
    for requirement in requirements(model):
        lack = (requirement.provider, requirement.capability)
        if requirement.capability.is_consumed:
            shares.setdefault(lack, []).append(requirement)
            continue
        direct = (requirement.provider, Capability("l2", requirement.capability.of))
        if lack in lacking or direct in lacking:
            continue
        offer = offers.of(requirement)
        if offer.quantity < requirement.quantity:
            lacking.add(lack)
            yield Unmet(requirement, offer.quantity, requirement.quantity, missing=offer.missing)
    for sharing in shares.values():
        heaviest = side_by_side(sharing)
        total = sum(r.quantity for r in heaviest)
        least = min((offers.of(r) for r in heaviest), key=lambda offer: offer.quantity)
        if total > least.quantity:
            largest = max(heaviest, key=lambda r: r.quantity)
            yield Unmet(largest, least.quantity, total, heaviest, least.missing)


def side_by_side(sharing: list[Requirement]) -> tuple[Requirement, ...]:
    """Of requirements on one provider, those that meet on its most burdened host."""
    everywhere = [r for r in sharing if r.part is None or len(r.part.members) == len(r.part.group)]
    on_host: dict[Ref, list[Requirement]] = {}
    for requirement in sharing:
        part = requirement.part
        if part is not None and len(part.members) != len(part.group):
            for host in part.members:
                on_host.setdefault(host.ref, []).append(requirement)
    heaviest = max(on_host.values(), key=lambda r: sum(x.quantity for x in r), default=[])
    return (*everywhere, *heaviest)


class _Offers:
    """What hosts and platforms offer; each kind knows for itself."""

    def __init__(self, model: Model) -> None:
        self._model = model
        self._hosts = HostOffers(model)
        self._known: dict[tuple[Ref, Capability], Offer] = {}

    def of(self, requirement: Requirement) -> Offer:
        """How much the provider offers of what is required."""
        provider, capability = requirement.provider, requirement.capability
        if requirement.part is not None and provider == requirement.part.group.ref:
            return Offer(self._hosts.of(requirement.part, capability))
        if requirement.part is not None:
            return self._of_platform(requirement)
        known = self._known.get((provider, capability))
        if known is None:
            known = self._known[provider, capability] = self._of_platform(requirement)
        return known

    def _of_platform(self, requirement: Requirement) -> Offer:
        provider = requirement.provider
        thing = self._model.things.get(provider)
        if isinstance(thing, Ceph):
            return ceph.offer(thing, requirement.capability)
        if isinstance(thing, OpenStack):
            return openstack_offers.offer(provider, thing, requirement.capability, self._model)
        if isinstance(thing, Kubernetes):
            return kubernetes_offers.offer(provider, thing, requirement, self._model, self._hosts)
        if isinstance(thing, StarlingX):
            return starlingx.offer(provider, thing, requirement, self._model)
        return Offer(0)
