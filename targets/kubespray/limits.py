"""What Kubespray can't do or doesn't know: its rules, and the wording of each."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

from blueprint.diagnostics import Diagnostic, Label, Rule, nearest
from blueprint.source import Span
from targets._kubernetes.upgrades import NoWay
from targets._passthrough.limits import VariableLimits

UNKNOWN_RELEASE = Rule("OIB6800", "unknown-release")
VERSION = Rule("OIB6801", "version-not-offered")
POOL_VERSION = Rule("OIB6802", "pool-of-another-version")
HOST_SYSTEM = Rule("OIB6803", "unsupported-host-system")
ENGINE_VERSION = Rule("OIB6804", "engine-version-not-offered")
ENGINE_SYSTEM = Rule("OIB6805", "engine-not-offered-here")
NAMED_AS_GROUP = Rule("OIB6806", "host-named-as-group")
NO_NETWORK = Rule("OIB6807", "node-network-not-stated")
FAMILY = Rule("OIB6808", "family-not-on-node-network")
ENCAPSULATION = Rule("OIB6809", "encapsulation-not-offered")
BALANCER = Rule("OIB6810", "load-balancer-not-offered")
ADDRESS_HOLDER = Rule("OIB6811", "address-holder-not-offered")
AUTHENTICATION = Rule("OIB6812", "authentication-not-offered")
ADMISSION = Rule("OIB6813", "unknown-admission-plugin")
ADMISSION_SETTINGS = Rule("OIB6814", "admission-plugin-without-configuration")
WHOLE_UNITS = Rule("OIB6815", "not-in-whole-units")
MANY_PODS = Rule("OIB6816", "more-pods-than-addresses")
PLATFORM_MEMORY = Rule("OIB6817", "platform-memory-too-small")
ETCD_DISK = Rule("OIB6818", "etcd-disk-without-path")
TWO_ROLES = Rule("OIB6819", "node-in-two-pools")
CONTROL_IN_POOL = Rule("OIB6820", "control-node-in-pool")
LABEL = Rule("OIB6821", "unusable-label")
TEXT = Rule("OIB6822", "unusable-text")
NO_EFFECT = Rule("OIB6836", "variable-without-effect")
NO_WAY = Rule("OIB6840", "no-way-to-version")

VARIABLES = VariableLimits(
    tool="kubespray",
    title="Kubespray",
    secrets="give it to Ansible from a file of your own: `-e @FILE` with `{name}`",
    unknown=Rule("OIB6830", "unknown-variable"),
    wrong_type=Rule("OIB6831", "variable-of-wrong-type"),
    derived=Rule("OIB6832", "derived-variable"),
    secret=Rule("OIB6833", "variable-holds-secret"),
    other_tool=Rule("OIB6834", "tool-not-chosen"),
    no_plain_form=Rule("OIB6835", "value-without-plain-form"),
)

RULES: tuple[Rule, ...] = (
    *VARIABLES.rules,
    UNKNOWN_RELEASE, VERSION, POOL_VERSION, HOST_SYSTEM, ENGINE_VERSION, ENGINE_SYSTEM,
    NAMED_AS_GROUP, NO_NETWORK, FAMILY, ENCAPSULATION, BALANCER, ADDRESS_HOLDER, AUTHENTICATION,
    ADMISSION, ADMISSION_SETTINGS, WHOLE_UNITS, MANY_PODS, PLATFORM_MEMORY, ETCD_DISK, TWO_ROLES,
    CONTROL_IN_POOL, LABEL, TEXT, NO_EFFECT, NO_WAY,
)  # fmt: skip


def _listed(names: Iterable[object]) -> str:
    return ", ".join(f"`{name}`" for name in names)


def unknown_release(span: Span, release: str, known: Sequence[str]) -> Diagnostic:
    """A release of Kubespray that oib has no catalogue of."""
    return Diagnostic(
        UNKNOWN_RELEASE,
        span,
        f"there is no catalogue of Kubespray {release}",
        notes=(f"known releases are {_listed(known)}",),
        hint="choose one of these, or leave `release` out: the newest that knows the version is taken",
    )


def version_not_offered(
    span: Span, version: str, release: str | None, minors: Mapping[str, Sequence[str]]
) -> Diagnostic:
    """A version of Kubernetes that no release, or not the one stated, installs."""
    where = "no release of Kubespray" if release is None else f"Kubespray {release} does not"
    what = f"{where} installs" if release is None else f"{where} install"
    notes = tuple(f"{name} installs {_listed(known)}" for name, known in minors.items())
    return Diagnostic(
        VERSION,
        span,
        f"{what} Kubernetes {version} on these nodes",
        notes=notes,
        hint="choose one of these versions; a minor version alone, such as `1.34`, takes its newest patch",
    )


def pool_of_another_version(
    span: Span, pool: str, version: str, cluster: str, there: Span
) -> Diagnostic:
    """A pool whose kubelets are to be older than the cluster."""
    return Diagnostic(
        POOL_VERSION,
        span,
        f"pool `{pool}` is to run {version}, and Kubespray gives all nodes the cluster's {cluster}",
        labels=(Label(there, "the cluster's version"),),
        hint="take the pool's `version` out",
    )


def unsupported_host_system(
    span: Span, system: str, release: str, known: Sequence[str], like: str | None
) -> Diagnostic:
    """A host system that the release is not made for."""
    what = f"`{system}`" if like is None else f"`{like}`, which `{system}` is said to be like,"
    return Diagnostic(
        HOST_SYSTEM,
        span,
        f"{what} is no host system of Kubespray {release}",
        notes=(f"{release} takes {_listed(known)}",),
        hint="choose one of these, or name the one that it behaves like: "
        f'`os "{system}" {{ like = "{known[-1]}" }}`',
    )


def engine_version_not_offered(
    span: Span, engine: str, version: str, release: str, known: Sequence[str]
) -> Diagnostic:
    """A version of a container engine that the release has no checksum of, or not for this Kubernetes."""
    return Diagnostic(
        ENGINE_VERSION,
        span,
        f"Kubespray {release} does not install {engine} {version} for this version of Kubernetes",
        notes=(f"it installs {_listed(known)}",),
        hint="choose one of these, or leave `version` out: Kubespray's own is taken",
    )


def engine_not_offered_here(
    span: Span, system: str, there: Span, known: Sequence[str]
) -> Diagnostic:
    """CRI-O on a system that Kubespray does not offer it on."""
    return Diagnostic(
        ENGINE_SYSTEM,
        span,
        f"Kubespray does not offer CRI-O on `{system}`",
        labels=(Label(there, "the host system"),),
        notes=(f"it does on {_listed(known)}",),
        hint="write `container_engine = containerd`, or choose another host system",
    )


def host_named_as_group(span: Span, name: str, host: str) -> Diagnostic:
    """A host that has the name of an inventory group, so that one hides the other."""
    return Diagnostic(
        NAMED_AS_GROUP,
        span,
        f"`{name}` is the name of an inventory group, so `{host}` can't have it",
        hint=f"choose another name, such as `{name.replace('_', '-')}-1`",
    )


def no_node_network(span: Span) -> Diagnostic:
    """A cluster whose nodes have no network stated."""
    return Diagnostic(
        NO_NETWORK,
        span,
        "nothing says on which network the nodes speak to each other",
        hint="state `node_network`, or `network` in `api`",
    )


def family_not_on_node_network(span: Span, version: int, network: str, there: Span) -> Diagnostic:
    """Pods with addresses of a family that nodes have none of."""
    missing = "`cidr6`" if version == 6 else "an IPv4 `cidr`"
    return Diagnostic(
        FAMILY,
        span,
        f"pods have IPv{version} addresses, and the nodes' network `{network}` has none",
        labels=(Label(there, "the network of the nodes"),),
        hint=f"give `{network}` {missing}, or leave the IPv{version} subnet out",
    )


def ipip_with_ipv6(span: Span, there: Span) -> Diagnostic:
    """IP in IP, which Calico has for IPv4 alone."""
    return Diagnostic(
        ENCAPSULATION,
        span,
        "Calico has no IP in IP for IPv6",
        labels=(Label(there, "an IPv6 subnet of pods"),),
        hint="write `encapsulation = vxlan` or `vxlan_cross_subnet`",
    )


def routes_across_segments(span: Span, network: str, there: Span) -> Diagnostic:
    """Cilium's routes from node to node, on a network that has routers between its nodes."""
    return Diagnostic(
        ENCAPSULATION,
        span,
        f"Cilium's direct routes need all nodes on one link, and `{network}` has a segment for each rack",
        labels=(Label(there, "a segment"),),
        hint="write `encapsulation = vxlan` or `geneve`",
    )


