"""Names that what makes a gateway and what is reached through it must agree on."""

from __future__ import annotations

#: The namespace of Envoy Gateway, and of the gateways themselves.
GATEWAY_NAMESPACE = "envoy-gateway-system"
#: The class of gateways that Envoy Gateway carries.
GATEWAY_CLASS = "envoy"


def gateway_name(label: str) -> str:
    """The name of the Gateway of a `gateway LABEL` block; routes of every namespace may join it."""
    return label.replace("_", "-").lower()


def certificate_name(gateway: str) -> str:
    """The name of the Secret with the certificate of a Gateway, in its namespace."""
    return f"{gateway}-tls"
