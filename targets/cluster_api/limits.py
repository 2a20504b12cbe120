"""What Cluster API and its providers can't do, or would refuse: the rules, and the wording of each."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from blueprint.diagnostics import Diagnostic, Label, Rule, did_you_mean
from blueprint.source import Span
from targets._kubernetes.upgrades import NoWay

NAME = Rule("OIB6950", "unusable-name")
NOT_OFFERED = Rule("OIB6951", "not-with-cluster-api")
NO_PATCH = Rule("OIB6952", "version-without-patch")
VERSION = Rule("OIB6953", "version-not-supported")
MANAGER_VERSION = Rule("OIB6954", "manager-not-supported")
EXTERNAL = Rule("OIB6955", "unclear-external-network")
INTERFACE = Rule("OIB6956", "interface-without-network")
UNREACHABLE = Rule("OIB6957", "unreachable-api")
ONE_ADDRESS = Rule("OIB6958", "address-of-one-control-node")
FAMILY = Rule("OIB6959", "family-not-on-nodes")
LABEL = Rule("OIB6960", "label-of-nobody")
TEXT = Rule("OIB6961", "unusable-text")
ADMISSION = Rule("OIB6962", "unknown-admission-plugin")
WHOLE_UNITS = Rule("OIB6963", "not-in-whole-units")
OTHER_TOOL = Rule("OIB6964", "tool-without-variables")
VIRTUAL_DISC = Rule("OIB6970", "virtual-disc-over-ipmi")
RAID = Rule("OIB6971", "raid-not-offered")
ROOT_DEVICE = Rule("OIB6972", "unusable-root-device")
UNLIKE = Rule("OIB6973", "unlike-hosts")
FRAME = Rule("OIB6974", "frame-size-not-offered")
BOOT_NETWORK = Rule("OIB6975", "unusable-boot-network")
NO_NETWORK = Rule("OIB6976", "no-network-of-nodes")
TWO_PARTS = Rule("OIB6977", "node-in-two-parts")
SETTING = Rule("OIB6978", "host-setting-without-effect")
NO_WAY = Rule("OIB6979", "no-way-of-machines")
UNGUARDED = Rule("OIB6980", "interface-without-port-security")

RULES: tuple[Rule, ...] = (
    NAME, NOT_OFFERED, NO_PATCH, VERSION, MANAGER_VERSION, EXTERNAL, INTERFACE,
    UNREACHABLE, ONE_ADDRESS, FAMILY, LABEL, TEXT, ADMISSION, WHOLE_UNITS, OTHER_TOOL,
    VIRTUAL_DISC, RAID, ROOT_DEVICE, UNLIKE, FRAME, BOOT_NETWORK, NO_NETWORK,
    TWO_PARTS, SETTING, NO_WAY, UNGUARDED,
)  # fmt: skip


def _shown(text: str) -> str:
    return text if len(text) <= 60 else f"{text[:57]}…"


def unusable_name(span: Span, what: str, name: str, reason: str) -> Diagnostic:
    """A name that Kubernetes or a provider refuses for what it becomes the name of."""
    return Diagnostic(
        NAME,
        span,
        f"`{_shown(name)}` can't be the name of {what}",
        notes=(reason,),
        hint="use another name",
    )


def not_with_cluster_api(span: Span, what: str, reason: str, hint: str) -> Diagnostic:
    """Something that this tool has no way to make."""
    return Diagnostic(
        NOT_OFFERED, span, f"Cluster API can't make {what}", notes=(reason,), hint=hint
    )


def version_without_patch(span: Span, version: str, image: Span | None) -> Diagnostic:
    """Cluster API takes full versions only, and nothing says the patch."""
    return Diagnostic(
        NO_PATCH,
        span,
        f"Cluster API needs the patch of version `{version}`",
        labels=(Label(image, "the image doesn't say it either"),) if image is not None else (),
        hint=f"write it in full, as the nodes' image carries it: `{version}.4`",
    )


def version_not_supported(
    span: Span, version: str, release: str, least: str, most: str
) -> Diagnostic:
    """A version that this release of Cluster API does not make."""
    return Diagnostic(
        VERSION,
        span,
        f"Cluster API {release} makes no clusters of version `{version}`",
        hint=f"take one from {least} to {most}",
    )


def manager_not_supported(
    span: Span, manager: str, version: str, least: str, most: str, there: Span
) -> Diagnostic:
    """A manager whose own version this release of Cluster API does not run on."""
    return Diagnostic(
        MANAGER_VERSION,
        span,
        f"`{manager}` can't be a manager in version `{version}`",
        labels=(Label(there, "its version"),),
        hint=f"managers have a version from {least} to {most}",
    )


def manager_of_unknown_version(
    span: Span, manager: str, least: str, most: str, there: Span
) -> Diagnostic:
    """A manager on StarlingX that leaves its version to the release."""
    return Diagnostic(
        MANAGER_VERSION,
        span,
        f"`{manager}` doesn't say which version of Kubernetes the manager has",
        labels=(Label(there, "the version is left to its release"),),
        hint=f'state it there: `kubernetes = "…"`, a version from {least} to {most}',
    )


def unclear_external_network(span: Span, region: str, known: Sequence[str]) -> Diagnostic:
    """A router of nodes that may lead nowhere, or to more than one place."""
    if not known:
        return Diagnostic(
            EXTERNAL,
            span,
            f"`{region}` has no external network for the nodes' router to lead to",
            hint="declare one in it: `external_network floating { … }`",
        )
    listed = ", ".join(f"`external_network.{name}`" for name in known)
    return Diagnostic(
        EXTERNAL,
        span,
        f"`{region}` has several external networks, and none is chosen",
        hint=f"write `external = …` in `guest_network`: {listed}",
    )


def interface_without_network(span: Span, name: str, region: str) -> Diagnostic:
    """A further interface of guests, and no network of the region that fits it."""
    return Diagnostic(
        INTERFACE,
        span,
        f"`{region}` has no network for the interface `{name}`",
        hint="name one: `network = provider_network.…`, or declare one with its VLAN on that physnet",
    )


def unreachable_api(span: Span) -> Diagnostic:
    """An API server that has only an address inside the network made for the cluster."""
    return Diagnostic(
        UNREACHABLE,
        span,
        "the manager can't reach the cluster's API",
        notes=("the network of the nodes is made for the cluster, and nobody outside is on it",),
        hint="write `floating = true` in `api`",
    )


def address_of_one_control_node(span: Span, count: int, there: Span) -> Diagnostic:
    """Several nodes of a control plane, and nothing that leads to more than one of them."""
    return Diagnostic(
        ONE_ADDRESS,
        span,
        f"{count} nodes of the control plane have no address in common",
        labels=(Label(there, "this many"),),
        hint="put a load balancer before them (`load_balancer octavia {}` in `api`), or a `vip` on hosts",
    )


def family_not_on_nodes(span: Span, version: int, there: Span) -> Diagnostic:
    """Pods of a family of addresses that nodes have none of."""
    return Diagnostic(
        FAMILY,
        span,
        f"pods can't have IPv{version} addresses: nodes have none",
        labels=(Label(there, "the nodes' addresses"),),
        hint="give pods addresses of the nodes' family only",
    )


def label_of_nobody(span: Span, key: str, known: Sequence[str]) -> Diagnostic:
    """A label of Kubernetes' own domains that neither a node may give itself nor Cluster API gives."""
    return Diagnostic(
        LABEL,
        span,
        f"nobody can put the label `{_shown(key)}` on a node",
        notes=(
            "a kubelet may not give itself labels of this domain, and Cluster API gives no such",
        ),
        hint=f"use a domain of one's own, or one of {', '.join(known)}",
    )


