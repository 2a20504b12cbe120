"""The steps that make a running system ready for workloads: applications, then what their pods look for.

Those of a subcloud are run from the system controller, over SSH, so that one loop does them for all of a group.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from blueprint.target import Step
from targets.starlingx import secrets
from targets.starlingx.applications import by_hand
from targets.starlingx.system import System
from targets.starlingx.workloads import FILE, OPERATOR, OPERATOR_NAMESPACE, has_workloads

_OPENRC = "source /etc/platform/openrc"
_ENV = ". ./subcloud.env"
#: A way onto the active controller of a subcloud, whose address its own folder has.
_SSH = 'ssh "sysadmin@$OAM_ADDRESS"'


def is_prepared(system: System) -> bool:
    """Whether a system has such steps at all."""
    return has_workloads(system) or any(by_hand(system))


def prepared(system: System) -> Iterator[Step]:
    """The steps."""
    for commands in by_hand(system):
        yield _application(system, commands)
    if has_workloads(system):
        yield _workloads(system)


def _application(system: System, commands: Sequence[str]) -> Step:
    """An application that the bootstrap leaves out."""
    name = commands[-1].rpartition(" ")[2]
    uploaded = f"until system application-list | grep -E '{name} .* uploaded '; do sleep 10; done"
    charts = system.layer.application[name].chart.values()
    files = [
        f"`{secrets.file_path(each.values)}`: `{each.values}` from beside the blueprint"
        for each in charts
    ]
    files += [
        f"`{secrets.path(each.secret_values)}`: the secret `{each.secret_values}`, values in YAML"
        for each in charts
        if each.secret_values is not None
    ]
    return Step(
        title=f"Install the application `{name}`",
        needs=(
            *_needs(system),
            *(_on_subcloud(each) for each in files if system.layer.is_subcloud),
        ),
        commands=_there(system, (_OPENRC, commands[0], uploaded, *commands[1:])),
        checks=_seen(system, (f"{_OPENRC} && system application-show {name}",)),
    )


def _workloads(system: System) -> Step:
    """Namespaces, networks of pods, accelerators."""
    commands = [f"kubectl apply --filename {FILE}"]
    checks = []
    if system.layer.radio_accelerator:
        applied = (
            f"until system application-list | grep -E '{OPERATOR} .* applied '; do sleep 10; done"
        )
        commands = [_OPENRC, applied, *commands]
        checks.append(f"kubectl get sriovfecnodeconfigs --namespace {OPERATOR_NAMESPACE}")
    if system.layer.pod_network:
        checks.append("kubectl get network-attachment-definitions --all-namespaces")
    if system.layer.namespace:
        checks.append(f"kubectl get namespaces {' '.join(system.layer.namespace)}")
    return Step(
        title="Prepare for workloads",
        needs=_needs(system),
        commands=_there(system, commands, FILE),
        checks=_seen(system, checks),
    )


def _needs(system: System) -> tuple[str, ...]:
    if not system.layer.is_subcloud:
        return ("all hosts unlocked and enabled",)
    return (
        "the subcloud managed and `online`, its hosts unlocked and enabled",
        f"run this as `sysadmin` on the active controller of `{system.layer.of}`, with this folder copied there",
        "keys of `sysadmin` there that each subcloud takes: `ssh-copy-id`, once for each",
    )


def _on_subcloud(file: str) -> str:
    return f"on the active controller of the subcloud {file}"


def _there(system: System, commands: Sequence[str], given: str = "") -> tuple[str, ...]:
    """Commands where they belong: here, or in a login shell of the subcloud, with the file that they read."""
    if not system.layer.is_subcloud:
        return tuple(commands)
    brought = (f"{_SSH} 'cat > {given}' < {given}",) if given else ()
    script = "\n".join((f"{_SSH} bash -l <<'END'", "set -e", *commands, "END"))
    return (_ENV, *brought, script)


def _seen(system: System, commands: Sequence[str]) -> tuple[str, ...]:
    """Checks where they belong; none of them has a quote in it."""
    if not system.layer.is_subcloud:
        return tuple(commands)
    return tuple(f"{_ENV} && {_SSH} 'bash -lc \"{each}\"'" for each in commands)


__all__ = ["is_prepared", "prepared"]
