"""Annotated types that the kinds share: references, bounded numbers, ranges, names of the outside world."""

from __future__ import annotations

import ipaddress
from collections.abc import Mapping
from decimal import Decimal
from types import MappingProxyType
from typing import Annotated, Any, TypeAlias

from pydantic import AfterValidator, BeforeValidator, Field

from blueprint.model.schema import OneOrMany, Refers, Unlabelled
from blueprint.values import Cidr, Ip, Range, Ref

#: A VLAN identifier, 1 to 4094 (IEEE 802.1Q).
Vlan: TypeAlias = Annotated[int, Field(ge=1, le=4094)]
#: Bytes of payload of a frame; 576 is IPv4's least, 9216 the largest that switches carry.
Mtu: TypeAlias = Annotated[int, Field(ge=576, le=9216)]
#: A TCP or UDP port.
TcpPort: TypeAlias = Annotated[int, Field(ge=1, le=65535)]
Count: TypeAlias = Annotated[int, Field(ge=1)]
#: A number of parts of one server that are told apart, such as disks.
Parts: TypeAlias = Annotated[int, Field(ge=1, le=1024)]

SiteRef: TypeAlias = Annotated[Ref, Refers("site")]
NetworkRef: TypeAlias = Annotated[Ref, Refers("network")]
PhysnetRef: TypeAlias = Annotated[Ref, Refers("physnet")]
HardwareRef: TypeAlias = Annotated[Ref, Refers("hardware")]
RackRef: TypeAlias = Annotated[Ref, Refers("rack")]
ZoneRef: TypeAlias = Annotated[Ref, Refers("zone")]
NicRef: TypeAlias = Annotated[Ref, Refers("nic")]
DiskRef: TypeAlias = Annotated[Ref, Refers("disk")]
#: A PCI device of a server's hardware that guests may be given.
DeviceRef: TypeAlias = Annotated[Ref, Refers("gpu", "device")]


def _as_tuple(value: Any) -> Any:
    """One value, or a list of them, as a tuple."""
    if isinstance(value, list):
        return tuple(value)
    if value is None or (isinstance(value, tuple) and not isinstance(value, Range)):
        return value
    return (value,)


def _as_ranges(value: Any) -> Any:
    """Single members and ranges, mixed, as a tuple of ranges."""
    listed = _as_tuple(value)
    if not isinstance(listed, tuple):
        return listed
    return tuple(Range(v, v) if _is_bound(v) else v for v in listed)


def _is_bound(value: Any) -> bool:
    kinds = (int, Decimal, ipaddress.IPv4Address, ipaddress.IPv6Address)
    return isinstance(value, kinds) and not isinstance(value, bool)


def _of_addresses(ranges: tuple[Range, ...]) -> tuple[Range, ...]:
    for each in ranges:
        if isinstance(each.first, int | Decimal):
            raise ValueError("addresses")  # noqa: TRY004  # pydantic takes it as a verdict
    return ranges


def _of_vlans(ranges: tuple[Range, ...]) -> tuple[Range, ...]:
    for each in ranges:
        if not isinstance(each.first, int):
            raise ValueError("vlans")  # noqa: TRY004  # as above
        if each.first < 1 or each.last > 4094:
            raise ValueError("vlan range")
    return ranges


