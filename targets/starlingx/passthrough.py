"""Checks what a blueprint passes through as keys of StarlingX's bootstrap, and gives it out as plain data."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from functools import cache
from typing import Any

from blueprint.diagnostics import Diagnostic
from blueprint.model import StarlingX
from blueprint.spans import Spans
from blueprint.values import Ref
from targets._formats.yaml import looks_like_jinja
from targets._passthrough.values import as_variable, refused
from targets.starlingx import passthrough_limits as limits
from targets.starlingx.catalog import Catalog, catalog, releases
from targets.starlingx.catalog.shapes import faults, secret_paths

TOOL = "starlingx"
#: Keys that the blueprint's own attributes decide, by pattern, with the attribute; the first that matches counts.
_DERIVED = tuple(
    (re.compile(pattern), attribute)
    for pattern, attribute in {
        r"system_mode": "`config`",
        r"distributed_cloud_role": "`role`, or `of` of a subcloud",
        r"timezone": "`timezone` of the controllers' site",
        r"dns_servers": "`dns` of the controllers' site",
        r"kernel": "`kernel` of the controllers",
        r"kubernetes_version": "`kubernetes`",
        r"external_oam_(floating|node_[01])_address": "`oam`",
        r"external_oam_.*": "`networks.oam`",
        r"management_multicast_.*": "`cluster.multicast`",
        r"management_dynamic_address_allocation|cluster_host_dynamic_address_allocation": "`networks`",
        r"management_.*": "`networks.mgmt`",
        r"cluster_host_.*": "`networks.cluster_host`",
        r"cluster_pod_.*": "`cluster.pods`",
        r"cluster_service_.*": "`cluster.services`",
        r"pxeboot_.*": "`networks.pxeboot`",
        r"admin_(subnet|.*_address)": "`networks.admin`",
        r"(vault_)?admin_username": "`admin_username`",
        r"(vault_)?admin_password": "`admin_password`",
        r"ansible_become_pass": "`sysadmin_password`",
        r"(vault_)?docker_registries": "`registry`",
        r"docker_(http|https|no)_proxy|docker_no_proxy": "`proxy`",
        r"ssl_ca_cert": "`certificates.trusted`",
        r"etcd_root_ca_.*": "`certificates.etcd`",
        r"apiserver_oidc": "`auth`",
        r"applications": "`application`",
        r"docker_fs_size": "`filesystems.docker`",
        r"docker_distribution_fs_size": "`filesystems.docker_distribution`",
        r"name|bootstrap-address": "the subcloud's own name and addresses",
        r"group_id": "`group`",
        r"description": "`description`",
        r"location": "the place of the site",
        r"systemcontroller_gateway_address": "`system_controller_gateway`",
    }.items()
)


def stated(layer: StarlingX) -> dict[str, Any]:
    """What the blueprint passes through, as plain data for the file of overrides."""
    return {name: as_variable(value) for name, value in layer.tool.get(TOOL, {}).items()}


def derived_from(key: str) -> str | None:
    """The attribute that decides a key of the bootstrap; None where only pass-through can state it."""
    return next((attribute for form, attribute in _DERIVED if form.fullmatch(key)), None)


def variables(ref: Ref, layer: StarlingX, spans: Spans) -> Iterator[Diagnostic]:
    """Keys that the release does not know, takes otherwise, or has from the blueprint already."""
    for tool, given in layer.tool.items():
        if tool != TOOL:
            yield limits.VARIABLES.tool_not_chosen(spans.key(ref, "tool", tool), tool)
            continue
        for name, value in given.items():
            yield from _key(ref, layer, spans, name, value)


def _key(ref: Ref, layer: StarlingX, spans: Spans, name: str, value: Any) -> Iterator[Diagnostic]:
    known = catalog(layer.release)
    span = spans.key(ref, "tool", TOOL, name)
    attribute = derived_from(name)
    if attribute is not None:
        yield limits.VARIABLES.derived_variable(span, name, attribute)
    elif name in known.given_by_dcmanager:
        yield limits.key_of_the_manager(span, name)
    elif name not in known.bootstrap:
        yield _unknown(ref, layer, spans, name)
    elif (reason := refused(value)) is not None:
        at = spans.at(ref, "tool", TOOL, name)
        yield limits.VARIABLES.value_without_plain_form(at, name, reason)
    elif _is_template(as_variable(value)):
        at = spans.at(ref, "tool", TOOL, name)
        yield limits.VARIABLES.value_without_plain_form(at, name, "a template")
    elif known.bootstrap[name].is_secret and _holds_secret(known, name, as_variable(value)):
        yield limits.VARIABLES.variable_holds_secret(span, name)
    else:
        for fault in faults(known.bootstrap[name].shape, as_variable(value)):
            at = spans.at(ref, "tool", TOOL, name, *fault.path)
            yield limits.value_at_fault(at, name, fault)


def _is_template(value: Any) -> bool:
    """Whether a text in it is a template: files are written so that Ansible expands none, and dcmanager reads none."""
    if isinstance(value, dict):
        return any(_is_template(each) for each in value.values())
    if isinstance(value, list):
        return any(_is_template(each) for each in value)
    return isinstance(value, str) and looks_like_jinja(value)


def _holds_secret(known: Catalog, name: str, value: Any) -> bool:
    found = next(secret_paths(known.bootstrap[name].shape, value), None)
    return name.startswith("vault_") or found is not None


def _unknown(ref: Ref, layer: StarlingX, spans: Spans, name: str) -> Diagnostic:
    span = spans.key(ref, "tool", TOOL, name)
    others = [each for each in releases() if name in catalog(each).bootstrap]
    if others:
        return limits.key_of_another_release(span, name, layer.release, others)
    free, derived = _names(layer.release)
    return limits.VARIABLES.unknown_variable(span, name, layer.release, free, derived)


@cache
def _names(release: str) -> tuple[tuple[str, ...], Mapping[str, str]]:
    """The keys of a release that pass-through can state, and those that attributes decide."""
    derived = {name: derived_from(name) for name in catalog(release).bootstrap}
    free = tuple(name for name, attribute in derived.items() if attribute is None)
    return free, {name: attribute for name, attribute in derived.items() if attribute is not None}
