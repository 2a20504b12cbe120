"""The steps of a deployment: bootstrap of a system, or its addition as a subcloud, and what describes its hosts."""

from __future__ import annotations

from collections.abc import Iterator

from blueprint.target import Step
from targets.starlingx.system import System

_OPENRC = "source /etc/platform/openrc"
_PLAYBOOKS = "/usr/share/ansible/stx-ansible/playbooks"


def steps(system: System) -> tuple[Step, ...]:
    """The steps in their order."""
    part = _subcloud if system.layer.is_subcloud else _bootstrap
    return (*part(system), *_runtimes(system))


def _runtimes(system: System) -> Iterator[Step]:
    """Kata Containers, which the release has on its hosts already."""
    names = " ".join(system.layer.runtime)
    if names:
        yield Step(
            title="Offer Kata Containers to pods",
            needs=(f"run this as `sysadmin` on controller-0 of `{system.ref}`, unlocked",),
            commands=("kubectl apply --filename runtime-classes.yml",),
            checks=(f"kubectl get runtimeclass {names}",),
        )


def _bootstrap(system: System) -> Iterator[Step]:
    """A system that is bootstrapped where it stands."""
    yield Step(
        title=f"Bootstrap StarlingX {system.layer.release}",
        needs=(
            (
                "run this and all that follows as `sysadmin` on controller-0, which was installed from the ISO "
                "image of the release, with this folder copied there"
            ),
        ),
        commands=(
            "cp localhost.yml ~/localhost.yml",
            f"ansible-playbook {_PLAYBOOKS}/bootstrap.yml",
        ),
        checks=(f"{_OPENRC} && system show",),
    )
    yield Step(
        title="Describe the system and its hosts",
        needs=("the deployment manager of the release on the system",),
        commands=("kubectl apply --filename deployment-config.yml",),
        checks=(f"{_OPENRC} && system host-list",),
    )


def _subcloud(system: System) -> Iterator[Step]:
    """A subcloud that its system controller installs, bootstraps and configures."""
    yield Step(
        title=f"Add the subcloud {system.name}",
        needs=(
            f"run this as `sysadmin` on the active controller of `{system.layer.of}`, with this folder there",
        ),
        commands=(
            (
                f"{_OPENRC} && dcmanager subcloud add --bootstrap-values bootstrap-values.yml "
                "--deploy-config deployment-config.yml"
            ),
        ),
        checks=(f"{_OPENRC} && dcmanager subcloud show {system.name}",),
    )


__all__ = ["steps"]
