"""Certificates that cert-manager issues, as whoever needs one asks for them."""

from __future__ import annotations

from typing import Any

from blueprint.model import Pki
from blueprint.target import Cause
from blueprint.values import Duration, Ref
from targets._formats.page import Traced
from targets._kubernetes.names import object_name
from targets._kubernetes.resources import Resource

API = "cert-manager.io/v1"


def issuer_name(pki: Ref) -> str:
    """The name of the issuer of an authority, for all of a cluster."""
    return object_name(*(part for part in pki.parts if part != "pki"))


def certificate(
    secret: str, namespace: str, names: Any, ref: Ref, pki: Pki, cause: Cause
) -> Resource:
    """A certificate of an authority for some names, kept in the Secret of the same name."""
    renewed = Cause("when it is renewed", (f"{ref}.renew_before",))
    spec = {
        "secretName": secret,
        "dnsNames": names,
        "duration": Traced(go_duration(lasting(pki)), renewed),
        "renewBefore": Traced(go_duration(pki.renew_before), renewed),
        "issuerRef": {"kind": "ClusterIssuer", "name": issuer_name(ref)},
    }
    return Resource(API, "Certificate", secret, cause, namespace, body={"spec": spec})


def lasting(pki: Pki) -> Duration:
    """How long certificates last: a year, or three times what they are renewed before their end."""
    return max(Duration.of(365, "days"), Duration(int(pki.renew_before) * 3))


def go_duration(duration: Duration) -> str:
    """A length of time as Go writes it, in its largest whole unit."""
    seconds = max(1, int(duration) // 10**9)
    for unit, size in (("h", 3600), ("m", 60)):
        if seconds % size == 0:
            return f"{seconds // size}{unit}"
    return f"{seconds}s"
