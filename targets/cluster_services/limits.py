"""What the charts and operators on a cluster can't do: the rules, and the wording of each."""

from __future__ import annotations

from blueprint.diagnostics import Diagnostic, Label, Rule
from blueprint.source import Span

OFF_NETWORK = Rule("OIB7040", "balancer-off-network")
INCOMPLETE_BGP = Rule("OIB7041", "incomplete-bgp")
NO_ISSUER = Rule("OIB7042", "gateway-without-issuer")
NO_NAMES = Rule("OIB7043", "certificate-without-names")
WILDCARD = Rule("OIB7044", "wildcard-of-public-authority")
CEPH_INSIDE = Rule("OIB7045", "class-of-ceph-on-kubernetes")
NO_POOL = Rule("OIB7046", "class-without-pool")
TWO_OPERATORS = Rule("OIB7047", "two-operators-of-csi")
GUESTS = Rule("OIB7048", "network-of-guests")
BRIDGE = Rule("OIB7049", "network-behind-bridge")
NO_VLAN = Rule("OIB7050", "interface-of-vlan-missing")
DIFFERENT = Rule("OIB7051", "interfaces-of-nodes-differ")
IN_USE = Rule("OIB7052", "interface-in-use")
SHARES = Rule("OIB7053", "functions-not-shared-out")
CARD = Rule("OIB7054", "card-unknown-to-operator")
AMBIGUOUS = Rule("OIB7055", "ambiguous-port")
NO_NAMESPACE = Rule("OIB7056", "namespace-of-network-missing")
ALL_TAINTED = Rule("OIB7057", "all-nodes-tainted")
NO_GPU = Rule("OIB7058", "gpu-operator-without-gpu")
CLASH = Rule("OIB7059", "names-on-cluster-clash")
NO_HOST_NAME = Rule("OIB7060", "name-of-gateway-unusable")
HALF_AUTHORITY = Rule("OIB7061", "half-an-authority")

RULES: tuple[Rule, ...] = (
    OFF_NETWORK, INCOMPLETE_BGP, NO_ISSUER, NO_NAMES, WILDCARD, CEPH_INSIDE, NO_POOL, TWO_OPERATORS,
    GUESTS, BRIDGE, NO_VLAN, DIFFERENT, IN_USE, SHARES, CARD, AMBIGUOUS, NO_NAMESPACE, ALL_TAINTED,
    NO_GPU, CLASH, NO_HOST_NAME, HALF_AUTHORITY,
)  # fmt: skip


def balancer_off_network(span: Span, pool: str, network: str, there: Span) -> Diagnostic:
    """Addresses of a network that no node could announce."""
    return Diagnostic(
        OFF_NETWORK,
        span,
        f"MetalLB gives out `{pool}`, and no node is on `{network}`",
        labels=(Label(there, "this network"),),
        hint="put nodes on the network, or leave the pool out",
    )


def incomplete_bgp(span: Span, missing: str) -> Diagnostic:
    """Announcing by BGP to nobody, or as nobody."""
    words = {
        "asn": "the nodes' own number", "peer_asn": "the routers' number", "peers": "the routers",
    }  # fmt: skip
    return Diagnostic(
        INCOMPLETE_BGP,
        span,
        f"addresses are announced by BGP, and `{missing}` does not say {words[missing]}",
        hint=f"state `{missing}`, or announce by `mode = l2`",
    )


def no_host_name(span: Span, name: str, reason: str) -> Diagnostic:
    """A name that no certificate can be for."""
    return Diagnostic(
        NO_HOST_NAME, span, f"`{name}` is no name of a host: {reason}", hint="write it otherwise"
    )


def half_an_authority(span: Span, pki: str, missing: str) -> Diagnostic:
    """A certificate of an authority without its key, or the other way round."""
    example = 'secrets.NAME["…"]' if missing == "ca_key" else 'file("…")'
    return Diagnostic(
        HALF_AUTHORITY,
        span,
        f"cert-manager signs with the certificate and the key of `{pki}`, which states no `{missing}`",
        hint=f"add `{missing} = {example}`, or leave both out and let it make an authority",
    )


def gateway_without_issuer(span: Span, pki: str, there: Span) -> Diagnostic:
    """A certificate that nothing on the cluster would ask for."""
    return Diagnostic(
        NO_ISSUER,
        span,
        f"certificates of `{pki}` are issued by cert-manager, which is not among `addons`",
        labels=(Label(there, "how they are issued"),),
        hint="list `cert_manager` in `addons`, or set `issuer = provided` and bring the certificate",
    )


def certificate_without_names(span: Span, pki: Span) -> Diagnostic:
    """A certificate for no name."""
    return Diagnostic(
        NO_NAMES,
        span,
        "nothing says which names the certificate of this gateway is for",
        labels=(Label(pki, "the authority"),),
        hint='state them: `names = ["web.example.org"]`',
    )


def wildcard_of_public_authority(span: Span, fqdn: str, there: Span) -> Diagnostic:
    """Proof of names that one cannot answer for all of."""
    return Diagnostic(
        WILDCARD,
        span,
        f"a public authority proves no `*.{fqdn}` over HTTP, only single names",
        labels=(Label(there, "a public authority"),),
        hint="set `issuer = internal` or `issuer = provided`",
    )


def class_of_ceph_on_kubernetes(span: Span, ceph: str, there: Span) -> Diagnostic:
    """A class for a cluster of Rook, which gives no key to others."""
    return Diagnostic(
        CEPH_INSIDE,
        span,
        f"`{ceph}` runs on another Kubernetes cluster, and Rook gives keys to none but that",
        labels=(Label(there, "on Kubernetes"),),
        hint="use a Ceph cluster on hosts, or one on this cluster",
    )


