"""Where images come from: single ones of the blueprint's choice, mirrors, and the system inside them."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator

from blueprint.diagnostics import Diagnostic, Label, Rule, did_you_mean
from blueprint.model import Registry
from blueprint.source import Span
from blueprint.spans import Spans
from blueprint.target import Artifact, Cause, Step
from blueprint.values import Ref
from targets._formats.page import Page, Traced
from targets.kolla_ansible.cloud import Cloud
from targets.kolla_ansible.commands import folder_of, on_hosts
from targets.kolla_ansible.limits import unusable_text
from targets.kolla_ansible.subject import Subject, Variables
from targets.kolla_ansible.systems import DOCKER_HUB, behaves_as, distribution_of

UNKNOWN_IMAGE = Rule("OIB6121", "unknown-image")
DIGEST = Rule("OIB6122", "digest-with-docker")
MIRRORS = Rule("OIB6123", "mirrors-not-asked")
UNPUBLISHED = Rule("OIB6124", "images-not-published")

_SUFFIX = "_image_full"
#: What the tool's own registry holds no images of (doc/source/user/support-matrix.rst).
_UNPUBLISHED = "centos"
#: Systems whose images the release has beside those that are its default: host system -> version.
_VERSIONS: dict[str, dict[str, str]] = {
    "2025.1": {"rocky-10": "10", "centos-stream-10": "stream10"}
}
#: A reference to an image, as registries take it: host, path, and a tag, a digest, or both.
_IMAGE = re.compile(
    r"(?:[A-Za-z0-9](?:[A-Za-z0-9.-]*[A-Za-z0-9])?(?::[0-9]{1,5})?/)?"
    r"[a-z0-9]+(?:[._/-]+[a-z0-9]+)*(?::[A-Za-z0-9_][A-Za-z0-9_.-]{0,127})?(?:@sha256:[0-9a-f]{64})?"
).fullmatch
_MIRROR = re.compile(
    r"https?://[A-Za-z0-9](?:[A-Za-z0-9.-]*[A-Za-z0-9])?(?::[0-9]{1,5})?(?:/[A-Za-z0-9._/-]*)?"
).fullmatch
_FILE = "registries.conf"


def _variables(cloud: Cloud) -> Variables:
    field = cloud.path("deployer", "images")
    for name, image in cloud.layer.kolla_ansible.images.items():
        cause = Cause("a single image of the blueprint's choice", (f"{field}.{name}",))
        yield f"{name}{_SUFFIX}", Traced(image, cause)
    found = _mirrored(cloud)
    if found is not None and cloud.layer.kolla_ansible.container_engine == "docker":
        ref, registry = found
        cause = Cause("mirrors that are asked first", (f"{ref}.mirrors", cloud.path("registry")))
        yield "docker_registry_mirrors", Traced(list(registry.mirrors), cause)
    version = _version(cloud)
    if version is not None:
        yield "kolla_base_distro_version", version


def _version(cloud: Cloud) -> Traced | None:
    """The version inside the images where the hosts' own is not the release's default."""
    if cloud.layer.kolla_ansible.base_distribution is not None:
        return None
    versions = _VERSIONS.get(cloud.layer.release, {})
    for each in cloud.classes_of("control"):
        system = behaves_as(each.spec.os)
        if distribution_of(each.spec.os) is not None:
            if system not in versions or is_of_tools_registry(cloud, system):
                return None
            paths = (f"{each.group}.os", cloud.path("control"), cloud.path("release"))
            return Traced(
                versions[system], Cause("images of the control hosts' own version", paths)
            )
    return None


def is_of_tools_registry(cloud: Cloud, system: str) -> bool:
    """Whether images of a system would come from the tool's own registry, which has none of them."""
    return cloud.layer.registry is None and system.startswith(_UNPUBLISHED)


def _mirrored(cloud: Cloud) -> tuple[Ref, Registry] | None:
    ref = cloud.layer.registry
    registry = None if ref is None else cloud.model.at(ref, Registry)
    return None if ref is None or registry is None or not registry.mirrors else (ref, registry)


def _artifacts(cloud: Cloud) -> Iterator[Artifact]:
    """Mirrors for Podman: Kolla-Ansible's own file has no registry that they belong to."""
    found = _mirrored(cloud)
    if found is None or cloud.layer.kolla_ansible.container_engine != "podman":
        return
    ref, registry = found
    via = cloud.path("registry")
    page = Page()
    own = Cause("the registry that mirrors stand in for", (f"{ref}.url", via))
    page.line("[[registry]]", own)
    page.line(f'prefix = "{registry.url}"', own)
    page.line(f'location = "{registry.url}"', own)
    page.line(
        f"insecure = {str(registry.insecure).lower()}",
        Cause("whether the registry is reached without TLS", (f"{ref}.insecure", via)),
    )
    asked = Cause("mirrors that are asked first", (f"{ref}.mirrors", via))
    for mirror in registry.mirrors:
        scheme, _, location = mirror.partition("://")
        page.line("")
        page.line("[[registry.mirror]]", asked)
        page.line(f'location = "{location.rstrip("/")}"', asked)
        page.line(f"insecure = {str(scheme == 'http').lower()}", asked)
    yield page.artifact(f"kolla_ansible/{_FILE}")