def unusable_text(span: Span, field: str, value: str, wanted: str) -> Diagnostic:
    """A text that what carries it to the nodes would take for something else."""
    return Diagnostic(TEXT, span, f"`{_shown(value)}` can't be {field}", hint=f"use {wanted}")


def unknown_admission_plugin(span: Span, name: str, known: Iterable[str]) -> Diagnostic:
    """A plug-in that the API server doesn't have, so that it would not start."""
    return Diagnostic(
        ADMISSION,
        span,
        f"Kubernetes has no admission plug-in `{_shown(name)}`",
        hint=did_you_mean(
            name, known, otherwise="Kubernetes' reference of admission plug-ins names them"
        ),
    )


def not_in_whole_units(span: Span, field: str, unit: str, example: str) -> Diagnostic:
    """An amount that the API server counts in whole units."""
    return Diagnostic(
        WHOLE_UNITS,
        span,
        f"`{field}` is not in whole {unit}",
        hint=f"the API server counts {unit}: `{example}`",
    )


def tool_without_variables(span: Span, name: str) -> Diagnostic:
    """Variables for a tool that has none, or that does not make this cluster."""
    return Diagnostic(
        OTHER_TOOL,
        span,
        f"`{_shown(name)}` has no variables for this cluster",
        notes=("Cluster API makes it, which takes resources and no variables",),
        hint="take the block out",
    )


