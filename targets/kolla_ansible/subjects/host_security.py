"""Tells the tool to leave the security module of hosts as they state it: by itself it loosens SELinux."""

from __future__ import annotations

from collections.abc import Iterator

from blueprint.target import Cause
from targets._formats.page import Traced
from targets.kolla_ansible.cloud import Cloud, HostClass
from targets.kolla_ansible.subject import Subject


def _variables(_: Cloud, each: HostClass) -> Iterator[tuple[str, Traced]]:
    state = each.spec.security.lsm
    if state is not None:
        cause = Cause("the state of the hosts' security module", (f"{each.group}.security.lsm",))
        yield "selinux_state", Traced(state, cause)


SUBJECT = Subject(name="host_security", class_variables=_variables)
