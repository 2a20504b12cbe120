"""What layers require of the platform that they stand on, and it does not offer: the words for each."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence

from blueprint.capabilities.contract import Missing, Unmet
from blueprint.capabilities.kubernetes_offers import storage_classes
from blueprint.checks.host_resources import shares
from blueprint.diagnostics import Diagnostic, Label, Rule, did_you_mean
from blueprint.diagnostics.listing import told, told_apart
from blueprint.fleet import Part, counted
from blueprint.model import Kubernetes, Model
from blueprint.source import Span
from blueprint.spans import Spans
from blueprint.values import Ref, Size

KATA_WITHOUT_KVM = Rule("OIB5808", "kata-without-kvm")
OVER_QUOTA = Rule("OIB5809", "cluster-over-quota")
OVER_COMPUTES = Rule("OIB5810", "cluster-over-computes")
NO_SERVICE = Rule("OIB5811", "service-missing-below")
NO_BALANCER = Rule("OIB5812", "load-balancer-provider-missing")
NO_LOAD_BALANCER = Rule("OIB5813", "nobody-gives-service-addresses")
NO_STORAGE_CLASS = Rule("OIB5814", "no-such-storage-class")
NOT_NODES = Rule("OIB5815", "hosts-not-nodes")
NOT_SCHEDULABLE = Rule("OIB5816", "control-nodes-take-no-pods")
TOO_FEW_FUNCTIONS = Rule("OIB5817", "pods-want-more-functions")
OUT_OF_REACH = Rule("OIB5818", "manager-out-of-reach")
NO_ANNOUNCER = Rule("OIB5819", "address-announced-by-nobody")
OVER_POOLS = Rule("OIB5820", "pods-over-nodes")
CONTROLLER_OUT_OF_REACH = Rule("OIB5821", "system-controller-out-of-reach")

#: What a quota counts in bytes.
_IN_BYTES = ("ram", "volumes_size")


def told_once(lacks: Sequence[Unmet]) -> Iterator[Unmet]:
    """Of lacks that one mistake causes, the first: one project's resources, one cluster's guests."""
    projects: set[tuple[Ref, str]] = set()
    regions: set[Ref] = set()
    balancers: set[Ref] = set()
    over = {
        lack.requirement.consumer for lack in lacks if lack.requirement.capability.sort == "quota"
    }
    absent = {
        (lack.requirement.provider, lack.requirement.cause)
        for lack in lacks
        if lack.requirement.capability.sort == "service"
    }
    for lack in lacks:
        requirement, capability = lack.requirement, lack.requirement.capability
        match capability.sort:
            case "quota":
                project = (requirement.provider, capability.within)
                if project in projects:
                    continue
                projects.add(project)
            case "guests":
                if requirement.provider in regions or over & {r.consumer for r in lack.beside}:
                    continue
                regions.add(requirement.provider)
            case "balancer" if (requirement.provider, requirement.cause) in absent:
                continue
            case "load_balancer":
                balancers.add(requirement.provider)
        yield lack


def on_platform(lack: Unmet, lacks: Sequence[Unmet], model: Model, spans: Spans) -> Diagnostic:
    """What to say of a platform that falls short."""
    requirement, capability = lack.requirement, lack.requirement.capability
    consumer, provider = requirement.consumer, requirement.provider
    cause = spans.at(consumer, *requirement.cause)
    choice = spans.at(consumer, *requirement.choice)
    match capability.sort:
        case "guest_kvm":
            return _nested(lack, spans, cause, choice)
        case "quota":
            beside = [
                other for other in lacks
                if other.requirement.provider == provider
                and other.requirement.capability.sort == "quota"
                and other.requirement.capability.within == capability.within
            ]  # fmt: skip
            return over_quota(lack, beside, cause, _quota_span(lack, spans))
        case "guests":
            return over_computes(lack, cause, spans.at(provider, "compute"))
        case "service":
            return no_service(
                cause, consumer, provider, capability.of, spans.at(provider, "services")
            )
        case "balancer":
            where = spans.at(provider, "octavia", "providers")
            return no_balancer(cause, consumer, provider, capability.of, where)
        case "load_balancer":
            return no_load_balancer(
                cause, ".".join(requirement.cause), consumer, provider, spans.at(provider)
            )
        case "announcer":
            return no_announcer(cause, Ref(capability.of), provider, spans.at(provider))
        case "storage_class":
            thing = model.at(provider, Kubernetes)
            known = list(storage_classes(provider, thing, model))
            span = spans.written(consumer, *requirement.cause) or choice
            return no_storage_class(
                span, consumer, capability.of, provider, known, spans.at(provider)
            )
        case "pod_memory":
            return over_pools(
                lack, cause, spans.at(provider, "pool", json.loads(capability.within)[0])
            )
    assert requirement.part is not None, requirement
    missing = lack.missing[0]
    if missing.fault == "not_schedulable":
        where = spans.at(missing.owner, *missing.path)
        return not_schedulable(choice, requirement.part, consumer, provider, where)
    return not_nodes(choice, lack, requirement.part, spans.at(consumer, "on"), spans.at(provider))


def _quota_span(lack: Unmet, spans: Spans) -> Span:
    capability = lack.requirement.capability
    return spans.at(lack.requirement.provider, "project", capability.within, "quota", capability.of)


def _nested(lack: Unmet, spans: Spans, cause: Span, choice: Span) -> Diagnostic:
    """The broken links between a guest's KVM and the processor, each with what mends it."""
    requirement = lack.requirement
    region = requirement.provider
    notes, cures = [], []
    for missing in lack.missing:
        note, cure = _link(missing, spans)
        notes.append(note)
        cures.append(cure)
    where = spans.at(lack.missing[0].owner, *lack.missing[0].path)
    labels = (
        Label(choice, f"nodes are guests of `{region}`"),
        Label(where, "the way down ends here"),
    )
    hint = " and ".join(dict.fromkeys(cures)) + f", or put `{requirement.consumer}` on hosts"
    what = "nothing below offers it"
    return kata_without_kvm(cause, requirement.cause[1], what, labels, tuple(notes), hint)


