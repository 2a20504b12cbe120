"""Certificates that an ACME authority gives, and Kolla-Ansible's own client fetches and renews.

The authority asks for a file at the endpoint's name, on port 80; only Horizon's front end of the load
balancer passes that on. The client runs on the load balancers and renews 30 days before the end.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from blueprint.diagnostics import Diagnostic, Rule
from blueprint.model import Pki
from blueprint.model.openstack import Endpoint
from blueprint.source import Span
from blueprint.spans import Spans
from blueprint.target import Cause, Step
from blueprint.values import Duration, Ref
from targets._formats.page import Traced
from targets.kolla_ansible.cloud import Cloud
from targets.kolla_ansible.limits import unusable_text
from targets.kolla_ansible.subject import Subject, Variables

NOT_POSSIBLE = Rule("OIB6119", "acme-not-possible")

#: Where certificates come from unless the blueprint names another authority.
LETS_ENCRYPT = "https://acme-v02.api.letsencrypt.org/directory"
#: When the client renews (lego's own default; Kolla-Ansible has no variable for it).
_RENEWS_BEFORE = Duration.of(30, "days")
#: The release whose client serves the public API alone, and leaves the internal one without a certificate.
_PUBLIC_ONLY = "2024.2"
_EMAIL = re.compile(r"[A-Za-z0-9._%+-]+@[A-Za-z0-9-]+(?:\.[A-Za-z0-9-]+)+").fullmatch
_DIRECTORY = re.compile(r"https://[A-Za-z0-9._:-]+(?:/[A-Za-z0-9._~%/-]*)?").fullmatch
_DAY = 86400 * 10**9
_DERIVED = (
    "enable_letsencrypt",
    "letsencrypt_cert_server",
    "letsencrypt_email",
    "letsencrypt_external_cert_server",
    "letsencrypt_internal_cert_server",
)


def endpoints(cloud: Cloud) -> dict[str, tuple[Endpoint, Ref, Pki]]:
    """The endpoints whose certificates an ACME authority gives, by side."""
    sides = {"internal": cloud.internal}
    if cloud.layer.api.public is not None:
        sides["public"] = cloud.layer.api.public
    return {
        side: (endpoint, endpoint.tls, pki)
        for side, endpoint in sides.items()
        if endpoint.tls is not None and (pki := cloud.model.at(endpoint.tls, Pki)).issuer == "acme"
    }


def _variables(cloud: Cloud) -> Variables:
    found = endpoints(cloud)
    if not found:
        return
    fields = [
        (cloud.path("api", side, "tls"), f"{ref}.issuer") for side, (_, ref, _) in found.items()
    ]
    rule = "certificates come from an ACME authority"
    every = Cause(rule, tuple(dict.fromkeys(path for pair in fields for path in pair)))
    # Later releases compare the variable with the word `yes` (haproxy_single_service_split.cfg.j2).
    yield "enable_letsencrypt", Traced("yes", every)
    writes = tuple(dict.fromkeys(f"{ref}.email" for _, ref, _ in found.values()))
    _, _, first = next(iter(found.values()))
    yield "letsencrypt_email", Traced(first.email, Cause("whom the authority writes to", writes))
    if "letsencrypt_cert_server" in cloud.catalog.variables:
        side = "public" if "public" in found else "internal"
        yield "letsencrypt_cert_server", _server(cloud, side, found)
        return
    yield "letsencrypt_external_cert_server", _server(cloud, "public", found)
    yield "letsencrypt_internal_cert_server", _server(cloud, "internal", found)


def _server(cloud: Cloud, side: str, found: dict[str, tuple[Endpoint, Ref, Pki]]) -> Traced:
    if side not in found:
        rule = "no certificate of this endpoint comes from an ACME authority"
        endpoint = cloud.internal if side == "internal" else cloud.public
        field = cloud.path("api", side, "tls")
        issuer = (f"{endpoint.tls}.issuer",) if endpoint.tls is not None else ()
        return Traced("", Cause(rule, (field, *issuer)))
    _, ref, pki = found[side]
    cause = Cause("the ACME authority", (f"{ref}.directory", cloud.path("api", side, "tls")))
    return Traced(pki.directory or LETS_ENCRYPT, cause)


def _steps(cloud: Cloud) -> Iterator[Step]:
    found = endpoints(cloud)
    if not found:
        return
    names = [endpoint.fqdn for endpoint, _, _ in found.values() if endpoint.fqdn is not None]
    yield Step(
        title="See that the ACME authority has given its certificates",
        needs=tuple(
            f"`{endpoint.fqdn}` leads to {endpoint.vip} in the DNS that the authority asks, and port 80 "
            "there answers it"
            for endpoint, _, _ in found.values()
        ),
        commands=tuple(
            f"until curl -fsS -o /dev/null https://{name}:5000/v3; do sleep 30; done"
            for name in names
        ),
        checks=tuple(
            f"openssl s_client -connect {name}:5000 -servername {name} </dev/null 2>/dev/null "
            "| openssl x509 -noout -issuer -enddate"
            for name in names
        ),
        gives=("certificates that renew themselves: nothing is to be done before they end",),
    )


def _check(cloud: Cloud, spans: Spans) -> Iterator[Diagnostic]:
    found = endpoints(cloud)
    told: set[Ref] = set()
    for side, (endpoint, ref, pki) in found.items():
        span = spans.at(cloud.ref, "api", side, "tls")
        yield from _reach(cloud, spans, side, endpoint, pki)
        if ref in told:
            continue
        told.add(ref)
        if "horizon" not in cloud.layer.services:
            where = spans.at(cloud.ref, "services")
            yield _not_possible(
                where,
                "Kolla-Ansible answers an ACME authority through Horizon, which is not among the services",
                "add `horizon` to `services`",
            )
        yield from _account(spans, span, ref, pki)
    if len({pki.email for _, _, pki in found.values()} - {None}) > 1:
        _, ref, _ = found["public"]
        yield _not_possible(
            spans.at(ref, "email"),
            "Kolla-Ansible gives one address of contact to both authorities",
            "write the same `email` in both",
        )


def _reach(
    cloud: Cloud, spans: Spans, side: str, endpoint: Endpoint, pki: Pki
) -> Iterator[Diagnostic]:
    """Whether the authority can give a certificate for an endpoint, and Kolla-Ansible put it in place."""
    span = spans.at(cloud.ref, "api", side, "tls")
    if endpoint.fqdn is None:
        yield _not_possible(
            span,
            f"the {side} endpoint has no name for a certificate",
            "set `fqdn`: Kolla-Ansible asks ACME authorities for names only",
        )
    public = cloud.layer.api.public
    if public is None:
        return
    if public.vip == cloud.internal.vip:
        if side == "internal":
            yield _not_possible(
                span,
                "one address serves both APIs, and Kolla-Ansible fetches a certificate for one name of it",
                "leave `public` out, or give it an address of its own",
            )
        return
    if cloud.layer.release == _PUBLIC_ONLY and cloud.internal.tls is not None:
        if side == "public":
            yield _not_possible(
                span,
                f"with ACME, Kolla-Ansible {_PUBLIC_ONLY} puts no certificate behind the internal API",
                "leave `tls` of the internal endpoint out, write `issuer = provided`, or take a later release",
            )
    elif side == "internal" and pki.directory is None:
        yield _not_possible(
            span,
            "Let's Encrypt would have to reach the internal API",
            "name an authority inside with `directory`, or write `issuer = internal`",
        )


def _account(spans: Spans, used: Span, ref: Ref, pki: Pki) -> Iterator[Diagnostic]:
    """Whether Kolla-Ansible can be told what the authority is to be asked."""
    if pki.email is None:
        yield _not_possible(
            used, f"`{ref}` says nobody that the authority can write to", f"set `email` in `{ref}`"
        )
    elif not _EMAIL(pki.email):
        yield unusable_text(spans.at(ref, "email"), "email", pki.email, "an address with one `@`")
    if pki.directory is not None and not _DIRECTORY(pki.directory):
        wanted = "`https://`, a host and a path"
        yield unusable_text(spans.at(ref, "directory"), "directory", pki.directory, wanted)
    if int(pki.renew_before) != int(_RENEWS_BEFORE):
        yield _not_possible(
            spans.at(ref, "renew_before"),
            f"Kolla-Ansible renews certificates {int(_RENEWS_BEFORE) // _DAY} days before their end",
            "leave `renew_before` out",
        )


def _not_possible(span: Span, what: str, hint: str) -> Diagnostic:
    """Something that ACME under Kolla-Ansible can't do."""
    return Diagnostic(NOT_POSSIBLE, span, what, hint=hint)


SUBJECT = Subject(
    name="acme",
    variables=_variables,
    steps=_steps,
    check=_check,
    rules=(NOT_POSSIBLE,),
    derived_variables=dict.fromkeys(_DERIVED, "`pki … { issuer = acme }`"),
)
