"""Bare metal that a managing cluster installs (Metal3): how it is switched on, booted, and with what image."""

from __future__ import annotations

from collections.abc import Iterator

from blueprint.checks.places import once_a_place
from blueprint.diagnostics import Diagnostic, Label, Rule
from blueprint.fleet import kubernetes_roles
from blueprint.model import Hardware, Host, Kubernetes, Model
from blueprint.model.kubernetes import ManagedByClusterApi
from blueprint.source import Span
from blueprint.spans import Spans
from blueprint.values import Ref

INCOMPLETE = Rule("OIB5790", "incomplete-metal-node")
NO_IMAGE = Rule("OIB5791", "metal-nodes-without-image")
SECURE_BOOT = Rule("OIB5792", "secure-boot-over-ipmi")


def metal_nodes(model: Model, spans: Spans) -> Iterator[Diagnostic]:
    """Hosts that a manager can't install."""
    for ref, cluster in model.of(Kubernetes).items():
        is_metal = cluster.on is None and cluster.tool_name == "cluster_api"
        if ref in model.existing or not is_metal:
            continue
        options = cluster.deployer
        if not isinstance(options, ManagedByClusterApi) or options.image is None:
            yield no_image(spans.at(ref, "deployer"), ref, "image")
        elif options.sha256 is None:
            yield no_image(spans.at(ref, "deployer", "image"), ref, "sha256")
        yield from once_a_place(_incomplete(ref, cluster, model, spans))
        yield from _secure_boot(ref, cluster, model, spans)


def _incomplete(ref: Ref, cluster: Kubernetes, model: Model, spans: Spans) -> Iterator[Diagnostic]:
    for role in kubernetes_roles(ref, cluster):
        for host in model.hosts(role.selection):
            missing = tuple(_missing(host))
            if missing:
                yield incomplete(
                    spans.at(host.ref), host.ref, missing, ref, spans.at(ref, *role.path)
                )


def _missing(host: Host) -> Iterator[str]:
    if host.bmc_address is None:
        yield "bmc.address"
    if host.bmc_credentials is None:
        yield "bmc.credentials"
    if host.boot_mac is None:
        yield "boot.mac"


def _secure_boot(ref: Ref, cluster: Kubernetes, model: Model, spans: Spans) -> Iterator[Diagnostic]:
    told: set[Ref] = set()
    for role in kubernetes_roles(ref, cluster):
        for host in model.hosts(role.selection):
            wanted = host.spec.hardware
            if wanted in told:
                continue
            told.add(wanted)
            hardware = model.things.get(wanted)
            if isinstance(hardware, Hardware) and hardware.secure_boot and hardware.bmc.protocol == "ipmi":  # fmt: skip
                where = spans.at(wanted, "bmc", "protocol")
                yield secure_boot(spans.at(wanted, "secure_boot"), wanted, where)


def incomplete(
    span: Span, host: str, missing: tuple[str, ...], cluster: str, role_span: Span
) -> Diagnostic:
    """A server that can't be switched on or told apart."""
    listed = " and ".join(f"`{name}`" for name in missing)
    return Diagnostic(
        INCOMPLETE,
        span,
        f"`{host}` states no {listed}, and a managing cluster installs it over the network",
        labels=(Label(role_span, f"a node of `{cluster}`"),),
        notes=("its controller switches it on, and its port is known by its hardware address",),
        hint=f"state {listed} for each of these hosts",
    )


def no_image(span: Span, cluster: str, field: str) -> Diagnostic:
    """Nothing to write to disks, or no digest to check it with."""
    return Diagnostic(
        NO_IMAGE,
        span,
        f"nodes of `{cluster}` are bare metal, and nothing says which image is written to their disks"
        if field == "image"
        else f"the image of `{cluster}`'s nodes has no digest, and Metal3 writes none that it can't check",
        hint='state it: `deployer cluster_api { image = "https://…"  sha256 = "…" }`',
    )


def secure_boot(span: Span, hardware: str, bmc_span: Span) -> Diagnostic:
    """Secure boot that IPMI has no words for."""
    return Diagnostic(
        SECURE_BOOT,
        span,
        f"secure boot of `{hardware}` can't be switched on over IPMI",
        labels=(Label(bmc_span, "spoken with the controller"),),
        hint="set `protocol = redfish` in `bmc`",
    )
