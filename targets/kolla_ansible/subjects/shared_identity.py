"""A region that shares the identity service of another one: its URLs, its passwords, its authority.

Service users are the same in all regions of one Keystone, and Kolla-Ansible sets their passwords on
every deployment (`update_keystone_service_user_passwords`). Passwords of their own would therefore lock
the services of the other regions out; they are taken over from the region that has the Keystone.
"""

from __future__ import annotations

import shlex
from collections.abc import Iterator

from blueprint.diagnostics import Diagnostic, Label, Rule
from blueprint.model import OpenStack, Pki, Secrets
from blueprint.model.site import FileStore, GeneratedStore, VaultStore
from blueprint.source import Span
from blueprint.spans import Spans
from blueprint.target import HandOver, Step, Taken
from blueprint.values import FileRef, Ref
from targets._formats.page import Traced
from targets.kolla_ansible.certificates import AUTHORITY
from targets.kolla_ansible.cloud import Cloud
from targets.kolla_ansible.commands import folder_of, kolla, sample, vault_options
from targets.kolla_ansible.regions import (
    identity_host,
    identity_of,
    identity_url,
    trusted_apart,
)
from targets.kolla_ansible.secret_list import same_place, store_of
from targets.kolla_ansible.subject import Subject, Variables

SHARED_HOST = Rule("OIB6115", "host-in-two-regions")
#: The roles of a region in which containers run on hosts; the tools themselves may be shared.
_ROLES = ("control", "network", "compute", "monitoring", "volumes")
#: Passwords of users in Keystone, as passwords.yml names them.
_OF_KEYSTONE = "keystone_admin_password|heat_domain_admin_password|.+_keystone_password"
#: Where another region's authorities lie among those that containers are given.
_NAMES = ("identity.crt", "identity-public.crt")


def _variables(cloud: Cloud) -> Variables:
    other = identity_of(cloud)
    if other is None:
        return
    via = cloud.path("identity")
    for side, name in (("internal", "internal"), ("public", "external")):
        url = identity_url(other, side, via)
        yield f"keystone_{name}_fqdn", Traced(identity_host(other, side), url.cause)
        yield f"keystone_{side}_url", url


def _check(cloud: Cloud, spans: Spans) -> Iterator[Diagnostic]:
    """Hosts that another region of the blueprint runs its containers on too, once for each region."""
    regions = cloud.model.of(OpenStack)
    mine = _hosts(cloud, cloud.layer)
    for ref in sorted(regions):
        if ref >= cloud.ref or ref in cloud.model.existing or ref not in _deployed(cloud):
            continue
        theirs = _hosts(cloud, regions[ref])
        shared = [host for host in mine if host in theirs]
        if shared:
            role, position = mine[shared[0]]
            other_role, other_position = theirs[shared[0]]
            yield _host_in_two_regions(
                spans.at(cloud.ref, role, position),
                cloud.ref,
                ref,
                shared,
                spans.at(ref, other_role, other_position),
            )


def _deployed(cloud: Cloud) -> frozenset[Ref]:
    regions = cloud.model.of(OpenStack)
    return frozenset(ref for ref, each in regions.items() if each.tool_name == "kolla_ansible")


def _hosts(cloud: Cloud, region: OpenStack) -> dict[Ref, tuple[str, int]]:
    """The hosts of a region's roles, with the place that names each first."""
    found: dict[Ref, tuple[str, int]] = {}
    for role in _ROLES:
        for position, named in enumerate(getattr(region, role)):
            for host in cloud.model.hosts((named,)):
                found.setdefault(host.ref, (role, position))
    return found


def _host_in_two_regions(
    span: Span, region: str, other: str, shared: list[Ref], other_span: Span
) -> Diagnostic:
    more = f" and {len(shared) - 1:,} more" if len(shared) > 1 else ""
    return Diagnostic(
        SHARED_HOST,
        span,
        f"`{shared[0]}`{more} would run `{region}` and `{other}`",
        labels=(Label(other_span, f"`{other}` runs on it too"),),
        notes=("containers, volumes and /etc/kolla have the same names in every region",),
        hint="give each region hosts of its own; one Keystone may serve both with `identity`",
    )


def _supplies(cloud: Cloud) -> Iterator[Step]:
    other = identity_of(cloud)
    if other is None:
        return
    if other.ref in cloud.model.existing:
        yield from _region(cloud, other)
    yield from _passwords(cloud, other)
    found = trusted_apart(cloud, other)
    if not found:
        return
    folder = f"{folder_of(cloud)}/certificates/ca"
    copies = [
        (f"{folder}/{name}", place) for name, place in zip(_NAMES, found.values(), strict=False)
    ]
    yield Step(
        title=f"Trust the authority of `{other.ref}`",
        needs=tuple(_beside(cloud, ref) for ref in found if _source(cloud, ref) is not None),
        commands=(
            f"install -d -m 0750 {folder}",
            *(f"install -m 0640 {folder_of(other)}/{place} {copy}" for copy, place in copies),
        ),
        checks=tuple(f"openssl x509 -noout -subject -in {copy}" for copy, _ in copies),
        gives=("services that trust the shared identity service",),
        takes=tuple(
            Taken(HandOver("certificate", other.ref, ref), f"{other.configuration_folder}/{place}")
            for ref, place in found.items()
        ),
    )


