"""Guests start from images alone whose signatures Nova has proven; Barbican keeps the certificates."""

from __future__ import annotations

from blueprint.target import Cause
from targets._formats.page import Traced
from targets.kolla_ansible.cloud import Cloud
from targets.kolla_ansible.subject import Files, Subject


def _files(cloud: Cloud) -> Files:
    if not ("nova" in cloud.layer.services and cloud.layer.nova.verify_images):
        return {}
    cause = Cause("guests start from signed images alone", (cloud.path("nova", "verify_images"),))
    proven = {"verify_glance_signatures": Traced(value=True, cause=cause)}
    return {"nova.conf": {"glance": proven}}


SUBJECT = Subject(
    name="image_signatures",
    files=_files,
    derived_options={("nova", "glance", "verify_glance_signatures"): "`nova { verify_images }`"},
)
