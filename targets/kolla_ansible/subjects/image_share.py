"""Plans where Glance keeps images that are in no cluster: on an NFS share that all control hosts mount."""

from __future__ import annotations

from collections.abc import Iterator

from blueprint.diagnostics import Diagnostic
from blueprint.model.mounts import image_mount
from blueprint.spans import Spans
from blueprint.target import Cause, Step
from targets._formats.page import Traced
from targets.kolla_ansible import storage_limits as limits
from targets.kolla_ansible.cloud import Cloud
from targets.kolla_ansible.commands import on_hosts
from targets.kolla_ansible.storage import uses
from targets.kolla_ansible.subject import Subject, Variables


def _variables(cloud: Cloud) -> Variables:
    mount = image_mount(cloud.layer)
    if mount is not None:
        fields = (cloud.path(*mount.field), cloud.path("services"))
        cause = Cause("images on a share that every host of Glance mounts", fields)
        yield "glance_backend_file", Traced(value=True, cause=cause)
        yield "glance_file_datadir_volume", Traced(mount.path, cause)


def _prepares(cloud: Cloud) -> Iterator[Step]:
    mount = image_mount(cloud.layer)
    if mount is not None:
        yield Step(
            title="Look for the share of images",
            needs=(
                (
                    f"`{mount.share}` mounted at `{mount.path}` on every control host: the preparation of the "
                    "hosts does it"
                ),
            ),
            commands=(),
            checks=(f"{on_hosts(cloud, 'glance-api')} -m command -a 'mountpoint {mount.path}'",),
        )


def _check(cloud: Cloud, spans: Spans) -> Iterator[Diagnostic]:
    used = uses(cloud)
    if image_mount(cloud.layer) is not None and "glance" in used:
        where = spans.at(cloud.layer.storage or cloud.ref, "pool", used["glance"], "use")
        yield limits.two_places(spans.at(cloud.ref, "glance", "nfs"), "images", "glance", where)


SUBJECT = Subject(
    name="image_share",
    variables=_variables,
    prepares=_prepares,
    check=_check,
    derived_variables={
        "glance_backend_file": "`glance { nfs }`",
        "glance_file_datadir_volume": "`glance { nfs }`",
    },
)
