"""Checks what a blueprint passes through: the tool's own variables and the services' own options."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from blueprint.diagnostics import Diagnostic
from blueprint.source import Span
from blueprint.spans import Spans
from targets._formats.ini import option_text, unsayable, unsayable_section
from targets._openstack.option_values import fault, written
from targets._openstack.options import Option
from targets._passthrough.values import described, refused
from targets._passthrough.variables import Variable, VariableType, wanted
from targets.kolla_ansible import limits
from targets.kolla_ansible.cloud import Cloud
from targets.kolla_ansible.derived import OPTIONS, VARIABLES
from targets.kolla_ansible.files import SERVICES, files_of, vocabulary_of
from targets.kolla_ansible.overrides import config_of
from targets.kolla_ansible.subjects.services import instead_of, not_offered

_TOOL = "kolla_ansible"
#: Variables of the collection that `bootstrap-servers` runs, as Kolla-Ansible's own manual lists them.
BOOTSTRAP_VARIABLES: dict[str, VariableType] = {
    "change_selinux": "bool",
    "create_kolla_user": "bool",
    "create_kolla_user_sudoers": "bool",
    "customize_etc_hosts": "bool",
    "debian_pkg_install": "list",
    "disable_firewall": "bool",
    "docker_custom_config": "map",
    "docker_http_proxy": "string",
    "docker_https_proxy": "string",
    "docker_no_proxy": "string",
    "docker_registry_mirrors": "list",
    "docker_storage_driver": "string",
    "enable_docker_repo": "bool",
    "kolla_group": "string",
    "kolla_user": "string",
    "redhat_pkg_install": "list",
    "redhat_pkg_removals": "list",
    "selinux_state": "string",
    "ubuntu_pkg_removals": "list",
    "virtualenv": "string",
    "virtualenv_site_packages": "bool",
}


def variables(cloud: Cloud, spans: Spans) -> Iterator[Diagnostic]:
    """Variables that the tool does not know, takes otherwise, or is told of by the blueprint itself."""
    for tool, stated in cloud.layer.tool.items():
        if tool != _TOOL:
            yield limits.VARIABLES.tool_not_chosen(spans.key(cloud.ref, "tool", tool), tool)
            continue
        for name, value in stated.items():
            found = _variable(cloud, spans, name, value)
            if found is not None:
                yield found


def _variable(cloud: Cloud, spans: Spans, name: str, value: Any) -> Diagnostic | None:
    key = spans.key(cloud.ref, "tool", _TOOL, name)
    span = spans.at(cloud.ref, "tool", _TOOL, name)
    known = cloud.catalog.variables
    if name in cloud.catalog.passwords:
        return limits.VARIABLES.variable_holds_secret(key, name)
    instead = instead_of(name, cloud)
    if instead is not None:
        return not_offered(span, name, cloud.layer.release, instead)
    if name in VARIABLES:
        return limits.VARIABLES.derived_variable(key, name, VARIABLES[name])
    if name not in known and name not in BOOTSTRAP_VARIABLES:
        others = {*known, *BOOTSTRAP_VARIABLES}
        return limits.VARIABLES.unknown_variable(key, name, cloud.layer.release, others, VARIABLES)
    reason = refused(value)
    if reason is not None:
        return limits.VARIABLES.value_without_plain_form(span, name, reason)
    variable = known[name] if name in known else Variable(name, BOOTSTRAP_VARIABLES[name])
    takes = wanted(variable, value)
    if takes is not None:
        return limits.VARIABLES.variable_of_wrong_type(span, name, described(value), takes)
    return None


def options(cloud: Cloud, spans: Spans) -> Iterator[Diagnostic]:
    """Options that a service does not know, takes otherwise, or is told of by the blueprint itself."""
    for service in SERVICES:
        config = config_of(cloud, service)
        if config and service not in cloud.layer.services:
            span = spans.at(cloud.ref, service, "config")
            services = spans.at(cloud.ref, "services")
            yield limits.configuration_of_absent_service(span, service, services)
            continue
        for file, sections in config.items():
            known = files_of(service, cloud.catalog)
            if file not in known:
                span = spans.key(cloud.ref, service, "config", file)
                yield limits.unknown_configuration_file(span, service, file, known)
                continue
            yield from _file(cloud, spans, service, file, sections)


def _file(
    cloud: Cloud,
    spans: Spans,
    service: str,
    file: str,
    sections: Mapping[str, Mapping[str, Any]],
) -> Iterator[Diagnostic]:
    known = cloud.catalog.options(vocabulary_of(service, file))
    release = cloud.layer.release
    for section, stated in sections.items():
        where = spans.key(cloud.ref, service, "config", file, section)
        if unsayable_section(section):
            yield limits.unsayable_option(where, section, "characters that end a section's name")
            continue
        names = known.section(section)
        if names is None:
            yield limits.unknown_section(where, file, section, release, known.sections)
            continue
        for name, value in stated.items():
            key = spans.key(cloud.ref, service, "config", file, section, name)
            span = spans.at(cloud.ref, service, "config", file, section, name)
            attribute = OPTIONS.get((service, section, name))
            if attribute is not None:
                yield limits.derived_option(key, file, name, attribute)
            elif name not in names:
                now = names.renamed(name)
                others = names if now is None else (now,)
                yield limits.unknown_option(key, file, section, name, release, others)
            elif names[name].is_secret:
                yield limits.option_holds_secret(key, file, name)
            else:
                found = _option(names[name], value, span)
                if found is not None:
                    yield found


def _option(option: Option, value: Any, span: Span) -> Diagnostic | None:
    reason = refused(value)
    if value is None:
        reason = "nothing"
    if reason is not None:
        return limits.VARIABLES.value_without_plain_form(span, option.name, reason)
    wanted = fault(option, value)
    if wanted is not None:
        return limits.option_of_wrong_type(span, option.name, described(value), wanted)
    lines = written(option, value)
    for each in lines if isinstance(lines, (list, tuple)) else (lines,):
        unsaid = unsayable(option_text(each))
        if unsaid is not None:
            return limits.unsayable_option(span, option.name, unsaid)
    return None
