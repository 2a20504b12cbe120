"""Zones of one rack: one reference stands for a list of it."""

from __future__ import annotations

from blueprint.driver import Options, check_blueprint
from blueprint.loader import MemoryLoader
from blueprint.values import Ref

TEXT = """\
blueprint b { language = 1 }
site a {
  rack r[1..2] {}
  zone z[1..2] { racks = rack.r[n] }
}
hardware h { cpu { cores = 4 }  memory = 64 GiB }
hosts x { count = 2  hardware = hardware.h  spread = zone }
"""


def test_a_zone_may_name_its_only_rack() -> None:
    found = check_blueprint(MemoryLoader({"main.oib": TEXT}), Options())
    assert found.model is not None, found.diagnostics
    racks = [host.rack for group in found.model.groups.values() for host in group]
    assert racks == [Ref("site.a.rack.r[1]"), Ref("site.a.rack.r[2]")]