def _link(missing: Missing, spans: Spans) -> tuple[str, str]:
    line = spans.at(missing.owner).line
    owner = f"`{missing.owner}` (line {line})"
    match missing.fault:
        case "emulated":
            return f"{owner} emulates its guests: `virt = qemu`", "set `virt = kvm` in `nova`"
        case "processor_hidden":
            return (
                (
                    f"{owner} doesn't show guests `vmx` or `svm`: "
                    "`cpu_mode = host_passthrough` does, `host_model` only by chance"
                ),
                f"set `cpu_mode = host_passthrough` in `nova` of `{missing.owner}`",
            )
        case "not_nested":
            return (
                f"{owner} has `vmx` or `svm`, but nested virtualisation is off",
                f"add `nested_virtualization = true` to `{missing.owner}`",
            )
    return (
        f"{owner} states neither `vmx` nor `svm`",
        f"add `features = [vmx]` or `[svm]` to `cpu` of `{missing.owner}`",
    )


def kata_without_kvm(
    span: Span,
    runtime: str,
    what: str,
    labels: tuple[Label, ...],
    notes: tuple[str, ...],
    hint: str,
) -> Diagnostic:
    """Secure containers on nodes that can't start a virtual machine."""
    return Diagnostic(
        KATA_WITHOUT_KVM,
        span,
        f"`runtime.{runtime}` needs KVM on its nodes, and {what}",
        labels=labels,
        notes=notes,
        hint=hint,
    )


def _amount(resource: str, amount: int) -> str:
    return str(Size(amount)) if resource in _IN_BYTES else f"{amount:,}"


def over_quota(lack: Unmet, beside: Sequence[Unmet], span: Span, quota_span: Span) -> Diagnostic:
    """Clusters that their project's quota has no room for."""
    capability = lack.requirement.capability
    consumers = list(dict.fromkeys(f"`{r.consumer}`" for r in lack.beside))
    verb = "needs" if len(consumers) == 1 else "need"
    rest = [other for other in beside if other is not lack]
    notes = [
        f"{other.requirement.capability.of} too: {_amount(other.requirement.capability.of, other.required)}"
        f" of {_amount(other.requirement.capability.of, other.offered)}"
        for other in rest
    ]
    if len(consumers) > 1:
        each = [f"{_amount(capability.of, r.quantity)} for {r.purpose}" for r in lack.beside]
        notes += told_apart(each)
    return Diagnostic(
        OVER_QUOTA,
        span,
        f"{told(consumers)} {verb} {_amount(capability.of, lack.required)} {_words(capability.of)}, "
        f"and the quota of `project.{capability.within}` is {_amount(capability.of, lack.offered)}",
        labels=(Label(quota_span, "the most that the project may have"),),
        notes=("pools are counted at their `max` where they are scaled", *notes),
        hint="raise the quota, or make the cluster smaller",
    )


