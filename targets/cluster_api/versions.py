"""What is installed on a manager, and which versions of Kubernetes it makes and runs on.

Cluster API's own page on versions says which: 1.13 makes clusters of 1.30 to 1.36, and runs on 1.32 to 1.36.
The releases of the providers are the newest of the lines that were built against this one.
"""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

CLUSTER_API = "v1.13.5"
OPENSTACK_PROVIDER = "v0.14.7"
METAL3_PROVIDER = "v1.13.2"
METAL3_ADDRESSES = "v1.13.2"
#: OpenStack Resource Controller, by which the OpenStack provider looks up images.
RESOURCE_CONTROLLER = "v2.0.3"
BARE_METAL_OPERATOR = "v0.13.2"
IRONIC_OPERATOR = "v0.11.0"
KUBE_VIP = "v1.0.3"

#: Minor versions of clusters that are made, and of managers.
WORKLOADS = ((1, 30), (1, 36))
MANAGERS = ((1, 32), (1, 36))

#: Charts of the cloud provider and of Cinder CSI, which go with Kubernetes' minor version.
CLOUD_PROVIDER_CHARTS: Mapping[tuple[int, int], str] = MappingProxyType(
    {(1, 33): "2.33.1", (1, 34): "2.34.2", (1, 35): "2.35.0", (1, 36): "2.36.0"}
)


def cloud_provider_chart(minor: tuple[int, int]) -> str:
    """The version of the charts for a minor version: its own, else the nearest."""
    known = sorted(CLOUD_PROVIDER_CHARTS)
    return CLOUD_PROVIDER_CHARTS[min(max(minor, known[0]), known[-1])]
