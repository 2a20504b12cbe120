"""Masakari: what it watches, and the keys by which hosts that are watched know each other.

Hosts are watched by Pacemaker: the control hosts form its cluster, and computes are its remotes. A host
can't be both, and the keys of the two are files that Kolla-Ansible takes and does not make.
"""

from __future__ import annotations

from collections.abc import Iterator

from blueprint.diagnostics import Diagnostic, Label, Rule
from blueprint.source import Span
from blueprint.spans import Spans
from blueprint.target import Cause, Step
from blueprint.values import Ref
from targets._formats.page import Traced
from targets.kolla_ansible.cloud import Cloud
from targets.kolla_ansible.commands import folder_of
from targets.kolla_ansible.subject import Subject, Variables

BOTH_ENDS = Rule("OIB6132", "watched-host-watches")

#: Corosync takes keys of 128 to 4,096 bytes; Pacemaker's manual makes them of 4,096.
_KEY_BYTES = 4096
_KEYS = ("hacluster-corosync", "hacluster-pacemaker")


def watches_hosts(cloud: Cloud) -> bool:
    """Whether hosts are watched, not guests alone."""
    return "masakari" in cloud.layer.services and "host" in cloud.layer.masakari.monitors


def _variables(cloud: Cloud) -> Variables:
    if "masakari" not in cloud.layer.services:
        return
    field = cloud.path("masakari", "monitors")
    for monitor in ("instance", "host"):
        cause = Cause("what is watched", (field,))
        on = monitor in cloud.layer.masakari.monitors
        yield f"enable_masakari_{monitor}monitor", Traced(on, cause)


def _supplies(cloud: Cloud) -> Iterator[Step]:
    if not watches_hosts(cloud):
        return
    folder = f"{folder_of(cloud)}/config"
    yield Step(
        title="Make the keys of the hosts that watch each other",
        commands=tuple(
            command
            for key in _KEYS
            for command in (
                f"install -d -m 0750 {folder}/{key}",
                (
                    f"test -s {folder}/{key}/authkey || (umask 077 && openssl rand -out "
                    f"{folder}/{key}/authkey {_KEY_BYTES})"
                ),
            )
        ),
        checks=tuple(f"test -s {folder}/{key}/authkey" for key in _KEYS),
        gives=("two keys, made once: keep a copy where secrets are kept",),
    )


def _check(cloud: Cloud, spans: Spans) -> Iterator[Diagnostic]:
    if not watches_hosts(cloud):
        return
    control = {host.ref for host in cloud.model.hosts(cloud.layer.control)}
    for position, named in enumerate(cloud.layer.compute):
        both = next((h.ref for h in cloud.model.hosts((named,)) if h.ref in control), None)
        if both is not None:
            position_of_service = cloud.layer.services.index("masakari")
            listed = spans.at(cloud.ref, "services", position_of_service)
            stated = spans.written(cloud.ref, "masakari", "monitors") or listed
            where = spans.at(cloud.ref, "compute", position)
            yield _both_ends(stated, both, where, spans.at(cloud.ref, "control"))
            return


def _both_ends(span: Span, host: Ref, compute: Span, control: Span) -> Diagnostic:
    """A host that would be in Pacemaker's cluster and one of its remotes."""
    return Diagnostic(
        BOTH_ENDS,
        span,
        f"`{host}` can't be watched: it is one of the hosts that watch",
        labels=(Label(compute, "computes are watched"), Label(control, "controllers watch")),
        hint="write `masakari { monitors = [instance] }`, or take controllers that are no computes",
    )


SUBJECT = Subject(
    name="guest_recovery",
    variables=_variables,
    supplies=_supplies,
    check=_check,
    rules=(BOTH_ENDS,),
    derived_variables=dict.fromkeys(
        ("enable_masakari_hostmonitor", "enable_masakari_instancemonitor", "enable_hacluster"),
        "`masakari { monitors }`",
    ),
)
