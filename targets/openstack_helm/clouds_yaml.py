"""The administrator's `clouds.yaml`: made of the password of its own, trusted by the authority of the endpoint."""

from __future__ import annotations

import shlex

from blueprint.model import Pki
from blueprint.model.naming import cloud_access
from blueprint.target import Given, HandOver, Step
from targets._kubernetes.delivery import use_cluster
from targets._kubernetes.gateways import GATEWAY_NAMESPACE, certificate_name, gateway_name
from targets._kubernetes.git_folder import password_key
from targets.openstack_helm.cloud import Cloud
from targets.openstack_helm.endpoints import public_host, routes
from targets.openstack_helm.external_passwords import secret_name, tool_namespace, vault
from targets.openstack_helm.passwords import secret_folder


def access_step(cloud: Cloud) -> Step:
    """The step that writes the file, and shows that the region answers."""
    access = cloud_access(cloud.model, cloud.ref)
    scheme = "https" if cloud.public.tls is not None else "http"
    url = f"{scheme}://{public_host(cloud, 'identity')}/v3"
    path = access.path.replace("~/", '"$HOME"/')
    folder = path.rsplit("/", 1)[0]
    login = (
        '"username": "admin", "password": .endpoints.identity.auth.admin.password, "project_name": "admin", '
        '"user_domain_name": "default", "project_domain_name": "default"'
    )
    bundle = f"{path.removesuffix('.yaml')}-ca.pem"
    trust = _authority(cloud, bundle)
    needs, fetched = trust or ((), ())
    trusted = "" if trust is None else '"cacert": $cacert, '
    cloud_entry = (
        f'{{"region_name": "{cloud.layer.region}", {trusted}'
        f'"auth": {{"auth_url": "{url}", {login}}}}}'
    )
    document = f'{{"clouds": {{"{access.cloud}": {cloud_entry}}}}}'
    keystone = f"{secret_folder(cloud)}/keystone.json"
    filled = f"jq {shlex.quote(document)}"
    if trust is not None:
        filled = f"jq --arg cacert {bundle} {shlex.quote(document)}"
    written = f"umask 077 && {filled} {keystone} > {path}"
    if vault(cloud) is not None:
        key = password_key("keystone").replace(".", "\\.")
        written = (
            f"umask 077 && kubectl --namespace {tool_namespace(cloud)} get secret {secret_name(cloud)} "
            f"--output jsonpath='{{.data.{key}}}' | base64 -d | {filled} > {path}"
        )
    return Step(
        title="Make the administrator's clouds.yaml",
        needs=(
            "`jq` on this machine, and `openstack`, which `pip install python-openstackclient` brings",
            *needs,
        ),
        commands=(
            f"mkdir -p -m 700 {folder}",
            *fetched,
            *((use_cluster(cloud.cluster_ref),) if vault(cloud) is not None else ()),
            written,
        ),
        checks=(
            f"OS_CLIENT_CONFIG_FILE={path} openstack --os-cloud {access.cloud} endpoint list",
            f"OS_CLIENT_CONFIG_FILE={path} openstack --os-cloud {access.cloud} service list",
        ),
        gives=tuple(
            f"`{scheme}://{public_host(cloud, route.endpoint)}`: `{chart}`"
            for chart, route in routes(cloud)
            if route.endpoint == "dashboard"
        ),
        hands_over=(
            Given(HandOver("clouds", cloud.ref), path=access.path),
            *(
                ()
                if trust is None
                else (Given(HandOver("authorities", cloud.ref), bundle.replace('"$HOME"', "~")),)
            ),
        ),
    )


def authorities(cloud: Cloud) -> str | None:
    """The file of authorities that clients trust the public endpoint by, for a shell; None where they do anyway."""
    path = cloud_access(cloud.model, cloud.ref).path.replace("~/", '"$HOME"/')
    bundle = f"{path.removesuffix('.yaml')}-ca.pem"
    return None if _authority(cloud, bundle) is None else bundle


def _authority(cloud: Cloud, path: str) -> tuple[tuple[str, ...], tuple[str, ...]] | None:
    """What is needed and run for clients to trust the public endpoint; None where they do anyway."""
    if cloud.public.tls is None or cloud.gateway is None:
        return None
    pki = cloud.model.at(cloud.public.tls, Pki)
    if pki.ca_certificate is not None:
        where = path.replace('"$HOME"', "~")
        need = f"`{where}`: the authority of the endpoint's certificate, which is `{pki.ca_certificate}` beside the blueprint"
        return (need,), (f"test -s {path}",)
    if pki.issuer != "internal":
        return None
    secret = certificate_name(gateway_name(cloud.gateway[1]))
    fetched = (
        f"kubectl --namespace {GATEWAY_NAMESPACE} get secret {secret} "
        f"--output jsonpath='{{.data.ca\\.crt}}' | base64 -d > {path}"
    )
    return (), (use_cluster(cloud.cluster_ref), fetched, f"test -s {path}")
