"""Settings of images: those of the release, from the project's registries or from the blueprint's own."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from blueprint.model import Registry
from blueprint.target import Artifact, Cause
from targets._formats.page import Page
from targets.openstack_helm.catalog import images as images_of
from targets.openstack_helm.cloud import Cloud
from targets.openstack_helm.settings import ChartSetting, at, of_all

#: The Secret with the registry's account, in the namespace of OpenStack.
PULL_SECRET = "oib-registry"  # noqa: S105 - a name


@dataclass(frozen=True, slots=True)
class Image:
    """An image of a chart: its name there, where the project has it, and where it is pulled from."""

    chart: str
    tag: str
    upstream: str | None
    pulled: str
    cause: Cause


def images(cloud: Cloud) -> Iterator[ChartSetting]:
    """Every image of every chart that some template uses."""
    for image in pulled(cloud):
        yield at(image.chart, ("images", "tags", image.tag), image.pulled, image.cause)
    ref = cloud.layer.registry
    if ref is not None and cloud.model.at(ref, Registry).username is not None:
        cause = Cause("the account at the registry", (cloud.path("registry"), f"{ref}.username"))
        yield from _pull_secrets(cloud, cause)


def _pull_secrets(cloud: Cloud, cause: Cause) -> Iterator[ChartSetting]:
    """The Secret, named by all service accounts; that of pods alone would reach a few jobs.

    The run-book makes it, so the charts make none of their own, which would take the password as a value.
    """
    yield from of_all(cloud, "manifests.secret_registry", value=False, cause=cause)
    yield from of_all(cloud, "endpoints.oci_image_registry.auth.enabled", value=True, cause=cause)
    for name in cloud.charts:
        yield at(name, ("secrets", "oci_image_registry", name), PULL_SECRET, cause)


def pulled(cloud: Cloud) -> Iterator[Image]:
    """The images; those that the release lacks are left out, as `check` has reported them."""
    stated = cloud.options.images
    release = Cause("the image of the release", (cloud.path("release"),))
    for name in cloud.charts:
        for tag, upstream in _of_release(cloud, name).items():
            if not cloud.reads(name, "images", "tags", tag):
                continue
            if tag in stated:
                own = Cause("the stated image", (cloud.path("deployer", "images", tag),))
                yield Image(name, tag, None, stated[tag], own)
            elif upstream is not None:
                where = mirrored(cloud, upstream)
                if where is None:
                    yield Image(name, tag, upstream, upstream, release)
                else:
                    ref = cloud.layer.registry
                    paths = (
                        cloud.path("release"), cloud.path("registry"), f"{ref}.url",
                        f"{ref}.namespace",
                    )  # fmt: skip
                    cause = Cause("the image of the release, from the registry", paths)
                    yield Image(name, tag, upstream, where, cause)


def registry_of(cloud: Cloud) -> str | None:
    """The blueprint's registry, with the path that all images lie below."""
    ref = cloud.layer.registry
    if ref is None:
        return None
    registry = cloud.model.at(ref, Registry)
    return "/".join(part for part in (registry.url, registry.namespace) if part)


def mirrored(cloud: Cloud, image: str) -> str | None:
    """Where an image lies in the blueprint's registry: its own path below the registry's namespace."""
    registry = registry_of(cloud)
    if registry is None:
        return None
    first, _, rest = image.partition("/")
    path = rest if "." in first or ":" in first or first == "localhost" else image
    return f"{registry}/{path}"


def _of_release(cloud: Cloud, chart: str) -> Mapping[str, str | None]:
    """The images of a chart for the release; some are the same as others, which alone are listed."""
    found = images_of(cloud.layer.release).get(chart, {})
    same = {tag: found.get(other) for tag, other in _SAME.items() if found.get(tag, "") is None}
    return {**found, **same}


def missing(cloud: Cloud) -> dict[str, tuple[str, ...]]:
    """Charts with images that the project has none of for the release, and no blueprint states."""
    found: dict[str, tuple[str, ...]] = {}
    stated = cloud.options.images
    for name in cloud.charts:
        tags = _of_release(cloud, name)
        lacking = tuple(
            tag
            for tag, image in tags.items()
            if image is None and tag not in stated and is_used(cloud, name, tag)
        )
        if lacking:
            found[name] = lacking
    return found


#: Images for bare metal, and those of the same chart whose they are in its own values.
_SAME = {
    "neutron_ironic_agent": "neutron_server",
    "neutron_ironic_agent_init": "neutron_server",
    "nova_compute_ironic": "nova_compute",
}
#: Images of parts that this target leaves switched off.
_UNUSED = frozenset({
    "frr", "manila_db_purge", "neutron_bgp_dragent", "neutron_ovn_agent", "neutron_ovn_db_sync", "neutron_ovn_vpn",
    "nova_archive_deleted_rows", "nova_serialproxy", "ovn_bgp_agent",
    "ovn_logging_parser",
})  # fmt: skip


def is_used(cloud: Cloud, chart: str, tag: str) -> bool:
    """Whether pods of an image are made; those for bare metal only beside Ironic."""
    if tag in _SAME:
        return cloud.has("ironic")
    return tag not in _UNUSED and cloud.reads(chart, "images", "tags", tag)


def image_list(cloud: Cloud) -> Artifact | None:
    """What the registry must hold: each image of the project and its place there, for `skopeo copy`."""
    if cloud.layer.registry is None:
        return None
    page = Page()
    page.line(
        "# SOURCE DESTINATION", Cause("images that the registry holds", (cloud.path("registry"),))
    )
    seen: set[str] = set()
    for image in pulled(cloud):
        if image.upstream is not None and image.upstream not in seen:
            seen.add(image.upstream)
            page.line(f"{image.upstream} {image.pulled}", image.cause)
    return page.artifact("openstack_helm/images.txt")
