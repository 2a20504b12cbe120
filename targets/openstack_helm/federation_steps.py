"""The steps of federation: Keystone's image with Apache's module, and what Keystone keeps of an identity provider."""

from __future__ import annotations

import shlex
from collections.abc import Iterator
from urllib.parse import quote

from blueprint.model.naming import cloud_access
from blueprint.target import Step
from targets._openstack.mapping_rules import groups_of
from targets.openstack_helm.cloud import Cloud
from targets.openstack_helm.clouds_yaml import authorities
from targets.openstack_helm.endpoints import public_host
from targets.openstack_helm.federation import (
    IMAGE,
    PROTOCOL,
    authorities_of_hosts,
    mapping_file,
    provider_of,
    redirect_uri,
)


def image_steps(cloud: Cloud) -> Iterator[Step]:
    """Keystone's image with the module, which the project's own lack."""
    if provider_of(cloud) is None:
        return
    image = shlex.quote(cloud.options.images[IMAGE])
    release = cloud.layer.release
    base = f"{release}-ubuntu_noble"
    arguments = {
        "BASE_VENV_BUILDER": f"quay.io/airshipit/venv_builder:{base}",
        "BASE_RUNTIME": f"quay.io/airshipit/base:{base}",
        "KEYSTONE_REF": f"stable/{release}",
        "PROFILES": "fluent apache ldap openidc",
    }
    given = " ".join(
        f"--build-arg {name}={shlex.quote(value)}" for name, value in arguments.items()
    )
    folder = '"$HOME"/.cache/oib/openstack-helm-images'
    yield Step(
        title="Build Keystone's image with OpenID Connect",
        needs=(
            "Docker on this machine, and leave to push to the registry",
            "the network that images are built from: Ubuntu's packages, PyPI, opendev.org and quay.io",
        ),
        commands=(
            f"test -d {folder} || git clone https://opendev.org/openstack/openstack-helm-images {folder}",
            f"docker build --file {folder}/keystone/Dockerfile {given} --tag {image} {folder}",
            f"docker push {image}",
        ),
        checks=(f"docker run --rm {image} test -s /usr/lib/apache2/modules/mod_auth_openidc.so",),
    )


def provider_needs(cloud: Cloud) -> tuple[str, ...]:
    """What must stand at the provider, and on hosts, before the charts are installed."""
    found = provider_of(cloud)
    if found is None:
        return ()
    _, provider = found
    return (
        (
            f"the cloud is registered at {provider.issuer} as `{provider.client}`, with the redirect URI "
            f"`{redirect_uri(cloud)}`"
        ),
        f"{provider.issuer} answers the control hosts, and its certificate is of an authority in their `{authorities_of_hosts(cloud)}`",
    )


def federation_steps(cloud: Cloud) -> Iterator[Step]:
    """What Keystone keeps of the provider in its database."""
    found = provider_of(cloud)
    if found is None:
        return
    name, provider = found
    word, domain = shlex.quote(name), shlex.quote(provider.domain)
    issuer, protocol = shlex.quote(provider.issuer), f"--identity-provider {word} {PROTOCOL}"
    client = quote(provider.client, safe="")
    groups = groups_of(provider.mapping)
    bundle = authorities(cloud)
    trusted = "" if bundle is None else f" --cacert {bundle}"
    domains = dict.fromkeys((provider.domain, *(each for each, _ in groups)))
    yield Step(
        title=f"Let users of `{name}` in",
        commands=(
            cloud_access(cloud.model, cloud.ref).export,
            *(f"openstack domain create --or-show {shlex.quote(each)}" for each in domains),
            *(
                f"openstack group create --or-show --domain {shlex.quote(each)} {shlex.quote(group)}"
                for each, group in groups
            ),
            _made("mapping", word, f"--rules {shlex.quote(mapping_file(name))} {word}"),
            _made("identity provider", word, f"--remote-id {issuer} {word}", f"--domain {domain} "),
            _made("federation protocol", protocol, f"--mapping {word} {protocol}"),
        ),
        checks=(
            (
                f"curl -sS{trusted} -o /dev/null -w '%{{redirect_url}}' "
                f"{shlex.quote(_login(cloud, name))} | grep -F {shlex.quote(f'client_id={client}')}"
            ),
        ),
        gives=("the groups that the rules name: give them roles, a user without one can't log in",),
    )


def _made(kind: str, name: str, stated: str, once: str = "") -> str:
    """The command that makes something of Keystone's, or sets what is stated of it."""
    return (
        f"if openstack {kind} show {name} >/dev/null 2>&1; then openstack {kind} set {stated}; "
        f"else openstack {kind} create {once}{stated}; fi"
    )


def _login(cloud: Cloud, name: str) -> str:
    """Where the dashboard sends a user who chooses the provider."""
    way = f"identity_providers/{name}/protocols/{PROTOCOL}/websso"
    url = f"https://{public_host(cloud, 'identity')}/v3/auth/OS-FEDERATION/{way}"
    if not cloud.has("horizon"):
        return url
    return f"{url}?origin=https://{public_host(cloud, 'dashboard')}/auth/websso/"
