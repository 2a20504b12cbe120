"""Checks texts that reach StarlingX through Ansible, a shell or Kubernetes: each takes them as they are.

`dcmanager` reads the values of a subcloud as plain YAML, so nothing in them could be marked as no
template, and hands them to Ansible, which evaluates what looks like one.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import NamedTuple

from blueprint.diagnostics import Diagnostic, Rule
from blueprint.model import Hardware, Proxy
from blueprint.source import Span
from blueprint.spans import Spans
from targets._kubernetes.names import Form as NameForm
from targets._kubernetes.names import name_fault
from targets.starlingx.openstack_app import Region
from targets.starlingx.system import System

UNUSABLE_TEXT = Rule("OIB8160", "text-not-for-starlingx")
RULES: tuple[Rule, ...] = (UNUSABLE_TEXT,)


class Form(NamedTuple):
    """What a text is, how it may look, and how to say that."""

    what: str
    fits: Callable[[str], object]
    wanted: str


def _name(what: str, form: NameForm, wanted: str) -> Form:
    return Form(what, lambda text: name_fault(text, form) is None, wanted)


_PLACE = re.compile(r"[A-Za-z0-9\-_. ]{1,255}").fullmatch
_ZONE = re.compile(r"[A-Za-z][A-Za-z0-9_+-]*(/[A-Za-z0-9_+-]+)*").fullmatch
_PROSE = re.compile(r"(?!.*\{[{%#])[^\x00-\x1f\x7f-\x9f\ud800-\udfff\u2028\u2029]{1,255}").fullmatch
_DOMAIN = re.compile(
    r"(?=.{1,254}$)[A-Za-z0-9]([A-Za-z0-9-]{0,62})(\.[A-Za-z0-9]([A-Za-z0-9-]{0,62}))*\.?"
).fullmatch
_WORD = re.compile(r"[A-Za-z0-9][A-Za-z0-9_.-]{0,62}").fullmatch
_USER = re.compile(r"[A-Za-z_][A-Za-z0-9_.-]{0,62}").fullmatch
_GROUP = re.compile(r"(?![0-9]+$)[A-Za-z0-9][A-Za-z0-9_.-]{0,62}").fullmatch
_PTP = re.compile(r"[a-z0-9]([a-z0-9_-]{0,40}[a-z0-9])?").fullmatch
_VALUE = re.compile(r"(?!.*\{[{%#])[\x20-\x7e]{1,255}").fullmatch
_VERSION = re.compile(r"[0-9A-Za-z][0-9A-Za-z.+_-]{0,62}").fullmatch
_URL = re.compile(r"https?://[A-Za-z0-9\[][A-Za-z0-9._~:/@%+\[\]-]*").fullmatch
_SAFE_URL = re.compile(r"https://[A-Za-z0-9\[][A-Za-z0-9._~:/@%+\[\]-]*").fullmatch
_PLACE_OF_IMAGES = r"([A-Za-z0-9]([A-Za-z0-9.-]*[A-Za-z0-9])?|\[[0-9A-Fa-f:.]+\])(:[0-9]{1,5})?(/[A-Za-z0-9][A-Za-z0-9._-]*)*"
_REGISTRY = re.compile(_PLACE_OF_IMAGES).fullmatch
_MIRROR = re.compile(rf"https?://{_PLACE_OF_IMAGES}/?").fullmatch
_AROUND = re.compile(r"[A-Za-z0-9\[][A-Za-z0-9.:\[\]-]*").fullmatch
_DEVICE = re.compile(r"/dev/[A-Za-z0-9][A-Za-z0-9._:/@=+-]*").fullmatch
_ARGUMENT = re.compile(r"(?!.*\{[{%#])[A-Za-z0-9_.][A-Za-z0-9_.,:=/@+{}-]*").fullmatch

DESCRIPTION = Form("a description", _PROSE, "one line without the marks of a template")
LOCATION = Form("a location", _PLACE, "letters, digits, `-`, `_`, `.` and spaces")
ZONE = Form("a time zone", _ZONE, "a name of the IANA database, such as `Europe/Berlin`")
USER = Form("a user", _USER, "letters, digits, `_`, `.` and `-`")
GROUP = Form("a group of subclouds", _GROUP, "letters, digits, `_`, `.`, `-`, and not digits alone")
PTP_NAME = Form("a PTP instance", _PTP, "a-z, 0-9, `_` and `-`")
PTP_KEY = Form("a parameter", _WORD, "letters, digits, `_`, `.` and `-`")
PTP_VALUE = Form("a parameter's value", _VALUE, "plain letters and signs")
VERSION = Form("a version", _VERSION, "letters, digits, `.`, `+`, `_` and `-`")
DOMAIN = Form("a domain", _DOMAIN, "names of letters, digits and `-`, with dots between them")
PROCESSOR = Form("a model of a processor", _WORD, "letters, digits, `_`, `.` and `-`")
APPLICATION = _name("an application", "label", "a-z, 0-9 and `-`")
RUNTIME = _name("a RuntimeClass", "subdomain", "a-z, 0-9, `-` and `.`")
CHART = _name("a chart", "label", "a-z, 0-9 and `-`")
NAMESPACE = _name("a namespace", "label", "a-z, 0-9 and `-`")
POD_NETWORK = _name("a network of pods", "label", "a-z, 0-9 and `-`")
ACCELERATOR = _name("an accelerator", "label", "a-z, 0-9 and `-`")
LABEL = _name("a label", "label_key", "a name, with or without a domain and `/` before it")
LABEL_VALUE = _name("a label's value", "label_value", "letters, digits, `-`, `_` and `.`")
ISSUER = Form("the URL of a provider", _SAFE_URL, "a URL that begins with `https://`")
CLAIM = Form("a word of OpenID Connect", _VALUE, "plain letters and signs")
REGISTRY = Form(
    "a registry", _REGISTRY, "a name or an address, with a port where need be, without `https://`"
)
MIRROR = Form(
    "a mirror", _MIRROR, "a URL: `http://` or `https://`, a name or an address, and a path"
)
PROXY = Form("a proxy", _URL, "a URL")
AROUND = Form("a way around a proxy", _AROUND, "a name or an address: StarlingX takes no subnets")
DEVICE = Form(
    "the path of a disk", _DEVICE, "a path below `/dev/`, best one of `/dev/disk/by-path`"
)
ARGUMENT = Form("a parameter of the kernel", _ARGUMENT, "letters, digits and plain signs")

#: A field's owner and path, what stands there (or as a name), and what that must be.
Said = tuple[str, tuple[str | int, ...], str | None, Form]


def texts(system: System, spans: Spans) -> Iterator[Diagnostic]:
    """Texts of a system that would not arrive as they are."""
    for owner, path, value, form in (*_of_layer(system), *_around(system)):
        if value is not None and not form.fits(value):
            yield unusable_text(spans.at(owner, *path), form.what, value, form.wanted)
    for owner, path, name, form in _names(system):
        if name is not None and not form.fits(name):
            yield unusable_text(spans.key(owner, *path), form.what, name, form.wanted)


def region_texts(region: Region, spans: Spans) -> Iterator[Diagnostic]:
    """Texts of a region that would not arrive as they are."""
    layer = region.layer
    public = layer.api.public
    said: list[tuple[tuple[str | int, ...], str | None, Form]] = [
        (("deployer", "application"), layer.stx_openstack.application, VERSION),
        (("api", "internal", "fqdn"), layer.api.internal.fqdn, DOMAIN),
        (("api", "public", "fqdn"), None if public is None else public.fqdn, DOMAIN),
        (("neutron", "dns_domain"), layer.neutron.dns_domain, DOMAIN),
    ]
    for position, model in enumerate(layer.nova.cpu_models):
        said.append((("nova", "cpu_models", str(position)), model, PROCESSOR))
    for path, value, form in said:
        if value is not None and not form.fits(value):
            yield unusable_text(spans.at(region.ref, *path), form.what, value, form.wanted)


def _of_layer(system: System) -> Iterator[Said]:
    layer, ref = system.layer, str(system.ref)
    yield ref, ("description",), layer.description, DESCRIPTION
    yield ref, ("admin_username",), layer.admin_username, USER
    if layer.auth is not None:
        yield ref, ("auth", "issuer"), layer.auth.issuer, ISSUER
        for field in ("client_id", "username_claim", "groups_claim"):
            yield ref, ("auth", field), getattr(layer.auth, field), CLAIM
    yield from _values(ref, ("labels",), layer.labels, LABEL_VALUE)
    for label, nodes in layer.node_labels.items():
        yield from _values(ref, ("node_labels", label, "labels"), nodes.labels, LABEL_VALUE)
    for label, instance in layer.ptp_instance.items():
        inside = ("ptp_instance", label)
        yield from _values(ref, (*inside, "parameters"), instance.parameters, PTP_VALUE)
        yield from _values(ref, (*inside, "port_parameters"), instance.port_parameters, PTP_VALUE)
        for name, ports in instance.port_group.items():
            below = (*inside, "port_group", name, "parameters")
            yield from _values(ref, below, ports.parameters, PTP_VALUE)
    for label, space in layer.namespace.items():
        yield from _values(ref, ("namespace", label, "labels"), space.labels, LABEL_VALUE)
    for label, application in layer.application.items():
        yield ref, ("application", label, "version"), application.version, VERSION
        for name, chart in application.chart.items():
            where = ("application", label, "chart", name, "namespace")
            yield ref, where, chart.namespace, NAMESPACE
    for label, group in layer.subcloud_group.items():
        yield ref, ("subcloud_group", label, "description"), group.description, DESCRIPTION
    for position, argument in enumerate(layer.install.boot_parameters):
        yield ref, ("install", "boot_parameters", str(position)), argument, ARGUMENT


def _around(system: System) -> Iterator[Said]:
    """Texts of what the system names."""
    if system.site is not None:
        where, site = str(system.site[0]), system.site[1]
        yield where, ("timezone",), site.timezone, ZONE
        if system.layer.is_subcloud:
            yield where, ("region",), site.region, LOCATION
    yield from _devices(system)
    if system.registry is not None:
        owner = str(system.layer.registry)
        yield owner, ("url",), system.registry.url, REGISTRY
        yield owner, ("username",), system.registry.username, CLAIM
        for position, mirror in enumerate(system.registry.mirrors[:1]):
            yield owner, ("mirrors", str(position)), mirror, MIRROR
    if system.layer.proxy is not None:
        owner, proxy = str(system.layer.proxy), system.model.at(system.layer.proxy, Proxy)
        yield owner, ("http",), proxy.http, PROXY
        yield owner, ("https",), proxy.https, PROXY
        for position, each in enumerate(proxy.no_proxy):
            yield owner, ("no_proxy", str(position)), each, AROUND


def _devices(system: System) -> Iterator[Said]:
    """Paths of the disks of the hosts, each model of server once."""
    for ref in dict.fromkeys(member.host.spec.hardware for member in system.members):
        hardware = system.model.things.get(ref)
        for name, disk in hardware.disk.items() if isinstance(hardware, Hardware) else ():
            for position, path in enumerate(disk.paths):
                yield str(ref), ("disk", name, "paths", str(position)), path, DEVICE


def _names(system: System) -> Iterator[Said]:
    """Labels of blocks, and names in maps."""
    layer, ref = system.layer, str(system.ref)
    for label in layer.subcloud_group:
        yield ref, ("subcloud_group", label), label, GROUP
    for label in layer.runtime:
        yield ref, ("runtime", label), label, RUNTIME
    for label, application in layer.application.items():
        yield ref, ("application", label), label, APPLICATION
        for name in application.chart:
            yield ref, ("application", label, "chart", name), name, CHART
    yield from _keys(ref, ("labels",), layer.labels, LABEL)
    for label, nodes in layer.node_labels.items():
        yield from _keys(ref, ("node_labels", label, "labels"), nodes.labels, LABEL)
    for label, instance in layer.ptp_instance.items():
        inside = ("ptp_instance", label)
        yield ref, inside, label, PTP_NAME
        yield from _keys(ref, (*inside, "parameters"), instance.parameters, PTP_KEY)
        yield from _keys(ref, (*inside, "port_parameters"), instance.port_parameters, PTP_KEY)
        for name, group in instance.port_group.items():
            yield ref, (*inside, "port_group", name), name, PTP_NAME
            where = (*inside, "port_group", name, "parameters")
            yield from _keys(ref, where, group.parameters, PTP_KEY)
    for label, space in layer.namespace.items():
        yield ref, ("namespace", label), label, NAMESPACE
        yield from _keys(ref, ("namespace", label, "labels"), space.labels, LABEL)
    for label in layer.pod_network:
        yield ref, ("pod_network", label), label, POD_NETWORK
    for label in layer.radio_accelerator:
        yield ref, ("radio_accelerator", label), label, ACCELERATOR


def _values(
    ref: str, path: tuple[str, ...], stated: Mapping[str, str] | Mapping[str, str | int], form: Form
) -> Iterator[Said]:
    for key, value in stated.items():
        yield ref, (*path, key), str(value), form


def _keys(ref: str, path: tuple[str, ...], stated: Iterable[str], form: Form) -> Iterator[Said]:
    for key in stated:
        yield ref, (*path, key), key, form


def unusable_text(span: Span, what: str, text: str, wanted: str) -> Diagnostic:
    """A text that something on the way takes for more than a text, or does not take at all."""
    return Diagnostic(
        UNUSABLE_TEXT,
        span,
        f"`{text}` can't be {what} of StarlingX",
        hint=f"take {wanted}",
    )


__all__ = ["RULES", "region_texts", "texts"]
