"""The steps that take OpenStack on a system along, once the system is at its next release."""

from __future__ import annotations

from collections.abc import Iterator

from blueprint.target import Deployment, Step
from targets.starlingx.openstack_app import Region
from targets.starlingx.openstack_layer import applied

_OPENRC = "source /etc/platform/openrc"
_APPLICATION = "stx-openstack"


def region_steps(region: Region, fresh: Deployment) -> Iterator[Step]:
    """The application's new archive, and then values as for a fresh installation."""
    version = region.layer.stx_openstack.application
    archive = f"{_APPLICATION}-*.tgz" if version is None else f"{_APPLICATION}-{version}.tgz"
    system = region.system
    yield Step(
        title="Give the system the next application of OpenStack",
        needs=(
            (
                f"run this and all that follows as `sysadmin` on the active controller of `{system.ref}`, with this "
                "folder copied there"
            ),
            f"the system at StarlingX {system.layer.release}, with its deployment closed",
            f"`{archive}` of StarlingX {system.layer.release} in this folder, and no other archive of it",
            "a backup of the databases somewhere else",
        ),
        commands=(
            _OPENRC,
            f"system application-update --reuse-user-overrides true {archive}",
            f"until system application-list | grep -E '{_APPLICATION} .* (applied|.*-failed) '; do sleep 30; done",
            f"system application-list | grep -E '{_APPLICATION} .* applied '",
        ),
        checks=(f"{_OPENRC} && system application-show {_APPLICATION}",),
        on_failure=(
            (
                "the system goes back to the application from before by itself; `system application-show "
                f"{_APPLICATION}` says why, in `progress`"
            ),
        ),
    )
    yield from applied(region, fresh.artifacts)


__all__ = ["region_steps"]
