"""From release to release: whether there is a way, what changes on it, and its steps."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace

from blueprint.diagnostics import Diagnostic, has_errors
from blueprint.model import Model, OpenStack
from blueprint.spans import Spans
from blueprint.target import Before, Deployment, standing
from blueprint.values import Ref
from targets.kolla_ansible import runbook
from targets.kolla_ansible.catalog import releases
from targets.kolla_ansible.checks import check
from targets.kolla_ansible.cloud import Cloud
from targets.kolla_ansible.emit import emit
from targets.kolla_ansible.plan import Plan, plan
from targets.kolla_ansible.systems import SYSTEMS, behaves_as
from targets.kolla_ansible.upgrade import limits
from targets.kolla_ansible.upgrade.changes import changes
from targets.kolla_ansible.upgrade.page import page_artifacts
from targets.kolla_ansible.upgrade.paths import next_releases, way
from targets.kolla_ansible.upgrade.steps import upgrade_steps

_OF_OTHERS = re.compile(r"v?1\..*|[0-9]{1,2}\.[0-9]{1,2}").fullmatch


class KollaAnsibleUpgrades:
    """Takes regions from the release that runs to the one of the blueprint."""

    def __init__(self, name: str) -> None:
        """Take the name of the target."""
        self._name = name

    def takes(self, origin: str) -> bool:
        """Whether it may be a release, a mistyped one included.

        That is all but what others count: Kubernetes (`1.34`) and StarlingX (`11.0`).
        """
        return _OF_OTHERS(origin) is None

    def check(self, layer: Ref, model: Model, spans: Spans, origin: str) -> tuple[Diagnostic, ...]:
        """Whether one upgrade leads there, and whether the hosts can be those that run now."""
        return tuple(_check(Cloud(layer, model), spans, origin))

    def settled(
        self, layer: Ref, model: Model, spans: Spans, before: Before
    ) -> tuple[Diagnostic, ...]:
        """Nothing: what changes with the release is on the page of changes."""
        del layer, model, spans, before
        return ()

    def emit(self, layer: Ref, model: Model, spans: Spans, origin: str) -> Deployment:
        """What a fresh deployment would be given, what changes, and the steps of the upgrade."""
        now = plan(layer, model)
        host = now.cloud.deployment_host
        if now.cloud.layer.release == origin:  # one of several regions, which stays where it is
            stays = Deployment(layer, self._name, emit(now), runbook.steps(now), host)
            return standing(stays)
        before = _before(layer, model, spans, origin)
        found = changes(origin, before, now)
        artifacts = sorted(
            (*emit(now), *page_artifacts(now, found)), key=lambda artifact: artifact.path
        )
        listed = upgrade_steps(before, now, found)
        return Deployment(layer, self._name, tuple(artifacts), listed, host)


def _check(cloud: Cloud, spans: Spans, origin: str) -> Iterator[Diagnostic]:
    goal, known = cloud.layer.release, releases()
    span = spans.at(cloud.ref, "release")
    if origin not in known:
        yield limits.unknown_origin(span, origin, known)
    elif origin == goal:
        regions = cloud.model.of(OpenStack).items()
        if all(each.release == origin or ref in cloud.model.existing for ref, each in regions):
            yield limits.same_release(span, origin)
    elif origin > goal:
        yield limits.downgrade(span, origin, goal)
    elif goal not in next_releases(origin):
        yield limits.release_skipped(span, way(origin, goal), next_releases(origin))
    else:
        yield from _systems(cloud, spans, origin)


def _systems(cloud: Cloud, spans: Spans, origin: str) -> Iterator[Diagnostic]:
    """Host systems that the release before does not take; the one of now is checked with the rest."""
    goal = cloud.layer.release
    both = tuple(system for system in SYSTEMS[origin] if system in SYSTEMS[goal])
    reported: set[tuple[str, str]] = set()
    for each in cloud.every_class():
        system = behaves_as(each.spec.os)
        if system in SYSTEMS[goal] and system not in both and (each.group, system) not in reported:
            reported.add((each.group, system))
            field = ("os",) if each.spec.os.like is None else ("os", "like")
            span = spans.at(each.group, *field)
            yield limits.system_of_one_release(span, system, origin, goal, both)


def _before(layer: Ref, model: Model, spans: Spans, origin: str) -> Plan | None:
    """The plan of the same blueprint for the release that runs, where that release can do it."""
    region = model.at(layer, OpenStack).model_copy(update={"release": origin})
    earlier = replace(model, things={**model.things, layer: region})
    if has_errors(check(layer, earlier, spans)):
        return None
    return plan(layer, earlier)