def class_without_pool(span: Span, ceph: str, pool: str | None, usable: str | None) -> Diagnostic:
    """A class for a pool that is not there, or that its key does not open."""
    text = (
        f"`{ceph}` has no pool for Kubernetes"
        if pool is None
        else f"the client of Kubernetes may not write pool `{pool}` of `{ceph}`"
    )
    hint = f"use `{usable}`" if usable is not None else "add a pool with `use = kubernetes`"
    return Diagnostic(NO_POOL, span, text, hint=hint)


def two_operators(span: Span, rook: str, there: Span) -> Diagnostic:
    """Two installations of one operator."""
    return Diagnostic(
        TWO_OPERATORS,
        span,
        f"Rook brings the operator of Ceph's drivers for `{rook}`, and volumes of another cluster need one too",
        labels=(Label(there, "on this cluster"),),
        hint="keep volumes in one of the two",
    )


def network_of_guests(
    span: Span, label: str, pool: str, reason: str, hint: str, there: Span
) -> Diagnostic:
    """A network that guests of a region can't give to their pods."""
    return Diagnostic(
        GUESTS,
        span,
        f"guests of `pool.{pool}` can't give pods `secondary_network.{label}`",
        labels=(Label(there, "guests"),),
        notes=(reason,),
        hint=hint,
    )


def network_behind_bridge(span: Span, physnet: str) -> Diagnostic:
    """A bridge that no port is in."""
    return Diagnostic(
        BRIDGE,
        span,
        f"the plug-in `bridge` makes a bridge without a port of the node, so pods would not reach `{physnet}`",
        hint="use `macvlan`, or `sriov`",
    )


def interface_of_vlan_missing(span: Span, vlan: int, link: str, there: Span) -> Diagnostic:
    """A VLAN that no interface of the nodes carries."""
    return Diagnostic(
        NO_VLAN,
        span,
        f"no interface of the nodes carries VLAN {vlan} on `{link}` by itself",
        labels=(Label(there, "the link to the physical network"),),
        hint=f"put a network with `vlan = {vlan}` on the link, or use `sriov`, which tags frames itself",
    )


def interfaces_differ(span: Span, names: tuple[str, ...], there: Span) -> Diagnostic:
    """One definition of a network for nodes that name its interface differently."""
    listed = ", ".join(f"`{name}`" for name in names)
    return Diagnostic(
        DIFFERENT,
        span,
        f"nodes reach the physical network over {listed}, and a network names one interface",
        labels=(Label(there, "one of them"),),
        hint="state a network for each kind of node, by `pools`",
    )


def interface_in_use(span: Span, link: str, reason: str, there: Span) -> Diagnostic:
    """An interface that the node could not give away."""
    return Diagnostic(
        IN_USE,
        span,
        f"`host_device` moves `{link}` into a pod, and {reason}",
        labels=(Label(there, "this link"),),
        hint="use `macvlan`, or a port of its own",
    )


def functions_not_shared_out(span: Span, port: str, other: str, there: Span) -> Diagnostic:
    """Two networks that would each have all that is left of a port."""
    return Diagnostic(
        SHARES,
        span,
        f"this network and `{other}` would both have all functions of `{port}` that are left",
        labels=(Label(there, f"`{other}`"),),
        hint="state `vfs` in one of them at least",
    )


def card_unknown(span: Span, model: str, there: Span) -> Diagnostic:
    """A card that the operator leaves alone."""
    return Diagnostic(
        CARD,
        span,
        f"the SR-IOV network operator does not know the card `{model}`, and would leave it as it is",
        labels=(Label(there, "wanted by this network"),),
        hint="use a card that it lists as supported",
    )


def ambiguous_port(span: Span, port: str, pool: str, reason: str, there: Span) -> Diagnostic:
    """One name for ports that are to be cut differently."""
    return Diagnostic(
        AMBIGUOUS,
        span,
        f"`{port}` is not the same on all nodes of `pool.{pool}`: {reason}",
        labels=(Label(there, "one of the declarations"),),
        hint="put hosts that differ so into pools of their own",
    )


def namespace_of_network_missing(span: Span, name: str, nearest: str | None) -> Diagnostic:
    """A namespace that nobody makes."""
    hint = (
        f"did you mean `{nearest}`?" if nearest else f"add `namespace {name} {{}}` to the cluster"
    )
    return Diagnostic(NO_NAMESPACE, span, f"the cluster has no namespace `{name}`", hint=hint)


def all_nodes_tainted(span: Span, what: str) -> Diagnostic:
    """No node for what is installed."""
    return Diagnostic(
        ALL_TAINTED,
        span,
        f"all nodes are tainted, and none would run the controllers of {what}",
        hint="leave a pool without taints, or set `control { schedulable = true }`",
    )


def gpu_operator_without_gpu(span: Span) -> Diagnostic:
    """An operator with nothing to operate."""
    return Diagnostic(
        NO_GPU,
        span,
        "no node of the cluster has a graphics processor for the GPU operator",
        hint="state `gpu` in the hardware of a pool, or take the add-on out",
    )


def names_clash(span: Span, kind: str, name: str, reason: str) -> Diagnostic:
    """A name that Kubernetes would refuse, or that two things would have."""
    return Diagnostic(CLASH, span, f"{kind} `{name}` can't be made: {reason}", hint="rename it")
