"""Checks texts that reach nodes through cloud-init, Ignition, a shell or TOML: each takes them as they are."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from typing import NamedTuple

from blueprint.diagnostics import Diagnostic
from blueprint.model.kubernetes_features import OidcAuth
from blueprint.model.site import Proxy
from blueprint.spans import Spans
from targets.cluster_api import limits
from targets.cluster_api.cluster import Cluster

_LONGEST = 253


class Form(NamedTuple):
    """What a text is, how it may look, and how to say that."""

    what: str
    fits: Callable[[str], object]
    wanted: str


_NAME = re.compile(r"[a-z0-9]([a-z0-9-]*[a-z0-9])?(\.[a-z0-9]([a-z0-9-]*[a-z0-9])?)*").fullmatch
_URL = re.compile(r"https?://[A-Za-z0-9\[][A-Za-z0-9._~:/@%+\[\]-]*").fullmatch
_SAFE_URL = re.compile(r"https://[A-Za-z0-9\[][A-Za-z0-9._~:/@%+\[\]-]*").fullmatch
_PLAIN = re.compile(r"[A-Za-z0-9][A-Za-z0-9._~:/?#@!&()*+,;=%|-]*").fullmatch
_HOST = re.compile(r"[A-Za-z0-9\[][A-Za-z0-9.:\[\]-]*").fullmatch
_PATH = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]*(/[A-Za-z0-9._-]+)*").fullmatch
_AROUND = re.compile(r"[A-Za-z0-9.*\[][A-Za-z0-9.:/*\[\]-]*").fullmatch
_TYPE = re.compile(r"[\x20-\x7e]{1,255}").fullmatch

DOMAIN = Form("a domain of services", _NAME, "letters in lower case, digits, `-` and dots")
API_NAME = Form("the API's name", _NAME, "a name of the DNS, in lower case")
ISSUER = Form("the URL of a provider", _SAFE_URL, "a URL that begins with `https://`")
CLAIM = Form("a word of OpenID Connect", _PLAIN, "letters, digits and plain signs")
REGISTRY = Form("a registry", _HOST, "a name or an address, with a port where need be")
REGISTRY_PATH = Form("a path in a registry", _PATH, "letters, digits, `.`, `_`, `-` and `/`")
MIRROR = Form("a mirror", _URL, "a URL")
PROXY = Form("a proxy", _URL, "a URL")
AROUND = Form("a way around a proxy", _AROUND, "a name, an address or a subnet")
VOLUME_TYPE = Form("a type of volumes", _TYPE, "plain letters and signs")

#: The owner and the path of a field, its text, and what that must be.
Said = tuple[str, tuple[str, ...], str | None, Form]


def texts(cluster: Cluster, spans: Spans) -> Iterator[Diagnostic]:
    """Texts that would not arrive as they are."""
    for owner, path, value, form in _said(cluster):
        if value is not None and (not form.fits(value) or len(value) > _LONGEST):
            span = spans.at(owner, *path)
            yield limits.unusable_text(span, form.what, value, form.wanted)


def _said(cluster: Cluster) -> Iterator[Said]:
    layer, ref = cluster.layer, str(cluster.ref)
    yield ref, ("domain",), layer.domain, DOMAIN
    yield ref, ("api", "fqdn"), layer.api.fqdn, API_NAME
    auth = layer.auth
    if isinstance(auth, OidcAuth):
        yield ref, ("auth", "issuer"), auth.issuer, ISSUER
        for field in ("client_id", "username_claim", "groups_claim"):
            yield ref, ("auth", field), getattr(auth, field), CLAIM
    for label, stated in layer.storage_class.items():
        if stated.ceph is None:
            yield ref, ("storage_class", label, "volume_type"), stated.volume_type, VOLUME_TYPE
    yield from _registry(cluster)
    yield from _proxy(cluster)


def _registry(cluster: Cluster) -> Iterator[Said]:
    registry, ref = cluster.registry, cluster.layer.registry
    if registry is None or ref is None:
        return
    yield str(ref), ("url",), registry.url, REGISTRY
    yield str(ref), ("namespace",), registry.namespace, REGISTRY_PATH
    for position, mirror in enumerate(registry.mirrors):
        yield str(ref), ("mirrors", str(position)), mirror, MIRROR


def _proxy(cluster: Cluster) -> Iterator[Said]:
    ref = cluster.layer.proxy
    if ref is None:
        return
    proxy = cluster.model.at(ref, Proxy)
    yield str(ref), ("http",), proxy.http, PROXY
    yield str(ref), ("https",), proxy.https, PROXY
    for position, each in enumerate(proxy.no_proxy):
        yield str(ref), ("no_proxy", str(position)), each, AROUND