def load_balancer_not_offered(span: Span, balancer: str, reason: str) -> Diagnostic:
    """A load balancer that Kubespray does not bring."""
    return Diagnostic(
        BALANCER,
        span,
        f"Kubespray does not bring `{balancer}` as a load balancer of services: {reason}",
        hint="write `load_balancer metallb { pools = … }`",
    )


def address_holder_not_offered(span: Span, provider: str, reason: str, hint: str) -> Diagnostic:
    """Something that is to hold the API's address and can't."""
    return Diagnostic(
        ADDRESS_HOLDER, span, f"`{provider}` can't hold the API's address: {reason}", hint=hint
    )


def authentication_not_offered(span: Span) -> Diagnostic:
    """Keystone, whose webhook Kubespray does not deploy."""
    return Diagnostic(
        AUTHENTICATION,
        span,
        "Kubespray does not deploy the webhook that asks Keystone",
        hint="write `auth oidc { … }`, or leave `auth` out: certificates alone",
    )


def unknown_admission_plugin(span: Span, name: str, known: Iterable[str]) -> Diagnostic:
    """A plug-in that the API server does not have, so that it would not start."""
    near = nearest(name, known)
    return Diagnostic(
        ADMISSION,
        span,
        f"Kubernetes has no admission plug-in `{name}`",
        hint="take it out: the API server would not start"
        if near is None
        else f"did you mean `{near}`?",
    )


