"""Versions of Kubernetes against what stands on it, the images of its nodes, its kubelets, and its engine."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from blueprint.checks.kubernetes_support import out_of_fixes
from blueprint.diagnostics import Diagnostic, Label, Rule, Severity
from blueprint.model import Kubernetes, Model, OpenStack
from blueprint.source import Span
from blueprint.spans import Spans
from blueprint.values import Ref

NOT_FOR_RELEASE = Rule("OIB5710", "kubernetes-not-for-release")
OTHER_IMAGE = Rule("OIB5711", "image-of-another-version")
SKEW = Rule("OIB5712", "kubelet-skew")
DOCKER = Rule("OIB5713", "docker-as-runtime")
UNTESTED = Rule("OIB5714", "version-untested-by-driver", Severity.WARNING)

#: Kubernetes that the charts of OpenStack-Helm are tested with, by release (its README, August 2026).
WITH_RELEASE: Mapping[str, tuple[tuple[int, int], tuple[int, int]]] = {
    "2025.1": ((1, 33), (1, 35)),
    "2025.2": ((1, 33), (1, 35)),
    "2026.1": ((1, 33), (1, 35)),
}
#: Kubernetes that Magnum's Cluster API driver is tested with (its documentation, August 2026).
WITH_MAGNUM = ((1, 33), (1, 36))
#: How many minor versions a kubelet may be behind the API server (Kubernetes' version skew policy).
MOST_BEHIND = 3


def kubernetes_versions(model: Model, spans: Spans) -> Iterator[Diagnostic]:
    """Versions that don't go together, and those that nobody mends; what is refused is not told of twice."""
    refused: set[Ref] = set()
    for ref, region in model.of(OpenStack).items():
        below = None if region.on is None else model.things.get(region.on)
        if ref in model.existing or not isinstance(below, Kubernetes) or region.on is None:
            continue
        span = WITH_RELEASE.get(region.release)
        if span is not None and not span[0] <= below.minor <= span[1]:
            refused.add(region.on)
            yield not_for_release(
                spans.at(region.on, "version"), below.version, region.release, span, ref,
                spans.at(ref, "release"),
            )  # fmt: skip
    for ref, cluster in model.of(Kubernetes).items():
        if ref in model.existing:
            continue
        if cluster.container_engine.choice == "docker":
            yield docker(spans.at(ref, "container_engine"))
        faults = list(_kubelets(ref, cluster, spans))
        if cluster.on is not None:
            faults += _image(ref, cluster, cluster.on, model, spans)
        yield from faults
        unsupported = out_of_fixes(ref, cluster, spans)
        if unsupported is not None and not faults and ref not in refused:
            yield unsupported


def _image(
    ref: Ref, cluster: Kubernetes, on: Ref, model: Model, spans: Spans
) -> Iterator[Diagnostic]:
    region = model.things.get(on)
    if not isinstance(region, OpenStack) or cluster.image is None:
        return
    image = region.image.get(cluster.image.label)
    if image is not None and not _carries(image.kubernetes, cluster.version):
        where = spans.at(on, "image", cluster.image.label, "kubernetes")
        span = spans.at(ref, "version" if image.kubernetes else "image")
        yield other_image(span, cluster.image.label, image.kubernetes, cluster.version, where)
    low, high = WITH_MAGNUM
    if cluster.tool_name == "magnum" and region.magnum.driver == "cluster_api" and not low <= cluster.minor <= high:  # fmt: skip
        yield untested(spans.at(ref, "version"), cluster.version, low, high)


def _carries(image: str | None, wanted: str) -> bool:
    """Whether an image of a version serves a cluster whose version may leave the patch open."""
    if image is None:
        return False
    one, other = image.split("."), wanted.split(".")
    return one[:2] == other[:2] and (len(one) < 3 or len(other) < 3 or one == other)


def _kubelets(ref: Ref, cluster: Kubernetes, spans: Spans) -> Iterator[Diagnostic]:
    for label, pool in cluster.pool.items():
        if pool.version is None:
            continue
        theirs, own = _numbers(pool.version), _numbers(cluster.version)
        span, there = spans.at(ref, "pool", label, "version"), spans.at(ref, "version")
        length = min(len(theirs), len(own))
        if theirs[:length] > own[:length]:
            yield skew(span, pool.version, cluster.version, "newer than", there)
        elif own[1] - theirs[1] > MOST_BEHIND:
            behind = f"{own[1] - theirs[1]} minor versions behind"
            yield skew(span, pool.version, cluster.version, behind, there)


def _numbers(version: str) -> tuple[int, ...]:
    return tuple(int(part) for part in version.split("."))


def _text(version: tuple[int, int]) -> str:
    return f"{version[0]}.{version[1]}"


def not_for_release(
    span: Span,
    version: str,
    release: str,
    tested: tuple[tuple[int, int], tuple[int, int]],
    region: str,
    release_span: Span,
) -> Diagnostic:
    """A Kubernetes that the charts of a release are not for."""
    return Diagnostic(
        NOT_FOR_RELEASE,
        span,
        f"OpenStack-Helm of {release} is for Kubernetes {_text(tested[0])} to {_text(tested[1])}, "
        f"not {version}",
        labels=(Label(release_span, f"`{region}` stands on it"),),
        hint=f"take a version from {_text(tested[0])} to {_text(tested[1])}",
    )


def other_image(
    span: Span, image: str, carries: str | None, wanted: str, image_span: Span
) -> Diagnostic:
    """Nodes that boot another version than the cluster's."""
    what = f"carries Kubernetes {carries}" if carries else "doesn't say which Kubernetes it carries"
    return Diagnostic(
        OTHER_IMAGE,
        span,
        f"image `{image}` {what}, and the cluster is {wanted}",
        labels=(Label(image_span, "the image"),),
        hint=f'set `kubernetes = "{wanted}"` if the image holds it, or choose another one',
    )


def skew(span: Span, kubelet: str, api: str, how: str, api_span: Span) -> Diagnostic:
    """Kubelets that the API server doesn't work with."""
    return Diagnostic(
        SKEW,
        span,
        f"kubelets {kubelet} are {how} the API server {api}",
        labels=(Label(api_span, "the API server"),),
        notes=(f"a kubelet may be up to {MOST_BEHIND} minor versions older, and never newer",),
        hint="upgrade the pool, or the cluster first",
    )


def docker(span: Span) -> Diagnostic:
    """A runtime that Kubernetes has not had since 1.24."""
    return Diagnostic(
        DOCKER,
        span,
        "Docker is no container runtime of Kubernetes: the kubelet speaks to it no more since 1.24",
        hint="write `container_engine = containerd`, which runs the same images, or `cri_o`",
    )


def untested(span: Span, version: str, low: tuple[int, int], high: tuple[int, int]) -> Diagnostic:
    """A version that Magnum's driver is not tested with."""
    return Diagnostic(
        UNTESTED,
        span,
        f"Magnum's Cluster API driver is tested with Kubernetes {_text(low)} to {_text(high)}, not {version}",
        hint="take one of these, or `deployer cluster_api`",
    )
