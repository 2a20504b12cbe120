"""What a Kubernetes cluster's nodes are: hosts or guests, said completely, and made by a tool that can."""

from __future__ import annotations

from collections.abc import Iterator

from blueprint.diagnostics import Diagnostic, Label, Rule
from blueprint.model import Kubernetes, Model, Network, OpenStack
from blueprint.source import Span
from blueprint.spans import Spans
from blueprint.values import Ref

OF_OTHER_NODES = Rule("OIB5701", "attribute-of-other-nodes")
NOT_STATED = Rule("OIB5702", "nodes-not-stated")
NO_MANAGER = Rule("OIB5703", "no-managing-cluster")
OTHER_TOOL = Rule("OIB5704", "tool-for-other-nodes")
BOUNDS = Rule("OIB5705", "bounds-of-pool")
NO_NODE_FOR_PODS = Rule("OIB5706", "no-node-for-pods")
METAL_IN_MAGNUM = Rule("OIB5707", "bare-metal-in-magnum")
DRIVER_LIMIT = Rule("OIB5708", "magnum-driver-cannot")
OF_ANOTHER = Rule("OIB5709", "part-of-another-layer")

Path = tuple[str, ...]

#: What is said of guests only, and of hosts only: the cluster's own attributes, those of its control plane
#: and those of its pools.
_OF_GUESTS: tuple[Path, ...] = (
    ("project",), ("image",), ("key_pair",), ("guest_network",), ("api", "load_balancer"),
    ("api", "floating"),
)  # fmt: skip
_OF_HOSTS: tuple[Path, ...] = (
    ("node_network",), ("etcd", "hosts"), ("etcd", "disk"), ("api", "network"), ("api", "vip"),
    ("api", "provider"),
)  # fmt: skip
_SIZED = ("count", "flavor", "zones", "volume")
_POOLED = (*_SIZED, "min", "max", "autoscale", "interface")


def kubernetes_nodes(model: Model, spans: Spans) -> Iterator[Diagnostic]:
    """Clusters whose nodes are said wrongly or not at all."""
    for ref, cluster in model.of(Kubernetes).items():
        if ref in model.existing:
            continue
        others = list(_of_other_nodes(ref, cluster, spans))
        for path in others:
            yield of_other_nodes(
                spans.at(ref, *path), path, ref, cluster, _ground(ref, cluster, spans)
            )
        blocks = {path[:2] if path[0] == "pool" else path[:1] for path in others}
        for block, what in _lacking(cluster):
            if block not in blocks:
                yield not_stated(spans.at(ref, *block), ref, cluster, block, what)
        if not cluster.pool and not cluster.control.schedulable:
            yield no_node_for_pods(spans.at(ref, "control"), ref)
        yield from _parts(ref, cluster, model, spans)
        yield from _tool(ref, cluster, model, spans)
        yield from _bounds(ref, cluster, spans)


def _ground(ref: Ref, cluster: Kubernetes, spans: Spans) -> Label | None:
    if cluster.on is not None:
        return Label(spans.at(ref, "on"), "its nodes are guests of this region")
    return None


def _of_other_nodes(ref: Ref, cluster: Kubernetes, spans: Spans) -> Iterator[Path]:
    """The attributes that are stated and make no sense of these nodes."""
    if cluster.on is None:
        paths = [*_OF_GUESTS, *(("control", name) for name in _SIZED)]
        paths += [("pool", label, name) for label in cluster.pool for name in _POOLED]
    else:
        paths = [*_OF_HOSTS, ("control", "hosts")]
        paths += [("pool", label, "hosts") for label in cluster.pool]
        if cluster.load_balancer is not None and cluster.load_balancer.choice != "octavia":
            paths.append(("load_balancer",))
    for path in paths:
        if spans.written(ref, *path) is not None:
            yield path


def _lacking(cluster: Kubernetes) -> Iterator[tuple[Path, str]]:
    """The blocks that don't say what nodes there are, and what they lack."""
    if cluster.on is None:
        if not cluster.control.hosts:
            yield ("control",), "hosts"
        for label, pool in cluster.pool.items():
            if not pool.hosts:
                yield ("pool", label), "hosts"
        return
    for name in ("project", "image", "guest_network"):
        if getattr(cluster, name) is None:
            yield (), name
    if cluster.control.count is None:
        yield ("control",), "count"
    elif cluster.control.flavor is None:
        yield ("control",), "flavor"
    for label, pool in cluster.pool.items():
        if pool.flavor is None:
            yield ("pool", label), "flavor"
        elif pool.count is None and pool.min is None:
            yield ("pool", label), "count"


