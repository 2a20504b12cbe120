"""Small drawings for the kinds of declarations, as paths on a field of 20 by 20."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

#: SVG path data, to be drawn with a stroke and no fill.
ICONS: Mapping[str, str] = MappingProxyType(
    {
        "hosts": "M3 3.5h14v5.5H3zM3 11h14v5.5H3zM6 6.2h.01M6 13.8h.01M9 6.2h5M9 13.8h5",
        "ceph": "M3.5 5c0-1.4 2.9-2.5 6.5-2.5S16.5 3.6 16.5 5 13.6 7.5 10 7.5 3.5 6.4 "
        "3.5 5zM3.5 5v10c0 1.4 2.9 2.5 6.5 2.5s6.5-1.1 6.5-2.5V5M3.5 10c0 1.4 2.9 "
        "2.5 6.5 2.5s6.5-1.1 6.5-2.5",
        "openstack": "M6 15.5a3.7 3.7 0 0 1-.5-7.4 4.9 4.9 0 0 1 9.3 1.1 3.2 3.2 0 0 1-.6 6.3z",
        "kubernetes": "M4.5 10a5.5 5.5 0 1 0 11 0 5.5 5.5 0 1 0-11 0zM8.5 10a1.5 1.5 0 1 0 3 0 1.5 1.5 0 1 "
        "0-3 0zM10 2v6.5M10 11.5v6.5M2 10h6.5M11.5 10h6.5M4.3 4.3l4.6 4.6M11.1 11.1l4.6 "
        "4.6M15.7 4.3l-4.6 4.6M8.9 11.1l-4.6 4.6",
        "starlingx": "M10 3l1.8 4.6 4.9.3-3.8 3.1 1.3 4.8L10 13.1l-4.2 2.7 1.3-4.8L3.3 7.9l4.9-.3z",
        "hardware": "M5.5 5.5h9v9h-9zM8.5 8.5h3v3h-3zM7.5 5.5v-2.5M10 5.5v-2.5M12.5 5.5v-2.5M7.5 "
        "17v-2.5M10 17v-2.5M12.5 17v-2.5M5.5 7.5h-2.5M5.5 10h-2.5M5.5 12.5h-2.5M17 "
        "7.5h-2.5M17 10h-2.5M17 12.5h-2.5",
        "site": "M10 17.5c-3.5-4-5.2-6.7-5.2-9.2a5.2 5.2 0 0 1 10.4 0c0 2.5-1.7 5.2-5.2 9.2zM8.2 "
        "8.3a1.8 1.8 0 1 0 3.6 0 1.8 1.8 0 1 0-3.6 0z",
        "secrets": "M3.5 12.5a3.3 3.3 0 1 0 6.6 0 3.3 3.3 0 1 0-6.6 0zM9.2 10.2L16.5 3M13.2 "
        "6.3l2.3 2.3",
        "pki": "M10 2.5l6.5 2.3v4.7c0 4-2.7 6.6-6.5 8-3.8-1.4-6.5-4-6.5-8V4.8zM7.2 10l2 2 3.8-4",
        "registry": "M10 2.5l6.8 3.7v7.6L10 17.5l-6.8-3.7V6.2zM3.4 6.3L10 9.9l6.6-3.6M10 9.9v7.4",
        "proxy": "M3 10h14M13.5 6.5L17 10l-3.5 3.5M10 3v3M10 14v3",
        "": "M4 4h12v12H4z",
    }
)


def icon(kind: str) -> str:
    """The drawing of a kind; a plain square for one that has none."""
    return ICONS.get(kind, ICONS[""])
