"""Rules for passwords of Keystone's users: what generated ones can't meet, and what keeps services in."""

from __future__ import annotations

import shlex
from collections.abc import Iterator

from blueprint.diagnostics import Diagnostic
from blueprint.spans import Spans
from blueprint.target import Step
from targets._openstack.security_compliance import exempting, misfit, pattern
from targets.openstack_helm import limits
from targets.openstack_helm.cloud import Cloud

#: `assemble-secrets.py` makes passwords of so many letters and digits.
_GENERATED = 32
_FITS = (
    "import json, re, sys; "
    "bad = [n for n, v in json.load(open(sys.argv[1])).items() "
    'if n.startswith("keystone_") and not re.match(sys.argv[2], v)]; '
    'sys.exit(", ".join(bad) or 0)'
)
#: Domains of users that services log in as (endpoints.identity.auth of the charts).
_DOMAINS = ("service", "heat")


def checks(cloud: Cloud, kept: str) -> tuple[str, ...]:
    """What fails with the names of passwords that Keystone would refuse."""
    rule = cloud.layer.keystone.passwords
    if rule is None:
        return ()
    return (f"python3 -c {shlex.quote(_FITS)} {kept} {shlex.quote(pattern(rule))}",)


def password_steps(cloud: Cloud) -> Iterator[Step]:
    """Users of services are exempt from what would lock them out."""
    rule = cloud.layer.keystone.passwords
    if rule is None or (rule.expires is None and rule.lockout_attempts is None):
        return
    expires, locks = rule.expires is not None, rule.lockout_attempts is not None
    commands = [
        exempting(f"--domain {domain}", expires=expires, locks=locks)
        for domain in _DOMAINS
        if domain == "service" or cloud.has(domain)
    ]
    if expires:
        commands.append("openstack user set --ignore-password-expiry admin")
    yield Step(
        title="Keep users of services from losing their access",
        commands=tuple(commands),
        checks=("openstack user show -c options admin",),
    )


def check_passwords(cloud: Cloud, spans: Spans) -> Iterator[Diagnostic]:
    """A rule that Keystone would refuse generated passwords by."""
    rule = cloud.layer.keystone.passwords if cloud.has("keystone") else None
    if rule is None or cloud.layer.secrets is not None:
        return
    found = misfit(rule, _GENERATED)
    if found is not None:
        field, how = found
        span = spans.at(cloud.ref, "keystone", "passwords", *field)
        what = f"such a rule with passwords that are generated, {how}"
        instead = (
            "ask for less, or keep passwords of your own: `secrets NAME { store vault { … } }`"
        )
        yield limits.not_expressible(span, what, instead)


__all__ = ["check_passwords", "checks", "password_steps"]
