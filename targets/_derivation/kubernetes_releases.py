"""Derives when each minor version of Kubernetes gets its last fix, from a checkout of kubernetes/website.

    python -m targets._derivation.kubernetes_releases WEBSITE

`data/releases/schedule.yaml` has the versions that live, `data/releases/eol.yaml` those that ended; the facts keep
what neither names. The day of the facts is that of the newest patch that the schedule says was made: the checkout's
own word, no clock's.
"""

from __future__ import annotations

import json
import sys
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import yaml

from targets._derivation.text import catalogue_text

FACTS = Path(__file__).parents[2] / "blueprint" / "checks" / "kubernetes_support.json"
#: The oldest minor version that Cluster API or Kubespray make: older ones are refused whatever their support.
FIRST = 30
SOURCE = "kubernetes/website data/releases/schedule.yaml and eol.yaml"


def derived(
    schedule: Mapping[str, Any], ended: Mapping[str, Any], before: Mapping[str, Any]
) -> dict[str, Any]:
    """The facts, of the two files as they are and the facts before."""
    ends: dict[str, str] = dict(before.get("end_of_life", {}))
    for each in schedule["schedules"]:
        ends[str(each["release"])] = str(each["endOfLifeDate"])
    final: dict[str, str] = {}
    for each in ended[
        "branches"
    ]:  # a minor version with a late patch stands there twice: the later day holds
        name, day = str(each["release"]), str(each["endOfLifeDate"])
        final[name] = max(day, final.get(name, day))
    ends |= final
    kept = {name: day for name, day in ends.items() if int(name.split(".")[1]) >= FIRST}
    newest = max(_made(schedule), default=str(before.get("as_of", "")))
    return {"as_of": newest, "end_of_life": kept, "source": SOURCE}


def _made(schedule: Mapping[str, Any]) -> Iterator[str]:
    for each in schedule["schedules"]:
        yield str(each["releaseDate"])
        for patch in each.get("previousPatches") or ():
            yield str(patch["targetDate"])


def main(website: Path) -> None:
    """Rewrite the facts."""
    folder = website / "data" / "releases"
    schedule, ended = (
        yaml.safe_load((folder / name).read_text(encoding="utf-8"))
        for name in ("schedule.yaml", "eol.yaml")
    )
    before = json.loads(FACTS.read_text(encoding="utf-8"))
    FACTS.write_text(catalogue_text(derived(schedule, ended, before), 2), encoding="utf-8")


if __name__ == "__main__":
    main(Path(sys.argv[1]))