def _steps_before(cloud: Cloud) -> Iterator[Step]:
    found = _mirrored(cloud)
    if found is None or cloud.layer.kolla_ansible.container_engine != "podman":
        return
    place = "/etc/containers/registries.conf.d"
    everywhere = f"{on_hosts(cloud, 'baremetal')} -b"
    yield Step(
        title="Tell Podman of the mirrors",
        commands=(
            f"cp {_FILE} {folder_of(cloud)}/",
            f"{everywhere} -m file -a 'path={place} state=directory mode=0755'",
            (
                f"{everywhere} -m copy -a 'src={cloud.configuration_folder}/{_FILE} "
                f"dest={place}/oib-mirrors.conf mode=0644'"
            ),
        ),
        checks=(f"{everywhere} -m command -a 'podman info --format json'",),
    )


def _check(cloud: Cloud, spans: Spans) -> Iterator[Diagnostic]:
    deployer = cloud.layer.kolla_ansible
    known = [n.removesuffix(_SUFFIX) for n in cloud.catalog.variables if n.endswith(_SUFFIX)]
    for name, image in deployer.images.items():
        span = spans.at(cloud.ref, "deployer", "images", name)
        if name not in known:
            key = spans.key(cloud.ref, "deployer", "images", name)
            yield _unknown_image(key, name, cloud.layer.release, known)
        elif not _IMAGE(image):
            wanted = "`host/path:tag`, or `host/path@sha256:…` with 64 digits"
            yield unusable_text(span, name, image, wanted)
        elif "@" in image and deployer.container_engine == "docker":
            yield _digest(span, name)
    yield from _check_mirrors(cloud, spans)
    if deployer.base_distribution == _UNPUBLISHED and cloud.layer.registry is None:
        yield _unpublished(spans.at(cloud.ref, "deployer", "base_distribution"), _UNPUBLISHED)


def _check_mirrors(cloud: Cloud, spans: Spans) -> Iterator[Diagnostic]:
    found = _mirrored(cloud)
    if found is None:
        return
    ref, registry = found
    for position, mirror in enumerate(registry.mirrors):
        if not _MIRROR(mirror):
            span = spans.at(ref, "mirrors", position)
            wanted = "`https://`, a host, and a path where it has one"
            yield unusable_text(span, "mirrors", mirror, wanted)
    if cloud.layer.kolla_ansible.container_engine == "docker" and registry.url != DOCKER_HUB:
        yield _mirrors(spans.at(ref, "mirrors"), registry.url, spans.at(ref, "url"))


def _unknown_image(span: Span, name: str, release: str, known: Iterable[str]) -> Diagnostic:
    """An image that the release does not have."""
    return Diagnostic(
        UNKNOWN_IMAGE,
        span,
        f"Kolla-Ansible {release} has no image `{name}`",
        hint=did_you_mean(name, known, otherwise="take it out: no container would be made of it"),
    )


def _digest(span: Span, name: str) -> Diagnostic:
    """A digest that Kolla-Ansible would take apart in the wrong place."""
    return Diagnostic(
        DIGEST,
        span,
        f"Kolla-Ansible can't have Docker pull `{name}` by its digest: it takes what follows the last colon "
        "for a tag",
        hint="name a tag that your registry never moves, or write `container_engine = podman`",
    )


def _mirrors(span: Span, url: str, url_span: Span) -> Diagnostic:
    """Mirrors that Docker has no use for."""
    return Diagnostic(
        MIRRORS,
        span,
        f"Docker asks mirrors for images of `{DOCKER_HUB}` only",
        labels=(Label(url_span, f"images come from `{url}`"),),
        hint="name the mirror as `url` of the registry, or write `container_engine = podman`",
    )


def _unpublished(span: Span, distribution: str) -> Diagnostic:
    """Images that nobody publishes."""
    return Diagnostic(
        UNPUBLISHED,
        span,
        f"the tool's own registry has no images of `{distribution}`",
        hint="write `rocky`, which runs on these hosts too, or name a `registry` with images of your own",
    )


SUBJECT = Subject(
    name="images",
    variables=_variables,
    artifacts=_artifacts,
    supplies=_steps_before,
    check=_check,
    rules=(UNKNOWN_IMAGE, DIGEST, MIRRORS, UNPUBLISHED),
    derived_variables={"docker_registry_mirrors": "`mirrors` of the `registry`"},
)
