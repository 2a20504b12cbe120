"""What layers hand over to each other, as a picture says it: in a word each."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import TypeAlias

from blueprint.handovers import Transfer
from blueprint.values import Ref

#: The words for what the first layer hands over to the second.
Handed: TypeAlias = Mapping[tuple[Ref, Ref], tuple[str, ...]]

_WORDS = {
    "kubeconfig": "kubeconfig",
    "clouds": "clouds.yaml",
    "authorities": "certificates",
    "certificate": "certificates",
    "keyring": "keyrings",
    "ceph_conf": "ceph.conf",
    "passwords": "passwords",
}


def handed(transfers: Iterable[Transfer], place: Mapping[Ref, Ref]) -> Handed:
    """What cards hand over to each other; `place` is the card that each layer is on."""
    found: dict[tuple[Ref, Ref], dict[str, None]] = {}
    for each in transfers:
        if each.source is None:
            continue
        giver, taker = each.source.deployment.layer, each.deployment.layer
        ends = (place.get(giver, giver), place.get(taker, taker))
        if ends[0] != ends[1]:
            found.setdefault(ends, {})[_WORDS[each.taken.what.kind]] = None
    return {ends: tuple(words) for ends, words in found.items()}


__all__ = ["Handed", "handed"]
