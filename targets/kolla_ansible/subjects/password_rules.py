"""Rules for passwords of Keystone's users, and what keeps services from losing their own access by them."""

from __future__ import annotations

from collections.abc import Iterator

from blueprint.diagnostics import Diagnostic, Rule
from blueprint.model.security import Passwords
from blueprint.model.site import FileStore
from blueprint.source import Span
from blueprint.spans import Spans
from blueprint.target import Step
from targets._openstack.security_compliance import OPTIONS, SECTION, exempting, misfit, options
from targets.kolla_ansible.cloud import Cloud
from targets.kolla_ansible.commands import folder_of
from targets.kolla_ansible.secret_list import store_of
from targets.kolla_ansible.subject import Files, Subject

NOT_GENERATED = Rule("OIB6145", "passwords-not-so-generated")

#: `kolla-genpwd` makes passwords of so many letters and digits.
_GENERATED = 40
#: Passwords of users of Keystone, as passwords.yml names them.
_OF_KEYSTONE = "^([a-z0-9_]+_keystone|keystone_admin|heat_domain_admin)_password:"
_IN_CLASS = {"lower": "[a-z]", "upper": "[A-Z]", "digit": "[0-9]"}


def _rule(cloud: Cloud) -> Passwords | None:
    return cloud.layer.keystone.passwords if "keystone" in cloud.layer.services else None


def _files(cloud: Cloud) -> Files:
    rule = _rule(cloud)
    if rule is None:
        return {}
    return {"keystone.conf": {SECTION: dict(options(rule, cloud.path("keystone", "passwords")))}}


def _supplies(cloud: Cloud) -> Iterator[Step]:
    rule = _rule(cloud)
    if rule is None:
        return
    listed = f"grep -E '{_OF_KEYSTONE}' {folder_of(cloud)}/passwords.yml | sed 's/^[^:]*: *//'"
    wanted = [f"^.{{{rule.length},}}$"]
    wanted += [sign for name, sign in _IN_CLASS.items() if name in rule.classes]
    yield Step(
        title="See that passwords of services are what Keystone will take",
        checks=tuple(f"! {listed} | grep -Evq '{sign}'" for sign in wanted),
        commands=(),
    )


def _steps(cloud: Cloud) -> Iterator[Step]:
    rule = _rule(cloud)
    if rule is None or (rule.expires is None and rule.lockout_attempts is None):
        return
    expires, locks = rule.expires is not None, rule.lockout_attempts is not None
    commands = [exempting("--project service", expires=expires, locks=locks)]
    if "heat" in cloud.layer.services:
        commands.append(exempting("--domain heat_user_domain", expires=expires, locks=locks))
    if expires:
        commands.append("openstack user set --ignore-password-expiry admin")
    yield Step(
        title="Keep users of services from losing their access",
        commands=tuple(commands),
        checks=("openstack user show -c options admin",),
    )


def _check(cloud: Cloud, spans: Spans) -> Iterator[Diagnostic]:
    rule, store = _rule(cloud), store_of(cloud)
    if rule is None or (store is not None and isinstance(store.store, FileStore)):
        return
    found = misfit(rule, _GENERATED)
    if found is not None:
        field, how = found
        yield _not_generated(spans.at(cloud.ref, "keystone", "passwords", *field), how)


def _not_generated(span: Span, how: str) -> Diagnostic:
    """A rule that Keystone would refuse the passwords of services by."""
    return Diagnostic(
        NOT_GENERATED,
        span,
        f"Keystone would refuse the services' own passwords: `kolla-genpwd` makes them {how}",
        hint="ask for less, or bring passwords of your own: `secrets NAME { store file { … } }`",
    )


SUBJECT = Subject(
    name="password_rules",
    files=_files,
    supplies=_supplies,
    steps=_steps,
    check=_check,
    rules=(NOT_GENERATED,),
    is_repeated=True,
    derived_options={
        ("keystone", SECTION, option): "`keystone { passwords }`" for option in OPTIONS
    },
)
