"""What surrounds a class of hosts: the time zone of their site, the proxy between them and the outside."""

from __future__ import annotations

from collections.abc import Iterator

from blueprint.model import Kubernetes, OpenStack, Proxy
from blueprint.target import Cause
from blueprint.values import Ref
from targets._formats.page import Traced
from targets.host_preparation.layer import HostClass, Preparation


def environment(layer: Preparation, hosts: HostClass) -> dict[str, Traced]:
    """The variables that tell programs of a proxy, as the first layer on the hosts names it."""
    for ref, named in proxies(layer, hosts):
        proxy = layer.model.at(named, Proxy)
        found: dict[str, Traced] = {}
        fields = {"http_proxy": proxy.http, "https_proxy": proxy.https}
        for name, value in fields.items():
            if value is not None:
                paths = (f"{named}.{name.removesuffix('_proxy')}", f"{ref}.proxy")
                found[name] = Traced(value, Cause("the proxy of the hosts", paths))
        if found:
            paths = (f"{named}.no_proxy", f"{ref}.proxy")
            direct = ",".join(("localhost", "127.0.0.1", *proxy.no_proxy))
            found["no_proxy"] = Traced(direct, Cause("what is reached without the proxy", paths))
        return found
    return {}


def proxies(layer: Preparation, hosts: HostClass) -> Iterator[tuple[Ref, Ref]]:
    """The layers on hosts that name a proxy, each with the proxy."""
    for ref in dict.fromkeys(role.layer for role in hosts.roles):
        thing = layer.model.things[ref]
        if isinstance(thing, OpenStack | Kubernetes) and thing.proxy is not None:
            yield ref, thing.proxy
