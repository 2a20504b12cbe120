"""Whether the tool that a region is to be deployed with deploys where it stands: hosts, Kubernetes, StarlingX."""

from __future__ import annotations

from collections.abc import Iterator

from blueprint.diagnostics import Diagnostic, Label, Rule
from blueprint.model import Model, OpenStack
from blueprint.source import Span
from blueprint.spans import Spans
from blueprint.values import Ref

OTHER_GROUND = Rule("OIB5776", "tool-for-other-ground")


def region_tools(model: Model, spans: Spans) -> Iterator[Diagnostic]:
    """Kolla-Ansible deploys on hosts, OpenStack-Helm on a cluster of Kubernetes, StarlingX's application on StarlingX."""
    for ref, region in model.of(OpenStack).items():
        if region.deployer is None or ref in model.existing:
            continue
        tool, span = region.deployer.choice, spans.at(ref, "deployer")
        if tool == "stx_openstack" and not region.is_on_starlingx:
            hint = "name a system: `on = starlingx.…`, or take this choice out"
            ground = "hosts" if region.on is None else "Kubernetes"
            where = None if region.on is None else spans.at(ref, "on")
            yield other_ground(span, "StarlingX's application", ref, ground, hint, where)
        elif tool != "stx_openstack" and region.is_on_starlingx:
            title = "OpenStack-Helm" if tool == "openstack_helm" else "Kolla-Ansible"
            hint = "remove this choice: on StarlingX its own application deploys, or remove `on`"
            yield other_ground(span, title, ref, "StarlingX", hint, spans.at(ref, "on"))
        elif tool == "openstack_helm" and region.on is None:
            hint = "name a cluster: `on = kubernetes.…`; without one Kolla-Ansible deploys on the hosts"
            yield other_ground(span, "OpenStack-Helm", ref, "hosts", hint, None)
        elif tool == "kolla_ansible" and region.on is not None:
            hint = "remove `on`, or this choice: on Kubernetes it is OpenStack-Helm that deploys"
            where = spans.at(ref, "on")
            yield other_ground(span, "Kolla-Ansible", ref, "Kubernetes", hint, where)


def other_ground(
    span: Span, tool: str, ref: Ref, ground: str, hint: str, where: Span | None
) -> Diagnostic:
    """A tool that deploys on something else."""
    labels = () if where is None else (Label(where, "it stands here"),)
    text = f"{tool} can't deploy `{ref}` on {ground}"
    return Diagnostic(OTHER_GROUND, span, text, labels=labels, hint=hint)