def virtual_disc_over_ipmi(span: Span, group: str, there: Span) -> Diagnostic:
    """Hosts that are to boot from a virtual disc, by a protocol that has none."""
    return Diagnostic(
        VIRTUAL_DISC,
        span,
        f"`{group}` has nothing to boot from: IPMI has no virtual discs",
        labels=(Label(there, "spoken to in IPMI"),),
        hint="write `boot { network = network.… }`, or speak Redfish",
    )


def raid_not_offered(span: Span, disk: str, there: Span) -> Diagnostic:
    """Disks that are to be joined by a controller that is spoken to in IPMI."""
    return Diagnostic(
        RAID,
        span,
        f"nothing can join the disks `{disk}` to a RAID",
        labels=(Label(there, "IPMI has no words for it"),),
        hint="speak Redfish, or join them beforehand and describe the one device",
    )


def unusable_root_device(span: Span, path: str) -> Diagnostic:
    """A path of the system's disk that the operator refuses."""
    return Diagnostic(
        ROOT_DEVICE,
        span,
        f"`{_shown(path)}` can't tell the disk of the system from others",
        hint="use a path in `/dev/`, `/dev/disk/by-path/`, or `/dev/disk/by-id/wwn-…`",
    )


def unlike_hosts(span: Span, one: str, other: str, there: Span) -> Diagnostic:
    """Hosts of one part of a cluster whose networks differ, though one template serves them all."""
    return Diagnostic(
        UNLIKE,
        span,
        f"`{other}` has other links than `{one}`",
        labels=(Label(there, "the links of the first"),),
        hint="put hosts that are not alike into pools of their own",
    )


def frame_size_not_offered(span: Span, link: str, mtu: int, least: int, most: int) -> Diagnostic:
    """Frames of a size that Metal3 does not set."""
    return Diagnostic(
        FRAME,
        span,
        f"Metal3 can't give `{link}` an MTU of {mtu}",
        hint=f"use one from {least} to {most}",
    )


def unusable_boot_network(span: Span, network: str, reason: str, hint: str) -> Diagnostic:
    """A network that hosts are to boot from, and that can't serve that."""
    return Diagnostic(
        BOOT_NETWORK, span, f"hosts can't boot from `{network}`", notes=(reason,), hint=hint
    )


def no_node_network(span: Span) -> Diagnostic:
    """Nodes that would not know by which of their addresses to call each other."""
    return Diagnostic(
        NO_NETWORK,
        span,
        "nothing says which network nodes speak to each other on",
        hint="write `node_network = network.…`",
    )


def node_in_two_parts(span: Span, host: str, one: str, other: str, there: Span) -> Diagnostic:
    """A host that two parts of the cluster name, each of which would install it."""
    return Diagnostic(
        TWO_PARTS,
        span,
        f"`{host}` is in `{other}` and in `{one}`",
        labels=(Label(there, f"named by `{one}`"),),
        hint="name it once; `schedulable = true` lets workloads run on the control plane",
    )


def host_setting_without_effect(span: Span, group: str, what: str) -> Diagnostic:
    """A setting of hosts that a tool of ours makes, on hosts that come as images."""
    return Diagnostic(
        SETTING,
        span,
        f"nothing sets {what} of `{group}`",
        notes=("Metal3 writes an image to its disks, and the image alone says such things",),
        hint="make it part of the image and take it out here, or let Kubespray deploy the cluster",
    )


def no_way_of_machines(span: Span, way: NoWay) -> Diagnostic:
    """A version to which no single upgrade leads from the one that runs."""
    return Diagnostic(NO_WAY, span, way.message, notes=way.notes, hint=way.hint)


def interface_without_port_security(span: Span, network: str, there: Span) -> Diagnostic:
    """A further interface of guests on a network whose ports take no security groups."""
    return Diagnostic(
        UNGUARDED,
        span,
        f"guests of this cluster can't have ports on `{network}`, whose port security is off",
        labels=(Label(there, "here"),),
        notes=(
            "Cluster API gives each port security groups, which Neutron takes with port security alone",
            "only the owner of a network may turn it off for a port, and the cluster's user is none",
        ),
        hint="take a network with port security; a pod may have its interface by `cni = host_device`",
    )