#: Hosts of a role: one family, one member, or a list of either; `hosts.x` means all members.
HostSet: TypeAlias = Annotated[
    tuple[Annotated[Ref, Refers("hosts", whole_families=True)], ...],
    BeforeValidator(_as_tuple),
    OneOrMany(),
]
#: Pools of workers of the cluster around.
NodePools: TypeAlias = Annotated[
    tuple[Annotated[Ref, Refers("pool")], ...], BeforeValidator(_as_tuple), OneOrMany()
]
#: Pools of networks, `network.x.pool.y`.
AddressPools: TypeAlias = NodePools
#: One subnet, or one of each family.
Cidrs: TypeAlias = Annotated[
    tuple[Cidr, ...], BeforeValidator(_as_tuple), Field(min_length=1, max_length=2), OneOrMany()
]
#: Labels of Kubernetes objects, by key.
Labels: TypeAlias = Annotated[dict[str, str], Unlabelled()]
#: Addresses and ranges of addresses.
AddressRanges: TypeAlias = Annotated[
    tuple[Range | Ip, ...], BeforeValidator(_as_ranges), AfterValidator(_of_addresses), OneOrMany()
]
#: One address, or one of each family.
HostAddresses: TypeAlias = Annotated[tuple[Ip, ...], BeforeValidator(_as_tuple), OneOrMany()]
#: VLANs and ranges of VLANs.
VlanRanges: TypeAlias = Annotated[
    tuple[Range | int, ...], BeforeValidator(_as_ranges), AfterValidator(_of_vlans), OneOrMany()
]
Networks: TypeAlias = Annotated[tuple[NetworkRef, ...], BeforeValidator(_as_tuple), OneOrMany()]
Racks: TypeAlias = Annotated[tuple[RackRef, ...], BeforeValidator(_as_tuple), OneOrMany()]
Disks: TypeAlias = Annotated[tuple[DiskRef, ...], BeforeValidator(_as_tuple), OneOrMany()]
Devices: TypeAlias = Annotated[tuple[DeviceRef, ...], BeforeValidator(_as_tuple), OneOrMany()]
Nics: TypeAlias = Annotated[tuple[NicRef, ...], BeforeValidator(_as_tuple), OneOrMany()]
Strings: TypeAlias = Annotated[
    tuple[Annotated[str, Field(min_length=1)], ...], BeforeValidator(_as_tuple), OneOrMany()
]
_PCI = r"^[0-9a-f]{4,8}:[0-9a-f]{2}:[01][0-9a-f]\.[0-7]$"
_PCI_MODEL = r"^[0-9a-f]{4}:[0-9a-f]{4}$"
_SHA256 = r"^[0-9a-f]{64}$"
#: An identifier as OpenStack's services give them out.
UUID = r"^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$"
_KUBERNETES = r"^1\.[1-9][0-9](\.(0|[1-9][0-9]?))?$"
_NFS = r"^(\[[0-9A-Fa-f:.]+\]|[A-Za-z0-9]([A-Za-z0-9.-]*[A-Za-z0-9])?):/[A-Za-z0-9._/@%+,=~-]*$"
_PORT = r"(6553[0-5]|655[0-2][0-9]|65[0-4][0-9]{2}|6[0-4][0-9]{3}|[1-5][0-9]{4}|[1-9][0-9]{0,3})"
_HOST_PORT = rf"(\[[0-9A-Fa-f:.]+\]|[A-Za-z0-9]([A-Za-z0-9.-]*[A-Za-z0-9])?)(:{_PORT})?"
_HTTP = rf"^https?://{_HOST_PORT}(/[A-Za-z0-9._~/-]*)?$"
_SYSLOG = rf"^(tls|tcp|udp)://{_HOST_PORT}$"
_ACCOUNT = r"^[A-Za-z0-9]([A-Za-z0-9._@-]*[A-Za-z0-9])?$"
_INDEX = r"^[a-z0-9][a-z0-9._-]{0,63}$"
_IMAGES = rf"^[a-z0-9]([a-z0-9.-]*[a-z0-9])?(:{_PORT})?(/[a-z0-9]+([._-]+[a-z0-9]+)*)*$"
_CLASS = r"^[a-z0-9]([a-z0-9.-]{0,251}[a-z0-9])?$"
#: Bytes in Base64, in one line.
BASE64 = r"^[A-Za-z0-9+/]+={0,2}$"
_NAMESPACE = r"^[a-z0-9]([-a-z0-9]{0,61}[a-z0-9])?$"
_CHART = r"^[A-Za-z0-9./][A-Za-z0-9._/:@+~%=-]*$"
_CHART_VERSION = r"^[A-Za-z0-9][A-Za-z0-9.+_-]*$"
#: What a message says of a text that does not match a pattern.
PATTERNS: Mapping[str, str] = MappingProxyType(
    {
        _PCI: "a PCI address is written as `lspci -D` shows it: `0000:3b:00.1`",
        _PCI_MODEL: "vendor and device are written as `lspci -n` shows them: `8086:1592`",
        _NFS: "an export is written `host:/path`, in letters, digits and `._/@%+,=~-`",
        _KUBERNETES: "a version of Kubernetes is written `1.33` or `1.33.4`",
        _NAMESPACE: "a name of Kubernetes has up to 63 lower-case letters, digits and hyphens inside",
        _CHART: "a chart is named by `oci://…`, a URL or a path, without blanks and with no hyphen first",
        _CHART_VERSION: "a version of a chart is written `1.2.3`, without blanks and with no hyphen first",
        _SHA256: "a SHA-256 digest has 64 hexadecimal digits in lower case",
        _HTTP: "a URL is written `https://host:port/path`, in letters, digits and `._~-`",
        _SYSLOG: "a syslog server is written `tls://host:port`, or with `tcp://` or `udp://`",
        _ACCOUNT: "a name has letters and digits, with `.`, `_`, `@` or `-` between them",
        _INDEX: "an index has lower-case letters, digits and `._-`, 64 at most, and begins with one of the first two",
        _CLASS: "a storage class has lower-case letters and digits, with `-` or `.` between them",
        _IMAGES: "images are written `registry.example.org/path`, in lower case and without `https://`",
        BASE64: "Base64 is letters, digits, `+` and `/` in one line: `base64 --wrap=0` writes it",
        UUID: "a UUID is written in lower case, 8, 4, 4, 4 and 12 hexadecimal digits with `-` between",
    }
)
#: The name of a namespace of Kubernetes (RFC 1123).
NamespaceName: TypeAlias = Annotated[str, Field(pattern=_NAMESPACE)]
#: A Helm chart, and a version of one: they stand in commands, where a hyphen would begin an option.
Chart: TypeAlias = Annotated[str, Field(pattern=_CHART)]
ChartVersion: TypeAlias = Annotated[str, Field(pattern=_CHART_VERSION)]
#: Vendor and device of a PCI device.
PciModel: TypeAlias = Annotated[str, Field(pattern=_PCI_MODEL)]
Sha256: TypeAlias = Annotated[str, Field(pattern=_SHA256)]
#: A version of Kubernetes, with or without the patch.
KubernetesVersion: TypeAlias = Annotated[str, Field(pattern=_KUBERNETES)]
#: PCI addresses of devices, as Linux writes them: `0000:3b:00.1`.
PciAddresses: TypeAlias = Annotated[
    tuple[Annotated[str, Field(pattern=_PCI)], ...],
    BeforeValidator(_as_tuple),
    OneOrMany(),
]
#: Addresses or host names of servers (DNS, NTP).
Servers: TypeAlias = Annotated[tuple[Ip | str, ...], BeforeValidator(_as_tuple), OneOrMany()]
#: An NFS export, `host:/path`; IPv6 addresses stand in brackets.
Nfs: TypeAlias = Annotated[str, Field(pattern=_NFS)]
#: A URL of HTTP, without a query and without user and password.
HttpUrl: TypeAlias = Annotated[str, Field(pattern=_HTTP)]
#: A syslog server, with the way to it.
SyslogUrl: TypeAlias = Annotated[str, Field(pattern=_SYSLOG)]
#: Who logs in to a store, or a tenant of one.
Account: TypeAlias = Annotated[str, Field(pattern=_ACCOUNT)]
#: The name of a storage class.
ClassName: TypeAlias = Annotated[str, Field(pattern=_CLASS)]
#: The name of an index of OpenSearch.
IndexName: TypeAlias = Annotated[str, Field(pattern=_INDEX)]
#: Registries, and paths in them that images lie below.
ImagePlaces: TypeAlias = Annotated[
    tuple[Annotated[str, Field(pattern=_IMAGES)], ...], BeforeValidator(_as_tuple), OneOrMany()
]
NfsShares: TypeAlias = Annotated[tuple[Nfs, ...], BeforeValidator(_as_tuple), OneOrMany()]

__all__ = [
    "BASE64",
    "PATTERNS",
    "UUID",
    "Account",
    "AddressPools",
    "AddressRanges",
    "Cidr",
    "Cidrs",
    "ClassName",
    "Count",
    "DeviceRef",
    "Devices",
    "DiskRef",
    "Disks",
    "HardwareRef",
    "HostAddresses",
    "HostSet",
    "HttpUrl",
    "ImagePlaces",
    "IndexName",
    "Ip",
    "KubernetesVersion",
    "Labels",
    "Mtu",
    "NamespaceName",
    "NetworkRef",
    "Networks",
    "Nfs",
    "NfsShares",
    "NicRef",
    "Nics",
    "NodePools",
    "Parts",
    "PciAddresses",
    "PciModel",
    "PhysnetRef",
    "RackRef",
    "Racks",
    "Servers",
    "Sha256",
    "SiteRef",
    "Strings",
    "SyslogUrl",
    "TcpPort",
    "Vlan",
    "VlanRanges",
    "ZoneRef",
]  # fmt: skip
