"""What Kata and its chart can't do: the rules, and the wording of each."""

from __future__ import annotations

from blueprint.diagnostics import Diagnostic, Label, Rule
from blueprint.source import Span

ARCHITECTURE = Rule("OIB7000", "shim-without-architecture")
SNAPSHOTTER = Rule("OIB7001", "shim-without-snapshotter")
THIN_POOL = Rule("OIB7002", "thin-pool-without-disk")
ENGINE = Rule("OIB7003", "engine-too-old-for-kata")
NO_GPU = Rule("OIB7004", "gpu-shim-without-gpu")
NOT_CONFIDENTIAL = Rule("OIB7005", "confidential-shim-without-processor")
ADDON = Rule("OIB7006", "shim-without-addon")
DEFAULT = Rule("OIB7007", "unusable-default-shim")
SPREAD = Rule("OIB7008", "shim-on-some-pools")
NO_RUNTIME = Rule("OIB7009", "namespace-without-runtime")
POLICIES = Rule("OIB7010", "policies-too-new")

RULES: tuple[Rule, ...] = (
    ARCHITECTURE, SNAPSHOTTER, THIN_POOL, ENGINE, NO_GPU, NOT_CONFIDENTIAL, ADDON, DEFAULT, SPREAD,
    NO_RUNTIME, POLICIES,
)  # fmt: skip


def _listed(names: tuple[str, ...]) -> str:
    return ", ".join(f"`{name}`" for name in names)


def shim_without_architecture(
    span: Span, shim: str, pool: str, arch: str, others: tuple[str, ...], hardware: Span
) -> Diagnostic:
    """A hypervisor that Kata does not ship for the nodes' processors."""
    return Diagnostic(
        ARCHITECTURE,
        span,
        f"Kata has no `{shim}` for `{arch}`, which the nodes of pool `{pool}` are",
        labels=(Label(hardware, "the nodes' hardware"),),
        hint=f"shims for it are {_listed(others)}",
    )


def shim_without_snapshotter(
    span: Span, shim: str, needed: str, found: str, engine: Span | None = None
) -> Diagnostic:
    """A shim whose pods cannot start from what unpacks their images."""
    return Diagnostic(
        SNAPSHOTTER,
        span,
        f"`{shim}` needs the snapshotter `{needed}`, not `{found}`",
        labels=() if engine is None else (Label(engine, "it has no snapshotters"),),
        hint=(
            f"set `snapshotter = {needed}`, or leave it out"
            if engine is None
            else "choose containerd, or another shim"
        ),
    )


def thin_pool_without_disk(
    span: Span, why: str, hint: str, there: Span | None = None, what: str = "this hardware"
) -> Diagnostic:
    """A snapshotter on a thin pool that there is no disk for."""
    return Diagnostic(
        THIN_POOL,
        span,
        f"the snapshotter `devmapper` keeps images on a disk of each node, and {why}",
        labels=() if there is None else (Label(there, what),),
        hint=hint,
    )


def engine_too_old(span: Span, version: str, least: str, what: str, asks: Span) -> Diagnostic:
    """A containerd that kata-deploy cannot configure."""
    return Diagnostic(
        ENGINE,
        span,
        f"containerd {version} is too old for {what}: at least {least} is needed",
        labels=(Label(asks, "asked for here"),),
        hint="state a later version, or none",
    )


def shim_without_gpu(span: Span, shim: str, pool: str, there: Span) -> Diagnostic:
    """A shim that hands a graphics processor through, on nodes without one."""
    return Diagnostic(
        NO_GPU,
        span,
        f"`{shim}` gives pods a graphics processor, and the nodes of pool `{pool}` have none",
        labels=(Label(there, "their hardware"),),
        hint="choose pools with a `gpu`, or another shim",
    )


def confidential_without_processor(
    span: Span, shim: str, pool: str, feature: str, there: Span, *, are_guests: bool
) -> Diagnostic:
    """A shim with encrypted memory on nodes whose processors can't do it, or that are guests themselves."""
    reason = (
        "which a guest of OpenStack cannot give on"
        if are_guests
        else f"which the nodes of pool `{pool}` do not have"
    )
    return Diagnostic(
        NOT_CONFIDENTIAL,
        span,
        f"`{shim}` needs processors with `{feature}`, {reason}",
        labels=(Label(there, "these nodes"),),
        hint=(
            "run it on a cluster on hosts, or choose another shim"
            if are_guests
            else f"choose pools whose hardware lists `{feature}` in `cpu.features`, or another shim"
        ),
    )


def shim_without_addon(span: Span, shim: str, addon: str, why: str) -> Diagnostic:
    """A shim whose class selects nodes by labels that nothing sets."""
    return Diagnostic(
        ADDON,
        span,
        f"`{shim}` needs the add-on `{addon}`, {why}",
        hint=f"list `{addon}` in `addons`",
    )


def default_not_among_shims(span: Span, shim: str, shims: tuple[str, ...]) -> Diagnostic:
    """A class `kata` for a shim that the runtime does not have."""
    return Diagnostic(
        DEFAULT,
        span,
        f"`{shim}` is none of the runtime's shims",
        hint=f"choose one of {_listed(shims)}, or list it in `shim`",
    )


def two_defaults(span: Span, shim: str, other: str, there: Span) -> Diagnostic:
    """Two shims behind the one class `kata` of a cluster."""
    return Diagnostic(
        DEFAULT,
        span,
        f"RuntimeClass `kata` of a cluster has one shim, not `{other}` and `{shim}`",
        labels=(Label(there, f"`{other}` is stated here"),),
        hint="state `default` in one runtime",
    )


def shim_on_some_pools(
    span: Span, shim: str, pools: tuple[str, ...], all_pools: tuple[str, ...]
) -> Diagnostic:
    """A class that would have to select several pools, which labels cannot."""
    return Diagnostic(
        SPREAD,
        span,
        f"`{shim}` is on {_listed(pools)} of the pools with Kata ({_listed(all_pools)}), and a RuntimeClass "
        "selects one of them or all",
        hint="state one pool, or let all runtimes have the same pools",
    )


def namespace_without_runtime(span: Span, shim: str, shims: tuple[str, ...]) -> Diagnostic:
    """A namespace whose pods are to run under a shim that no node has."""
    return Diagnostic(
        NO_RUNTIME,
        span,
        f"no `runtime` of the cluster has the shim `{shim}`",
        hint=f"choose {_listed(shims)}" if shims else f"add `runtime kata {{ shim = {shim} }}`",
    )


def policies_too_new(span: Span, version: str, there: Span) -> Diagnostic:
    """Enforcement by policies that the API server does not know."""
    return Diagnostic(
        POLICIES,
        span,
        f"Kubernetes {version} has no ValidatingAdmissionPolicy, which holds namespaces to their runtime",
        labels=(Label(there, "the version"),),
        hint="use 1.30 or later, or leave `runtime` of namespaces to whoever makes the pods",
    )
