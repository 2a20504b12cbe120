"""A pack and a blueprint from their texts; out come judgements by the id of their rule."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date

from blueprint.conform.run import Asked, judge_blueprint
from blueprint.conform.verdicts import Conformance, Judgement
from blueprint.diagnostics import Diagnostic
from blueprint.loader import MemoryLoader
from blueprint.resolve.world import Options

HEADER = "blueprint demo { language = 1 }\n"
PACK = 'pack acme { title = "ACME"  version = "1"  profiles = [basic, fast] }\n'
#: A site, a server, a network, three hosts in three racks.
GROUND = """
site dc { country = DE  rack r[1..3] {} zone az[1..3] { racks = [rack.r[n]] } }
hardware server {
  cpu { sockets = 2  cores = 8 }
  memory = 64 GiB
  disk system { count = 2  size = 480 GB  media = ssd  raid = 1 }
  disk osd { count = 2  size = 960 GB  media = ssd }
  nic ocp { ports = 2  speed = 25 Gbps  names = ["eno1", "eno2"] }
}
network oam { cidr = 10.20.0.0/24  gateway = 10.20.0.1 }
hosts node { count = 3  spread = rack  hardware = hardware.server  bond b { ports = [nic.ocp[0], nic.ocp[1]]  networks = network.oam } }
"""


def rule(body: str, head: str = "") -> str:
    return f'rule a.1 {{\n  level = must\n  title = "t"\n{head}\n{body}\n}}\n'


def conformance(
    pack: str,
    blueprint: str = GROUND,
    *,
    profiles: tuple[str, ...] = (),
    as_of: date | None = None,
    wants_evidence: bool = False,
    files: Mapping[str, str] | None = None,
) -> tuple[Conformance | None, list[Diagnostic]]:
    """What a pack makes of a blueprint that names it in a `conform`, or else is judged by it."""
    texts = {"acme.oib": PACK + pack, "main.oib": HEADER + blueprint, **(files or {})}
    packs = () if "\nconform " in blueprint else ("acme.oib",)
    asked = Asked(packs, profiles, as_of, wants_evidence=wants_evidence)
    return judge_blueprint(MemoryLoader(texts), Options(), asked)


def judged(pack: str, blueprint: str = GROUND, **more: object) -> dict[str, Judgement]:
    """The judgements by id; nothing may be wrong."""
    found, diagnostics = conformance(pack, blueprint, **more)  # type: ignore[arg-type]  # passed on
    assert [] == [d.message for d in diagnostics if d.is_error]
    assert found is not None
    return {j.requirement.id: j for j in found.judgements}


def only(pack: str, blueprint: str = GROUND, **more: object) -> Judgement:
    """The judgement of the only rule."""
    (found,) = judged(pack, blueprint, **more).values()
    return found
