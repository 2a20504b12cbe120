"""Plans kinds of volumes: who may use them, and how they are encrypted."""

from __future__ import annotations

from collections.abc import Iterator
from importlib.resources import files
from typing import Any

from blueprint.model.openstack_resources import VolumeType
from blueprint.target import Artifact, Cause
from targets._formats.page import Page, Traced
from targets.openstack_resources.catalog import written
from targets.openstack_resources.identity import domain_of
from targets.openstack_resources.region import Region, traced

#: The playbook that makes them: most regions have none.
PLAYBOOK = "volume_types.yml"


def volume_types(region: Region) -> dict[str, Traced]:
    """The variable with the types by name, where there are any."""
    kinds = region.layer.volume_type
    if not kinds or not region.runs("cinder"):
        return {}
    made = {
        label: Traced(
            dict(_type(region, label, kind)),
            region.stated("a kind of volumes", "volume_type", label),
        )
        for label, kind in kinds.items()
    }
    paths = (region.path("volume_type"), region.path("services"))
    return {"cloud_volume_types": Traced(made, Cause("kinds of volumes", paths))}


def _type(region: Region, label: str, kind: VolumeType) -> Iterator[tuple[str, Any]]:
    path = region.path("volume_type", label)
    if kind.description is not None:
        yield "description", traced(kind.description, "what it is for", f"{path}.description")
    yield "is_public", traced(kind.is_public, "whether all may use it", f"{path}.public")
    users = [
        {"project": ref.label, "domain": domain_of(region.layer.project[ref.label].domain)}
        for ref in kind.projects
    ]
    yield "projects", traced(users, "the projects that may use it", f"{path}.projects")
    specs = {name: written(value) for name, value in kind.extra_specs.items()}
    yield "extra_specs", traced(specs, "properties of its own", f"{path}.extra_specs")
    encryption = kind.encryption
    if encryption is None:
        return
    where = f"{path}.encryption"
    told = {
        "provider": traced(encryption.provider, "the format on the volume", f"{where}.provider"),
        "cipher": traced(encryption.cipher, "cipher and mode", f"{where}.cipher"),
        "key_size": traced(encryption.key_size, "bits of the key", f"{where}.key_size"),
    }
    yield "encryption", Traced(told, Cause("encryption of its volumes", (where,)))


def playbook(region: Region, notice: str) -> Iterator[Artifact]:
    """The playbook, the same for every region that has kinds of volumes."""
    if not volume_types(region):
        return
    cause = Cause("the playbook is the same for each region", (region.path("volume_type"),))
    page = Page()
    page.line(f"# {notice}", cause)
    text = files(__package__).joinpath(PLAYBOOK).read_text(encoding="utf-8")
    for line in text.splitlines():
        page.line(line, cause)
    yield page.artifact(f"openstack_resources/{PLAYBOOK}")