def _region(cloud: Cloud, other: Cloud) -> Iterator[Step]:
    """An identity service that nothing here deploys takes endpoints of regions that it knows only."""
    name = shlex.quote(cloud.layer.region)
    yield Step(
        title=f"Make this region known to `{other.ref}`",
        needs=(f"credentials of an administrator of `{other.ref}` in the variables `OS_*`",),
        commands=(
            f"openstack region show {name} >/dev/null 2>&1 || openstack region create {name}",
        ),
        checks=(f"openstack region show {name}",),
    )


def _passwords(cloud: Cloud, other: Cloud) -> Iterator[Step]:
    own, theirs = store_of(cloud), store_of(other)
    if same_place(own, theirs):
        return
    folder = folder_of(cloud)
    taken, needs, takes, fetch = _fetch(cloud, other, theirs, f"{folder}/passwords-of-identity.yml")
    shared = f"{folder}/passwords-shared.yml"
    commands = [
        *fetch,
        f"(umask 027 && grep -E '^({_OF_KEYSTONE}):' {taken} > {shared})",
        f"kolla-mergepwd --old {shared} --new {folder}/passwords.yml --final {folder}/passwords.yml",
        f"rm -f {shared}" + ("" if not fetch else f" {taken}"),
    ]
    if own is not None and isinstance(own.store, VaultStore):
        commands.append(f"kolla-writepwd -p {folder}/passwords.yml {vault_options(own.store)}")
    yield Step(
        title=f"Take over the passwords of `{other.ref}`'s identity service",
        needs=needs,
        commands=tuple(commands),
        checks=(f"grep -Eq '^keystone_admin_password: .' {folder}/passwords.yml",),
        gives=("service users that have one password in all regions",),
        takes=takes,
    )


def _fetch(
    cloud: Cloud, other: Cloud, theirs: Secrets | None, place: str
) -> tuple[str, tuple[str, ...], tuple[Taken, ...], tuple[str, ...]]:
    """Where the other region's passwords lie on this host, what that needs, and how they get there."""
    store = None if theirs is None else theirs.store
    if isinstance(store, VaultStore):
        needs = ("a Vault token in `VAULT_TOKEN` that may read there",)
        fetch = (
            f"install -m 0640 {sample(cloud)} {place}",
            f"kolla-readpwd -p {place} {vault_options(store)}",
        )
        return place, needs, (), fetch
    if isinstance(store, FileStore):
        return shlex.quote(store.path), (f"`{store.path}` on this host",), (), ()
    assert store is None or isinstance(store, GeneratedStore), store
    made = f"{other.configuration_folder}/passwords.yml"
    passwords = HandOver("passwords", other.ref, "services")
    return shlex.quote(made), (), (Taken(passwords, made),), ()


def _source(cloud: Cloud, authority: Ref) -> FileRef | None:
    return cloud.model.at(authority, Pki).ca_certificate


def _beside(cloud: Cloud, authority: Ref) -> str:
    return f"the certificate of `{authority}` is `{_source(cloud, authority)}` beside the blueprint"


def _steps(cloud: Cloud) -> Iterator[Step]:
    """The other region's dashboard talks to this region too, and must trust its authority."""
    other = identity_of(cloud)
    if other is None or "horizon" not in other.layer.services or other.ref in cloud.model.existing:
        return
    internal = cloud.internal.tls
    if internal is None or internal not in trusted_apart(other, cloud):
        return
    target = f"{folder_of(other)}/certificates/ca/{shlex.quote(f'region-{cloud.layer.region}.crt')}"
    yield Step(
        title=f"Let the dashboard of `{other.ref}` trust this region",
        needs=(
            f"`{other.configuration_folder}` on this host: run this where `{other.ref}` is deployed",
        ),
        commands=(
            f"install -m 0640 {folder_of(cloud)}/{AUTHORITY} {target}",
            f"{kolla(other, 'reconfigure')} --tags horizon",
        ),
        checks=(f"openssl x509 -noout -subject -in {target}",),
        gives=(f"the region `{cloud.layer.region}` in the dashboard",),
    )


SUBJECT = Subject(
    name="shared_identity",
    variables=_variables,
    supplies=_supplies,
    steps=_steps,
    check=_check,
    rules=(SHARED_HOST,),
    derived_variables={
        "keystone_internal_url": "`identity`",
        "keystone_public_url": "`identity`",
    },
)
