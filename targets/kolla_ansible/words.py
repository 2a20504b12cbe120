"""Texts of a blueprint that Kolla-Ansible puts into files, addresses and commands: what each may look like.

Whatever Ansible would evaluate arrives as text all the same; but the tool's own templates put these
into configuration files, URLs and shell commands, where a line break or a space would change the
meaning of what follows.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from blueprint.diagnostics import Diagnostic
from blueprint.model import Proxy, Registry
from blueprint.model.links import Link
from blueprint.model.site import FileStore, VaultStore
from blueprint.source import Span
from blueprint.spans import Spans
from targets.kolla_ansible.bridges import LONGEST_INTERFACE
from targets.kolla_ansible.cloud import Cloud, HostClass
from targets.kolla_ansible.limits import (
    host_named_as_group,
    interface_name_too_long,
    unusable_text,
)
from targets.kolla_ansible.secret_list import store_of
from targets.kolla_ansible.storage import place_field, uses

_LABEL = r"[A-Za-z0-9](?:[A-Za-z0-9-]{0,61}[A-Za-z0-9])?"
_HOST_NAME = re.compile(rf"{_LABEL}(?:\.{_LABEL})*").fullmatch
_ENDPOINT = re.compile(
    rf"(?:{_LABEL}(?:\.{_LABEL})*|\[[0-9A-Fa-f:.]+\])(?::[0-9]{{1,5}})?"
).fullmatch
_USER = re.compile(r"[a-z_][a-z0-9_-]{0,31}").fullmatch
_REGION = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{0,254}").fullmatch
_NAMESPACE = re.compile(r"[a-z0-9]+(?:[._/-]+[a-z0-9]+)*").fullmatch
_TAG = re.compile(r"[A-Za-z0-9_][A-Za-z0-9._-]{0,127}").fullmatch
_ACCOUNT = re.compile(r"[A-Za-z0-9][A-Za-z0-9._@$+-]{0,254}").fullmatch
_URL = re.compile(r"https?://[A-Za-z0-9._~:@%\[\]-]+(?::[0-9]{1,5})?/?").fullmatch
_DIRECT = re.compile(r"[A-Za-z0-9.*:/\[\]-]+").fullmatch
_INTERFACE = re.compile(r"[A-Za-z0-9_][A-Za-z0-9_.-]*").fullmatch
_POOL = re.compile(r"[A-Za-z][A-Za-z0-9_.-]*").fullmatch
_UUID = re.compile(r"[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}").fullmatch
_FILE = re.compile(r"/[^\x00-\x1f\x7f-\x9f\u2028\u2029]*").fullmatch
_VAULT_PATH = re.compile(r"[A-Za-z0-9_.][A-Za-z0-9_.-]*(?:/[A-Za-z0-9_.-]+)*").fullmatch
_LONGEST_NAME = 253
#: Names that Ansible keeps for itself.
_RESERVED = frozenset({"all", "ungrouped", "localhost"})


def names(cloud: Cloud, spans: Spans) -> Iterator[Diagnostic]:
    """Names of hosts, and of the interfaces that they have."""
    taken = {*cloud.catalog.groups, *_RESERVED}
    for each in cloud.every_class():
        for host, name in zip(each.hosts, each.names, strict=True):
            if name in taken:
                yield host_named_as_group(spans.at(host.ref, "name"), name, host.ref)
        yield from _interfaces(each, spans)


def _interfaces(each: HostClass, spans: Spans) -> Iterator[Diagnostic]:
    for link in each.links:
        span = _name_of(each, link, spans)
        if not _INTERFACE(link.name):
            yield unusable_text(span, "interface", link.name, "letters, digits, `_`, `.` and `-`")
            continue
        longest = max((link.name, *link.networks.values()), key=len)
        if len(longest) > LONGEST_INTERFACE:
            yield interface_name_too_long(span, longest, LONGEST_INTERFACE)


def _name_of(each: HostClass, link: Link, spans: Spans) -> Span:
    """Where an interface has its name from."""
    if link.name_field is None:
        return spans.key(each.group, *link.field)
    return spans.at(each.spec.hardware, *link.name_field)


def is_host_name(text: str) -> bool:
    """Whether a text is a name that the DNS can hold."""
    return _HOST_NAME(text) is not None and len(text) <= _LONGEST_NAME


def texts(cloud: Cloud, spans: Spans) -> Iterator[Diagnostic]:
    """Every other text that the tool is given."""
    layer, ref = cloud.layer, cloud.ref
    if not _REGION(layer.region):
        wanted = "letters, digits, `.`, `_` and `-`"
        yield unusable_text(spans.at(ref, "region"), "region", layer.region, wanted)
    for side, endpoint in (("internal", layer.api.internal), ("public", layer.api.public)):
        if endpoint is not None and endpoint.fqdn is not None:
            fqdn = endpoint.fqdn
            if not is_host_name(fqdn):
                span = spans.at(ref, "api", side, "fqdn")
                yield unusable_text(span, "fqdn", fqdn, "a name of the DNS, without a final dot")
    tag = layer.kolla_ansible.tag
    if tag is not None and not _TAG(tag):
        span = spans.at(ref, "deployer", "tag")
        yield unusable_text(span, "tag", tag, "letters, digits, `.`, `_` and `-`, at most 128")
    for each in cloud.every_class():
        if not _USER(each.spec.user):
            wanted = "a user's name: lower-case letters, digits, `_` and `-`, at most 32"
            yield unusable_text(spans.at(each.group, "user"), "user", each.spec.user, wanted)
    yield from _registry(cloud, spans)
    yield from _proxy(cloud, spans)
    yield from _storage(cloud, spans)
    yield from _secrets(cloud, spans)


def _registry(cloud: Cloud, spans: Spans) -> Iterator[Diagnostic]:
    ref = cloud.layer.registry
    if ref is None:
        return
    registry = cloud.model.at(ref, Registry)
    fields = (
        ("url", registry.url, _ENDPOINT, "a host name or an address, with a port where need be"),
        (
            "namespace",
            registry.namespace,
            _NAMESPACE,
            "lower-case words joined by `/`, `.`, `_` or `-`",
        ),
        ("username", registry.username, _ACCOUNT, "an account's name without spaces"),
    )
    for field, value, matches, wanted in fields:
        if value is not None and not matches(value):
            yield unusable_text(spans.at(ref, field), field, value, wanted)


def _proxy(cloud: Cloud, spans: Spans) -> Iterator[Diagnostic]:
    ref = cloud.layer.proxy
    if ref is None:
        return
    proxy = cloud.model.at(ref, Proxy)
    for field, value in (("http", proxy.http), ("https", proxy.https)):
        if value is not None and not _URL(value):
            wanted = "`http://` or `https://`, a host and a port"
            yield unusable_text(spans.at(ref, field), field, value, wanted)
    for position, value in enumerate(proxy.no_proxy):
        if not _DIRECT(value):
            span = spans.at(ref, "no_proxy", position)
            yield unusable_text(span, "no_proxy", value, "a host name, a domain, or a subnet")


def _storage(cloud: Cloud, spans: Spans) -> Iterator[Diagnostic]:
    """What clients are told of a cluster, which another tool may have made."""
    ref, ceph = cloud.layer.storage, cloud.ceph
    if ref is None or ceph is None:
        return
    for use, name in uses(cloud).items():
        if not _POOL(name):
            wanted, field = "letters, digits, `-`, `_` and `.`, a letter first", place_field(use)
            yield unusable_text(spans.key(ref, field, name), field, name, wanted)
    if ceph.fsid is not None and not _UUID(ceph.fsid.lower()):
        yield unusable_text(spans.at(ref, "fsid"), "fsid", ceph.fsid, "a UUID")


def _secrets(cloud: Cloud, spans: Spans) -> Iterator[Diagnostic]:
    """Where the run-book's commands find passwords."""
    ref, secrets = cloud.layer.secrets, store_of(cloud)
    if ref is None or secrets is None:
        return
    store = secrets.store
    if isinstance(store, FileStore) and not _FILE(store.path):
        wanted = "an absolute path of printable characters"
        yield unusable_text(spans.at(ref, "store", "path"), "path", store.path, wanted)
    if isinstance(store, VaultStore):
        if not _URL(store.address):
            wanted = "`https://`, a host and a port"
            yield unusable_text(spans.at(ref, "store", "address"), "address", store.address, wanted)
        for field, value in (("mount", store.mount), ("path", store.path)):
            if not _VAULT_PATH(value):
                wanted = "letters, digits, `_`, `-` and `.`, joined by `/`"
                yield unusable_text(spans.at(ref, "store", field), field, value, wanted)
