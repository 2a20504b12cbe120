"""Writes the values of OpenStack's application, and the steps that install it."""

from __future__ import annotations

import json
import shlex
from collections.abc import Iterator

from blueprint.model.naming import cloud_access
from blueprint.target import Artifact, Deployment, Given, HandOver, Step
from targets._kubernetes.values import values_artifact
from targets.starlingx.openstack_app import Region
from targets.starlingx.openstack_values import values
from targets.starlingx.releases import release

NAMESPACE = "openstack"
_NOTICE = "Made by oib from the blueprint: change the blueprint, not this file."
_OPENRC = "source /etc/platform/openrc"
_APPLICATION = "stx-openstack"


def layer(region: Region, target: str) -> Deployment:
    """The values of the charts, and the steps."""
    files = tuple(
        values_artifact(f"{_folder()}/{chart}.yaml", given, (_NOTICE,))
        for chart, given in values(region).items()
    )
    return Deployment(region.ref, target, files, tuple(_steps(region, files)))


def _folder() -> str:
    return "starlingx/stx-openstack"


def _steps(region: Region, files: tuple[Artifact, ...]) -> Iterator[Step]:
    yield _upload(region)
    domain = region.domain
    if domain is not None:
        stated = shlex.quote(f"endpoint_domain={domain}")
        yield Step(
            title="Name the services",
            needs=(f"`*.{domain}` leads to the floating OAM address, as the DNS says",),
            commands=(
                f"{_OPENRC} && system service-parameter-add openstack helm {stated}",
                f"{_OPENRC} && system service-parameter-apply openstack",
            ),
            checks=(f"{_OPENRC} && system service-parameter-list --service openstack",),
        )
    yield from applied(region, files)


def applied(region: Region, files: tuple[Artifact, ...]) -> Iterator[Step]:
    """The steps once the application is there: its charts and their values, and that it runs with them."""
    commands = tuple(_choices(region)) + tuple(_overrides(files))
    if commands:
        yield Step(
            title="Say what is installed, and how",
            commands=commands,
            checks=(f"{_OPENRC} && system helm-override-list {_APPLICATION} --long",),
        )
    yield Step(
        title="Install OpenStack",
        needs=_group(region),
        commands=(f"{_OPENRC} && system application-apply {_APPLICATION}",),
        checks=(
            f"{_OPENRC} && system application-show {_APPLICATION} --column status --format value",
            "kubectl --namespace openstack get helmreleases",
        ),
        on_failure=(
            (
                f"`system application-show {_APPLICATION}` says under `progress` which chart failed, and `kubectl "
                "--namespace openstack describe helmrelease` of that chart why; after `apply-failed` and once that is "
                "put right, run this step again"
            ),
        ),
        gives=("`applied` as the status of the application, after an hour or so",),
    )
    yield _access(region)


def _access(region: Region) -> Step:
    """The administrator is the platform's, in a region of the platform's name."""
    access = cloud_access(region.model, region.ref)
    path = access.path.replace("~/", '"$HOME"/')
    host = (
        "keystone.openstack.svc.cluster.local"
        if region.domain is None
        else f"keystone.{region.domain}"
    )
    login = (
        f'"auth_url": {json.dumps(f"http://{host}/v3")}, "username": env.OS_USERNAME, "password": env.OS_PASSWORD, '
        '"project_name": "admin", "user_domain_name": "Default", "project_domain_name": "Default"'
    )
    cloud = f'{{"region_name": env.OS_REGION_NAME, "auth": {{{login}}}}}'
    document = f'{{"clouds": {{{json.dumps(access.cloud)}: {cloud}}}}}'
    return Step(
        title="Make the administrator's clouds.yaml",
        commands=(
            f"mkdir -p -m 700 {path.rsplit('/', 1)[0]}",
            f"{_OPENRC} && umask 077 && jq --null-input {shlex.quote(document)} > {path}",
        ),
        checks=(f"OS_CLIENT_CONFIG_FILE={path} openstack --os-cloud {access.cloud} endpoint list",),
        hands_over=(Given(HandOver("clouds", region.ref), path=access.path),),
    )


def _upload(region: Region) -> Step:
    version = region.layer.stx_openstack.application
    archive = f"{_APPLICATION}-*.tgz" if version is None else f"{_APPLICATION}-{version}.tgz"
    labels = tuple(
        f"{_OPENRC} && system host-label-list {member.name}" for member, _ in region.labels()
    )
    system = region.system
    return Step(
        title="Bring OpenStack's application to the system",
        needs=(
            (
                f"run this and all that follows as `sysadmin` on the active controller of `{system.ref}`, with this "
                "folder copied there"
            ),
            f"`{archive}` of StarlingX {system.layer.release} in this folder",
            "the deployment manager is done: all hosts are unlocked and available, with the labels of OpenStack",
        ),
        commands=(
            f"{_OPENRC} && system application-upload {archive}",
            f"until system application-list | grep -E '{_APPLICATION} .* uploaded '; do sleep 10; done",
        ),
        checks=(*labels, f"{_OPENRC} && system application-show {_APPLICATION}"),
    )


def _choices(region: Region) -> Iterator[str]:
    """Charts that are installed unasked and not wanted, and the other way round."""
    known = release(region.system.layer.release).catalog.openstack_charts
    for chart, is_wanted in region.charts.items():
        if is_wanted != known[chart].is_installed:
            word = "true" if is_wanted else "false"
            yield (
                f"{_OPENRC} && system helm-chart-attribute-modify --enabled {word} "
                f"{_APPLICATION} {chart} {NAMESPACE}"
            )


def _overrides(files: tuple[Artifact, ...]) -> Iterator[str]:
    for file in files:
        chart = file.path.rpartition("/")[2].removesuffix(".yaml")
        yield (
            f"{_OPENRC} && system helm-override-update --reset-values "
            f"--values stx-openstack/{chart}.yaml {_APPLICATION} {chart} {NAMESPACE}"
        )


def _group(region: Region) -> tuple[str, ...]:
    """A subcloud takes the group of OpenStack's users from its system controller."""
    if not region.system.layer.is_subcloud:
        return ()
    return (
        (
            f"the LDAP group `openstack` with the number 1001 on `{region.system.layer.of}`: there, once for all its "
            "subclouds, `sudo ldapaddgroup openstack 1001`"
        ),
    )


__all__ = ["layer"]