def _parts(ref: Ref, cluster: Kubernetes, model: Model, spans: Spans) -> Iterator[Diagnostic]:
    """What is named of another region or cluster than the one that it has to be of."""
    named: list[tuple[Path, Ref | None, Ref]] = []
    if cluster.on is not None:
        wanted: list[tuple[Path, Ref | None]] = [
            (("project",), cluster.project), (("image",), cluster.image),
            (("control", "flavor"), cluster.control.flavor),
        ]  # fmt: skip
        if cluster.guest_network is not None:
            wanted.append((("guest_network", "external"), cluster.guest_network.external))
        for label, pool in cluster.pool.items():
            wanted.append((("pool", label, "flavor"), pool.flavor))
            for name, interface in pool.interface.items():
                wanted.append((("pool", label, "interface", name, "network"), interface.network))
        named += [(path, part, cluster.on) for path, part in wanted]
    for kind, blocks in (
        ("runtime", cluster.runtime),
        ("secondary_network", cluster.secondary_network),
    ):
        for label, block in blocks.items():
            for position, on_pool in enumerate(block.pools):
                named.append(((kind, label, "pools", str(position)), on_pool, ref))
    for path, part, owner in named:
        if part is not None and part.around != owner:
            yield of_another(spans.at(ref, *path), part, owner)
    balancer = cluster.load_balancer
    networks = model.of(Network)
    for position, pool_ in enumerate(getattr(balancer, "pools", ())):
        if pool_.around not in networks:
            yield of_another(spans.at(ref, "load_balancer", "pools", position), pool_, None)
    for region_ref, region in model.of(OpenStack).items():
        gateway = region.openstack_helm.gateway
        if region.on == ref and gateway is not None and gateway.around != ref:
            yield of_another(spans.at(region_ref, "deployer", "gateway"), gateway, ref)


def _tool(ref: Ref, cluster: Kubernetes, model: Model, spans: Spans) -> Iterator[Diagnostic]:
    tool = cluster.tool_name
    region = None if cluster.on is None else model.things.get(cluster.on)
    span = spans.at(ref, "deployer")
    if tool == "kubespray" and cluster.on is not None:
        yield other_tool(span, "kubespray", ref, "guests", "leave `deployer` out, or write `cluster_api` or `magnum`")  # fmt: skip
    elif tool == "kubespray" and cluster.manager is not None:
        hint = "take `manager` out, or write `deployer = cluster_api`"
        yield other_tool(spans.at(ref, "manager"), "kubespray", ref, "a managing cluster", hint)
    elif tool == "magnum" and cluster.on is None:
        yield other_tool(span, "magnum", ref, "hosts", "leave `deployer` out, or set `on`")
    elif tool == "cluster_api" and cluster.manager is None:
        yield no_manager(span if cluster.deployer else spans.at(ref, "on"), ref, "Cluster API")
    elif tool == "magnum" and isinstance(region, OpenStack):
        yield from _magnum(ref, cluster, region, spans)


def _magnum(ref: Ref, cluster: Kubernetes, region: OpenStack, spans: Spans) -> Iterator[Diagnostic]:
    stated = getattr(cluster.deployer, "driver", None)
    driver = region.magnum.driver
    assert cluster.on is not None, cluster
    if stated not in (None, driver):
        yield driver_limit(
            spans.at(ref, "deployer", "driver"), f"Magnum of `{cluster.on}` works with driver `{driver}`",
            spans.at(cluster.on, "magnum", "driver"), f"write `driver = {driver}`, or leave it out",
        )  # fmt: skip
        return
    if driver == "cluster_api" and cluster.manager is None and region.magnum.kubeconfig is None:
        yield no_manager(spans.at(ref, "deployer"), ref, "Magnum's driver")
    sized: list[tuple[Path, Ref | None]] = [(("control",), cluster.control.flavor)]
    sized += [(("pool", label), pool.flavor) for label, pool in cluster.pool.items()]
    for path, wanted in sized:
        flavor = None if wanted is None else region.flavor.get(wanted.label)
        if flavor is not None and flavor.baremetal and wanted is not None:
            where = spans.at(cluster.on, "flavor", wanted.label, "baremetal")
            yield metal_in_magnum(spans.at(ref, *path, "flavor"), wanted.label, where)
    if driver == "heat":
        yield from _heat(ref, cluster, region, cluster.on, spans)


def _heat(
    ref: Ref, cluster: Kubernetes, region: OpenStack, on: Ref, spans: Spans
) -> Iterator[Diagnostic]:
    """The driver of old: Fedora CoreOS, Flannel or Calico."""
    where = spans.at(on, "magnum", "driver")
    image = None if cluster.image is None else region.image.get(cluster.image.label)
    if image is not None and not (image.os or "").startswith("fedora-coreos"):
        hint = 'take an image with `os = "fedora-coreos-…"`, or the driver `cluster_api`'
        span = spans.at(ref, "image")
        yield driver_limit(span, "Magnum's driver `heat` boots Fedora CoreOS only", where, hint)
    if cluster.cni.choice == "cilium":
        hint = "write `cni = calico`, or take the driver `cluster_api`"
        span = spans.at(ref, "cni")
        yield driver_limit(span, "Magnum's driver `heat` has no Cilium", where, hint)