def _words(resource: str) -> str:
    names = {"ram": "of memory", "volumes_size": "of volumes"}
    return names.get(resource, resource.replace("_", " "))


def over_computes(lack: Unmet, span: Span, compute_span: Span) -> Diagnostic:
    """Clusters that the region's computes have no room for."""
    capability = lack.requirement.capability
    what = capability.of
    if what == "servers":
        needs, offers = f"{lack.required:,} servers", f"{lack.offered:,}"
    elif what == "memory":
        needs, offers = f"{Size(lack.required)} of memory", str(Size(lack.offered))
    else:
        needs, offers = f"{lack.required:,} {what}", f"{lack.offered:,}"
    consumers = list(dict.fromkeys(f"`{r.consumer}`" for r in lack.beside))
    region = lack.requirement.provider
    whose = f"`{region}`"
    if capability.within:
        kind = "flavor" if what == "servers" else "aggregate"
        whose = f"`{kind}.{capability.within}` of `{region}`"
    verb = "needs" if len(consumers) == 1 else "need"
    return Diagnostic(
        OVER_COMPUTES,
        span,
        f"{told(consumers)} {verb} {needs}, and all hosts of {whose} have {offers}",
        labels=(Label(compute_span, "the computes"),),
        notes=("pools are counted at their `max` where they are scaled",),
        hint="make the clusters smaller, or add computes",
    )


def no_service(
    span: Span, consumer: str, region: str, service: str, services_span: Span
) -> Diagnostic:
    """A service of the region below that a cluster calls, and that does not run."""
    return Diagnostic(
        NO_SERVICE,
        span,
        f"`{consumer}` needs `{service}`, and `{region}` doesn't run it",
        labels=(Label(services_span, "the services of the region"),),
        hint=f"add `{service}` to `services` of `{region}`",
    )


def no_balancer(
    span: Span, consumer: str, region: str, provider: str, providers_span: Span
) -> Diagnostic:
    """A provider of load balancers that the region doesn't have."""
    return Diagnostic(
        NO_BALANCER,
        span,
        f"`{consumer}` wants load balancers of `{provider}`, which `{region}` doesn't offer",
        labels=(Label(providers_span, "the providers of the region"),),
        hint=f"add `{provider}` to `providers` in `octavia` of `{region}`, or choose another",
    )


def no_load_balancer(
    span: Span, what: str, consumer: str, cluster: str, cluster_span: Span
) -> Diagnostic:
    """Addresses for services on a cluster where nothing gives any."""
    return Diagnostic(
        NO_LOAD_BALANCER,
        span,
        f"`{what}` of `{consumer}` needs an address from a load balancer, and nothing in `{cluster}` gives any",
        labels=(Label(cluster_span, "no `load_balancer` here"),),
        hint=f"add `load_balancer metallb {{ pools = [network.….pool.…] }}` to `{cluster}`",
    )


def no_announcer(span: Span, network: str, cluster: str, cluster_span: Span) -> Diagnostic:
    """An address on a network that no node is on."""
    return Diagnostic(
        NO_ANNOUNCER,
        span,
        f"no node of `{cluster}` is on `{network}`, so nobody can announce an address of it",
        labels=(Label(cluster_span, "the nodes"),),
        hint=f"add `{network}` to `networks` of a bond or port of some nodes",
    )


def no_storage_class(
    span: Span, consumer: str, name: str, cluster: str, known: Sequence[str], cluster_span: Span
) -> Diagnostic:
    """A storage class that a layer's volumes are of, and that isn't there."""
    return Diagnostic(
        NO_STORAGE_CLASS,
        span,
        f"`{consumer}` keeps its databases on storage class `{name}`, which `{cluster}` doesn't have",
        labels=(Label(cluster_span, "the cluster"),),
        hint=did_you_mean(
            name,
            known,
            otherwise=f'give a pool of a Ceph cluster on `{cluster}` `storage_class = "{name}"`, '
            f"or add `storage_class {name} {{ … }}` to `{cluster}`",
        ),
    )


