"""Certificates that the operator provides: they carry the names under which the APIs are reached."""

from __future__ import annotations

import ipaddress
from collections.abc import Iterable, Iterator

from blueprint.diagnostics import Diagnostic, Label, Rule
from blueprint.model import Model, OpenStack, Pki
from blueprint.source import Span
from blueprint.spans import Spans
from blueprint.values import Ip

WITHOUT_NAME = Rule("OIB5607", "certificate-without-name")
OTHER_ISSUER = Rule("OIB5608", "attribute-of-another-issuer")

#: The issuer that an attribute belongs to; with another one nothing would read it.
_BELONGS: dict[str, str] = {"names": "provided", "email": "acme", "directory": "acme"}


def certificates(model: Model, spans: Spans) -> Iterator[Diagnostic]:
    """Endpoints that their certificates don't name; attributes of authorities that nothing reads."""
    for ref, pki in model.of(Pki).items():
        for field, issuer in _BELONGS.items():
            if getattr(pki, field) not in (None, ()) and pki.issuer != issuer:
                span = spans.at(ref, field)
                yield other_issuer(span, ref, field, pki.issuer, issuer, spans.at(ref, "issuer"))
    for ref, region in model.of(OpenStack).items():
        sides = {"internal": region.api.internal, "public": region.api.public}
        for side, endpoint in sides.items():
            if endpoint is None or endpoint.tls is None:
                continue
            behind = model.things.get(endpoint.tls)
            if not isinstance(behind, Pki) or behind.issuer != "provided" or not behind.names:
                continue
            # Whoever has a name for an endpoint never calls its address.
            field, wanted = (
                ("vip", str(endpoint.vip)) if endpoint.fqdn is None else ("fqdn", endpoint.fqdn)
            )
            is_named = (
                carries_address(behind.names, endpoint.vip)
                if endpoint.fqdn is None
                else carries_name(behind.names, endpoint.fqdn)
            )
            if not is_named:
                yield without_name(
                    spans.at(ref, "api", side, field), wanted, endpoint.tls,
                    spans.at(endpoint.tls, "names"),
                )  # fmt: skip


def carries_name(names: Iterable[str], wanted: str) -> bool:
    """Whether a certificate with some names is good for a host: a `*` stands for one whole label (RFC 6125)."""
    labels = _labels(wanted)
    return any(_covers(_labels(name), labels) for name in names)


def carries_address(names: Iterable[str], wanted: Ip) -> bool:
    """Whether a certificate with some names and addresses is good for an address."""
    return any(_address(name) == wanted for name in names)


def _labels(name: str) -> list[str]:
    return name.lower().removesuffix(".").split(".")


def _covers(name: list[str], wanted: list[str]) -> bool:
    if name[0] != "*":
        return name == wanted
    return len(name) > 2 and len(name) == len(wanted) and name[1:] == wanted[1:]


def _address(text: str) -> Ip | None:
    try:
        return ipaddress.ip_address(text)
    except ValueError:
        return None


def without_name(span: Span, wanted: str, pki: str, names_span: Span) -> Diagnostic:
    """An endpoint that the certificate behind it is not good for."""
    return Diagnostic(
        WITHOUT_NAME,
        span,
        f"no certificate of `{pki}` carries `{wanted}`",
        labels=(Label(names_span, "the names that certificates carry"),),
        hint=f'have a certificate made for it, and add `"{wanted}"` to `names`; `*` stands for one label only',
    )


def other_issuer(
    span: Span, pki: str, field: str, issuer: str, wanted: str, issuer_span: Span
) -> Diagnostic:
    """An attribute that says nothing to the issuer of the certificates."""
    return Diagnostic(
        OTHER_ISSUER,
        span,
        f"`{field}` of `{pki}` would reach nobody: it is for `issuer = {wanted}`",
        labels=(Label(issuer_span, f"the issuer is `{issuer}`"),),
        hint=f"take `{field}` out, or write `issuer = {wanted}`",
    )
