"""What a blueprint passes through: values of charts (`tool openstack_helm`), options of services' own files."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from blueprint.model.openstack_services import ServiceBlock
from blueprint.target import Cause
from targets._kubernetes.names import through_tpl
from targets._openstack.option_values import written
from targets._openstack.options import Option, OptionCatalog, option_catalog
from targets._passthrough.values import as_variable
from targets.openstack_helm.catalog import chart
from targets.openstack_helm.cloud import Cloud
from targets.openstack_helm.settings import ChartSetting, at

TOOL = "openstack_helm"
#: Files that the charts write from other values than a blueprint's own options, and whose options are none of oslo's.
_NO_FILES = frozenset({"logging.conf", "api_audit_map.conf"})


def stated_values(cloud: Cloud) -> Mapping[str, Any]:
    """What the blueprint says of each chart."""
    found: Mapping[str, Any] = cloud.layer.tool.get(TOOL, {})
    return found


def as_values(cloud: Cloud, name: str) -> dict[str, Any]:
    """The stated values of a chart, plain; texts that the chart runs as templates stay texts."""
    stated = stated_values(cloud).get(name, {})
    return _written(name, (), stated) if isinstance(stated, Mapping) else {}


def _written(name: str, above: tuple[str, ...], values: Mapping[str, Any]) -> dict[str, Any]:
    return {str(key): _one(name, (*above, str(key)), value) for key, value in values.items()}


def _one(name: str, path: tuple[str, ...], value: Any) -> Any:
    if isinstance(value, Mapping):
        return _written(name, path, value)
    if isinstance(value, (list, tuple)):
        return [_one(name, path, item) for item in value]
    plain = as_variable(value)
    if isinstance(plain, str) and chart(name).passes_tpl(path):
        return through_tpl(plain)
    return plain


def options_of(cloud: Cloud) -> OptionCatalog:
    """The options of the services' files in the release."""
    return option_catalog(cloud.layer.release)


def config_of(cloud: Cloud, service: str) -> Mapping[str, Mapping[str, Mapping[str, Any]]]:
    """What a service's block says of its files; nothing where there is no such block."""
    block: ServiceBlock | None = getattr(cloud.layer, service, None)
    return {} if block is None else block.config


def files_of(cloud: Cloud, service: str) -> dict[str, tuple[str, ...]]:
    """The files of a service that its chart writes and whose options are known, with their paths."""
    known = options_of(cloud).config_files
    return {
        file: tuple(path.split("."))
        for file, path in cloud.facts(service).files.items()
        if file in known and file not in _NO_FILES
    }


def configuration(cloud: Cloud) -> Iterator[ChartSetting]:
    """Options that a blueprint states, as values of the charts."""
    for service in cloud.layer.services:
        if service not in cloud.charts:
            continue
        places = files_of(cloud, service)
        for file, sections in config_of(cloud, service).items():
            if file not in places:
                continue
            known = options_of(cloud).options(file)
            for section, options in sections.items():
                names: Mapping[str, Option] = known.section(section) or {}
                for option, value in options.items():
                    field = (service, "config", f'"{file}"', section, option)
                    cause = Cause("an option of the service itself", (cloud.path(*field),))
                    entry = names.get(option)
                    text = written(entry, as_variable(value))
                    shaped = _shaped(text, is_repeatable=bool(entry and entry.is_repeatable))
                    yield at(service, (*places[file], section, option), shaped, cause)


def _shaped(value: Any, *, is_repeatable: bool) -> Any:
    """A value as the charts' writer of configuration takes it."""
    if isinstance(value, (list, tuple)) and is_repeatable:
        return {"type": "multistring", "values": [str(item) for item in value]}
    return value
