"""What surrounds a class of hosts: the time zone of their site, the proxy between them and the outside."""

from __future__ import annotations

from blueprint.model import Proxy
from blueprint.target import Cause
from targets._formats.page import Traced
from targets.host_preparation.layer import HostClass, Preparation

_ROLES = ("control", "network", "compute", "monitoring", "volumes")


def environment(layer: Preparation, hosts: HostClass) -> dict[str, Traced]:
    """The variables that tell programs of a proxy, as the first region of the hosts names it."""
    for ref, region in layer.regions(hosts, *_ROLES):
        if region.proxy is None:
            continue
        proxy = layer.model.at(region.proxy, Proxy)
        found: dict[str, Traced] = {}
        fields = {"http_proxy": proxy.http, "https_proxy": proxy.https}
        for name, value in fields.items():
            if value is not None:
                paths = (f"{region.proxy}.{name.removesuffix('_proxy')}", f"{ref}.proxy")
                found[name] = Traced(value, Cause("the proxy of the hosts' region", paths))
        if found:
            paths = (f"{region.proxy}.no_proxy", f"{ref}.proxy")
            direct = ",".join(("localhost", "127.0.0.1", *proxy.no_proxy))
            found["no_proxy"] = Traced(direct, Cause("what is reached without the proxy", paths))
        return found
    return {}
