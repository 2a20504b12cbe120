"""Plans where a system pulls images from: a registry in place of all public ones, and a mirror of Docker Hub.

The bootstrap exchanges a public registry for one other, and asks nobody else where that one has no image. What its
`defaults` say of a registry holds for all public ones, and of the entries of single ones it passes over what is
false. So beside a mirror each registry is named with its own user, and `defaults` says no more than that some
registry is reached without TLS.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from blueprint.diagnostics import Diagnostic, Label, Rule
from blueprint.model import Registry
from blueprint.source import Span
from blueprint.spans import Spans
from blueprint.target import Cause
from targets._formats.page import Traced
from targets.starlingx import secrets
from targets.starlingx.catalog import catalog
from targets.starlingx.system import System

MIRRORS = Rule("OIB8161", "mirrors-not-asked-in-turn")
RULES: tuple[Rule, ...] = (MIRRORS,)

#: The public registry that the mirrors of a registry are mirrors of.
_HUB = "docker.io"
_DEFAULTS = "defaults"
_PLAIN = "http://"


def registries(system: System, password: Traced | None = None) -> dict[str, Any] | None:
    """What takes the place of the public registries, with a password where one is given; None where nothing does."""
    registry, ref = system.registry, system.layer.registry
    if registry is None:
        return None
    if not registry.mirrors:
        own = {**_access(system, registry, password)}
        if registry.insecure:
            own["secure"] = Traced(value=False, cause=_no_tls(f"{ref}.insecure"))
        return {_DEFAULTS: own}
    mirror = registry.mirrors[0]
    is_plain = mirror.startswith(_PLAIN)
    cause = Cause("the mirror of the public registry", (f"{ref}.mirrors", system.path("registry")))
    found: dict[str, Any] = {}
    if is_plain or registry.insecure:
        plain = _no_tls(f"{ref}.insecure", f"{ref}.mirrors")
        found[_DEFAULTS] = {"secure": Traced(value=False, cause=plain)}
    for public in catalog(system.layer.release).registries:
        if public == _DEFAULTS:
            continue
        is_hub = public == _HUB
        where = mirror.partition("://")[2].rstrip("/")
        entry = {"url": Traced(where, cause)} if is_hub else _access(system, registry, password)
        if found.get(_DEFAULTS) and not (is_plain if is_hub else registry.insecure):
            paths = (f"{ref}.mirrors",) if is_hub else (f"{ref}.insecure",)
            entry["secure"] = Traced(value=True, cause=Cause("reached with TLS", paths))
        found[public] = entry
    return found


def _access(system: System, registry: Registry, password: Traced | None) -> dict[str, Any]:
    ref = system.layer.registry
    cause = Cause("the registry of the system", (f"{ref}.url", system.path("registry")))
    found: dict[str, Any] = {"url": Traced(registry.url, cause)}
    if registry.namespace is not None:
        paths = (f"{ref}.url", f"{ref}.namespace", system.path("registry"))
        where = f"{registry.url.rstrip('/')}/{registry.namespace.strip('/')}"
        found["url"] = Traced(where, Cause("the registry, with the path before its images", paths))
    if secrets.registry_password(system) is not None:
        found["type"] = Traced("docker", cause)
        found["username"] = Traced(registry.username, Cause("who pulls", (f"{ref}.username",)))
    if password is not None:
        found["password"] = password
    return found


def _no_tls(*paths: str) -> Cause:
    return Cause("no TLS", paths)


def mirrors(system: System, spans: Spans) -> Iterator[Diagnostic]:
    """Mirrors after the first, which nobody would ask."""
    registry, ref = system.registry, system.layer.registry
    if registry is not None and ref is not None and len(registry.mirrors) > 1:
        where = spans.at(system.ref, "registry")
        yield not_asked(spans.at(ref, "mirrors", "1"), registry.mirrors[0], where)


def not_asked(span: Span, first: str, system: Span) -> Diagnostic:
    """A second mirror."""
    return Diagnostic(
        MIRRORS,
        span,
        "StarlingX asks one mirror of the public registry, and no other after it",
        labels=(Label(system, "the system that pulls"),),
        notes=(f"its bootstrap puts `{first}` in the place of `{_HUB}`",),
        hint="state one mirror, or another `registry` for this system",
    )


__all__ = ["RULES", "mirrors", "registries"]