def not_nodes(span: Span, lack: Unmet, part: Part, on_span: Span, cluster_span: Span) -> Diagnostic:
    """Hosts of a layer on Kubernetes that are not in its cluster."""
    cluster = lack.requirement.provider
    what, hint = "node", f"add a `pool` with `hosts = {part.group.ref}` to `{cluster}`"
    if cluster.kind == "starlingx":
        role = "`controllers`" if lack.requirement.capability.within == "control" else "`workers`"
        what, hint = "host", f"name hosts that are {role} of `{cluster}`"
        if role != "`controllers`":
            hint += ", or its controllers where they are all in one"
    some = "" if lack.offered == 0 else f", only {lack.offered:,} of them are"
    verb = f"is no {what}" if len(part.members) == 1 else f"are no {what}s"
    return Diagnostic(
        NOT_NODES,
        span,
        f"{counted(part)} {verb} of `{cluster}`{some}",
        labels=(
            Label(on_span, f"`{lack.requirement.consumer}` runs on its {what}s"),
            Label(cluster_span, "the cluster" if what == "node" else "the system"),
        ),
        hint=hint,
    )


def not_schedulable(
    span: Span, part: Part, consumer: str, cluster: str, control_span: Span
) -> Diagnostic:
    """Pods meant for control nodes that take none."""
    return Diagnostic(
        NOT_SCHEDULABLE,
        span,
        f"{counted(part)} would run pods of `{consumer}`, but control nodes of `{cluster}` take none",
        labels=(Label(control_span, "`schedulable` is false"),),
        hint="set `schedulable = true` in `control`, or name hosts of a pool",
    )


def too_few_functions(span: Span, lack: Unmet, part: Part, hosts: Span) -> Diagnostic:
    """Virtual functions for pods that the ports don't have."""
    physnet = lack.requirement.capability.of
    offers = f"{lack.offered:,}" if lack.offered else "none"
    return Diagnostic(
        TOO_FEW_FUNCTIONS,
        span,
        f"pods want {lack.required:,} virtual functions of each port on `{physnet}`, "
        f"and {counted(part)} offers {offers}",
        labels=(Label(hosts, "the nodes"),),
        notes=shares_of_functions(lack),
        hint=f"put a port with `sriov_vfs` on `{physnet}`: `port nic.… {{ physnet = {physnet} }}`, or ask for fewer",
    )


def shares_of_functions(lack: Unmet) -> tuple[str, ...]:
    """Who wants how many, where several do."""
    return (
        told_apart([f"{r.quantity:,} for {r.purpose}" for r in lack.beside])
        if len(lack.beside) > 1
        else ()
    )


def controller_out_of_reach(
    span: Span, lack: Unmet, part: Part, network: Ref, hosts: Span
) -> Diagnostic:
    """A subcloud without a way to its system controller."""
    ref = lack.requirement.consumer
    return Diagnostic(
        CONTROLLER_OUT_OF_REACH,
        span,
        f"`{ref}` has no way to `{network}`, on which its system controller speaks to subclouds",
        labels=(Label(hosts, f"no network of {counted(part)} is routed there"),),
        notes=("a network without a gateway, or with `routable = false`, ends at its own hosts",),
        hint=f"give the management network of `{ref}` and `{network}` a `gateway`",
    )


def manager_out_of_reach(
    span: Span, lack: Unmet, part: Part, network: str, on_span: Span, hosts: Span
) -> Diagnostic:
    """A managing cluster whose nodes have no way to the APIs that it calls."""
    consumer = lack.requirement.consumer
    return Diagnostic(
        OUT_OF_REACH,
        span,
        f"{counted(part)} can't reach `{network}`, on which the APIs answer that make `{consumer}`",
        labels=(
            Label(on_span, "the region whose APIs the manager calls"),
            Label(hosts, "nodes of the manager"),
        ),
        hint=f"add `{network}` to `networks` of a bond or port of `{part.group.ref}`, or give it a gateway",
    )


def over_pools(lack: Unmet, span: Span, pool_span: Span) -> Diagnostic:
    """Secure containers whose virtual machines alone take more memory than the nodes have."""
    return Diagnostic(
        OVER_POOLS,
        span,
        f"virtual machines of these pods take {Size(lack.required)} beside the containers, "
        f"and all nodes of their pools have {Size(lack.offered)}",
        labels=(Label(pool_span, "the nodes"),),
        notes=shares(lack.beside),
        hint="lower `pods` of the quota, take a lighter shim such as `clh`, or add nodes",
    )
