"""Releases of what is installed beside Cluster API itself: Metal3's parts, kube-vip, the cloud provider's charts."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

METAL3_PROVIDER = "v1.13.2"
METAL3_ADDRESSES = "v1.13.2"
BARE_METAL_OPERATOR = "v0.13.2"
IRONIC_OPERATOR = "v0.11.0"
KUBE_VIP = "v1.0.3"

#: Charts of the cloud provider and of Cinder CSI, which go with Kubernetes' minor version.
CLOUD_PROVIDER_CHARTS: Mapping[tuple[int, int], str] = MappingProxyType(
    {(1, 33): "2.33.1", (1, 34): "2.34.2", (1, 35): "2.35.0", (1, 36): "2.36.0"}
)


def cloud_provider_chart(minor: tuple[int, int]) -> str:
    """The version of the charts for a minor version: its own, else the nearest."""
    known = sorted(CLOUD_PROVIDER_CHARTS)
    return CLOUD_PROVIDER_CHARTS[min(max(minor, known[0]), known[-1])]