def _bounds(ref: Ref, cluster: Kubernetes, spans: Spans) -> Iterator[Diagnostic]:
    if cluster.on is None:
        return
    for label, pool in cluster.pool.items():
        path = ("pool", label)
        if pool.autoscale and pool.max is None:
            text = f"`pool.{label}` is scaled, and nothing says up to what"
            yield bounds(spans.at(ref, *path, "autoscale"), text, "state `max`")
        elif not pool.autoscale and pool.max is not None:
            text = f"`max` of `pool.{label}` has no effect: the pool is not scaled"
            yield bounds(
                spans.at(ref, *path, "max"), text, "add `autoscale = true`, or take `max` out"
            )
        elif pool.max is not None and (pool.min or 0) > pool.max:
            text = f"`pool.{label}` has {pool.min} nodes at least and {pool.max} at most"
            yield bounds(spans.at(ref, *path, "min"), text, "lower `min` or raise `max`")
        elif pool.count is not None and pool.count < (pool.min or 0):
            text = f"`pool.{label}` begins with {pool.count} nodes, below its `min` of {pool.min}"
            yield bounds(spans.at(ref, *path, "count"), text, "raise `count` or lower `min`")
        elif pool.count is not None and pool.max is not None and pool.count > pool.max:
            text = f"`pool.{label}` begins with {pool.count} nodes, above its `max` of {pool.max}"
            yield bounds(spans.at(ref, *path, "count"), text, "lower `count` or raise `max`")


def of_other_nodes(
    span: Span, path: Path, ref: Ref, cluster: Kubernetes, ground: Label | None
) -> Diagnostic:
    """An attribute of guests where nodes are hosts, or the reverse."""
    on_hosts = cluster.on is None
    what, nodes = ("guests", "hosts") if on_hosts else ("hosts", "guests")
    name = path[-1]
    hint = f"take `{name}` out"
    if name in ("count", "flavor"):
        hint = "name the nodes: `hosts = hosts.…`; or set `on` to a region"
    elif name == "hosts":
        hint = "state `count` and `flavor`, or take `on` out"
    return Diagnostic(
        OF_OTHER_NODES,
        span,
        f"`{name}` is said of {what}, and nodes of `{ref}` are {nodes}",
        labels=() if ground is None else (ground,),
        hint=hint,
    )


_MEANT = {
    "hosts": "`hosts = hosts.…`",
    "count": "`count = …`",
    "flavor": "`flavor = flavor.…`",
    "image": "`image = image.…`, one that carries the version of Kubernetes",
    "project": "`project = project.…`, which owns the guests",
    "guest_network": "`guest_network { cidr = … }`, which is made for the nodes",
}


def not_stated(span: Span, ref: Ref, cluster: Kubernetes, block: Path, what: str) -> Diagnostic:
    """A cluster that doesn't say what its nodes are."""
    whose = f"`{'.'.join(block)}` of `{ref}`" if block else f"`{ref}`"
    nodes = "hosts" if cluster.on is None else "guests"
    return Diagnostic(
        NOT_STATED,
        span,
        f"{whose} doesn't state `{what}`, and its nodes are {nodes}",
        hint=f"add {_MEANT[what]}",
    )


def no_manager(span: Span, ref: Ref, who: str) -> Diagnostic:
    """A cluster that Cluster API makes, and no cluster where that runs."""
    return Diagnostic(
        NO_MANAGER,
        span,
        f"{who} makes `{ref}`, and no cluster is named where Cluster API runs",
        hint="add `manager = kubernetes.…`; one that stands already is declared with `existing`",
    )


def other_tool(span: Span, tool: str, ref: Ref, what: str, hint: str) -> Diagnostic:
    """A tool that does not deploy nodes of this sort."""
    return Diagnostic(OTHER_TOOL, span, f"`{tool}` can't deploy `{ref}` on {what}", hint=hint)


def bounds(span: Span, text: str, hint: str) -> Diagnostic:
    """Numbers of a pool that don't go together."""
    return Diagnostic(BOUNDS, span, text, hint=hint)


def no_node_for_pods(span: Span, ref: Ref) -> Diagnostic:
    """A cluster of control nodes that take no pods."""
    return Diagnostic(
        NO_NODE_FOR_PODS,
        span,
        f"no node of `{ref}` takes pods: it has no pool, and its control nodes are kept free",
        hint="add a `pool`, or set `schedulable = true` in `control`",
    )


def metal_in_magnum(span: Span, flavor: str, where: Span) -> Diagnostic:
    """Bare metal asked of Magnum."""
    return Diagnostic(
        METAL_IN_MAGNUM,
        span,
        f"Magnum makes clusters of virtual machines only, and flavor `{flavor}` is bare metal",
        labels=(Label(where, "given out whole"),),
        hint="take another flavor, or `deployer cluster_api`",
    )


def driver_limit(span: Span, text: str, where: Span, hint: str) -> Diagnostic:
    """What Magnum's driver can't do."""
    return Diagnostic(DRIVER_LIMIT, span, text, labels=(Label(where, "the driver"),), hint=hint)


def of_another(span: Span, part: Ref, owner: Ref | None) -> Diagnostic:
    """A part of a layer where one of another layer is meant."""
    wanted = "a pool of a network" if owner is None else f"one of `{owner}`"
    return Diagnostic(
        OF_ANOTHER,
        span,
        f"`{part.kind}.{part.label}` is of `{part.around}`, and {wanted} is meant",
        hint=f"name {wanted}",
    )