def admission_plugin_without_configuration(
    span: Span, name: str, variable: str | None
) -> Diagnostic:
    """A plug-in that needs a configuration which Kubespray is not told of, or can't write."""
    hint = (
        "take it out: Kubespray can't write its configuration"
        if variable is None
        else f"state its limits: `tool kubespray {{ {variable} = {{ … }} }}`"
    )
    return Diagnostic(
        ADMISSION_SETTINGS,
        span,
        f"`{name}` does nothing without a configuration of its own",
        hint=hint,
    )


def not_in_whole_units(span: Span, field: str, unit: str, example: str) -> Diagnostic:
    """A bound of the audit log that the API server takes in larger units."""
    return Diagnostic(
        WHOLE_UNITS,
        span,
        f"`{field}` is no whole number of {unit}, which the API server counts in",
        hint=f"write `{field} = {example}`",
    )


def more_pods_than_addresses(
    span: Span, pods: int, addresses: int, prefix: int, there: Span
) -> Diagnostic:
    """A node that may have more pods than its share of addresses."""
    return Diagnostic(
        MANY_PODS,
        span,
        f"a node may have {pods} pods, and its share of the pods' addresses has {addresses}",
        labels=(Label(there, f"the share is a /{prefix}"),),
        hint=f"write `max_pods = {addresses}` or less, or a smaller `node_prefix`",
    )


def platform_memory_too_small(span: Span, found: str, least: str) -> Diagnostic:
    """Memory of the platform that does not even hold what the kubelet keeps."""
    return Diagnostic(
        PLATFORM_MEMORY,
        span,
        f"the platform keeps {found} of each node, and the kubelet alone needs {least}",
        hint="keep more memory for the platform: several GiB are usual",
    )


def etcd_disk_without_path(span: Span, disk: str, hardware: str, there: Span) -> Diagnostic:
    """A disk for etcd that can't be told from the others."""
    return Diagnostic(
        ETCD_DISK,
        span,
        f"nothing says which disk of `{hardware}` `{disk}` is",
        labels=(Label(there, "the hosts of etcd are of this hardware"),),
        hint='state its path: `paths = ["/dev/disk/by-path/…"]`',
    )


def etcd_disk_with_no_device(span: Span, path: str) -> Diagnostic:
    """A path of the disk of etcd that no device has."""
    return Diagnostic(
        ETCD_DISK,
        span,
        f"etcd keeps its data on a disk of its own, and `{path}` is no path of one",
        hint="write one below `/dev/`, best under `/dev/disk/by-path/`",
    )


def node_in_two_pools(span: Span, host: str, one: str, other: str, there: Span) -> Diagnostic:
    """A host that two pools name, of which only one could set up its kubelet."""
    return Diagnostic(
        TWO_ROLES,
        span,
        f"`{host}` is in pool `{other}`, and in pool `{one}` already",
        labels=(Label(there, f"pool `{one}`"),),
        hint="name it in one of them",
    )


def control_node_in_pool(span: Span, host: str, pool: str, there: Span) -> Diagnostic:
    """A host of the control plane in a pool, where workloads are to stay off the control plane."""
    return Diagnostic(
        CONTROL_IN_POOL,
        span,
        f"`{host}` is of the control plane, which takes no workloads, and in pool `{pool}`",
        labels=(Label(there, "the control plane"),),
        hint="write `schedulable = true` in `control`, or take the hosts out of the pool",
    )


def unusable_label(span: Span, what: str, text: str, reason: str) -> Diagnostic:
    """A key or a value of a label or a taint that Kubernetes refuses."""
    return Diagnostic(
        LABEL, span, f"`{text}` can't be {what}: {reason}", hint="write a shorter, plainer one"
    )


def unusable_text(span: Span, field: str, value: str, wanted: str) -> Diagnostic:
    """A text that would be read as something else where the tool puts it."""
    return Diagnostic(TEXT, span, f"`{field}` can't be `{value}`", hint=f"write {wanted}")


def variable_without_effect(span: Span, name: str, release: str, reason: str) -> Diagnostic:
    """A variable that the release has and does not look at."""
    return Diagnostic(
        NO_EFFECT,
        span,
        f"`{name}` has no effect in Kubespray {release}: {reason}",
        hint="take it out",
    )


def no_way_to_version(span: Span, way: NoWay) -> Diagnostic:
    """A version to which no single upgrade leads from the one that runs."""
    return Diagnostic(NO_WAY, span, way.message, notes=way.notes, hint=way.hint)
