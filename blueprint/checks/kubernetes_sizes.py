"""How large guests of a control plane are: what kubeadm refuses to start on."""

from __future__ import annotations

from collections.abc import Iterator

from blueprint.diagnostics import Diagnostic, Label, Rule
from blueprint.model import Kubernetes, Model, OpenStack
from blueprint.source import Span
from blueprint.spans import Spans

TOO_SMALL = Rule("OIB5716", "control-flavor-too-small")

#: What kubeadm asks of a node of the control plane. It stops below 1700 MB as the kernel counts them, which is
#: the documented 2 GiB without what the kernel and its crash dump keep.
CPUS = 2
MEMORY = 2 * 2**30


def kubernetes_sizes(model: Model, spans: Spans) -> Iterator[Diagnostic]:
    """Control planes of guests that kubeadm would not start."""
    for ref, cluster in model.of(Kubernetes).items():
        region = None if cluster.on is None else model.things.get(cluster.on)
        wanted = cluster.control.flavor
        if ref in model.existing or wanted is None or not isinstance(region, OpenStack):
            continue
        if cluster.tool_name == "magnum" and region.magnum.driver == "heat":
            continue  # it starts the control plane without kubeadm
        flavor = region.flavor.get(wanted.label)
        if cluster.on is None or flavor is None or flavor.baremetal or wanted.around != cluster.on:
            continue
        span = spans.at(ref, "control", "flavor")
        for field, stated, least, words in (
            ("vcpus", flavor.vcpus, CPUS, f"{CPUS} CPUs"),
            ("ram", flavor.ram, MEMORY, "2 GiB of memory"),
        ):
            if stated is not None and int(stated) < least:
                where = spans.at(cluster.on, "flavor", wanted.label, field)
                yield too_small(span, wanted.label, words, where)
                break


def too_small(span: Span, flavor: str, least: str, there: Span) -> Diagnostic:
    """A flavor on which kubeadm stops at once."""
    return Diagnostic(
        TOO_SMALL,
        span,
        f"flavor `{flavor}` is too small for a control plane: kubeadm starts none with less than {least}",
        labels=(Label(there, "its size"),),
        hint=f"choose a flavor with at least {CPUS} CPUs and 2 GiB",
    )
