"""A fleet: a distributed cloud of 100, 1,000 and 10,000 sites, all of it, a share of it, and one changed row.

    python -m tests.benchmarks.fleet [--sites 100 1000 10000] [--rounds 3]

The blueprint is the distributed cloud that the tests of StarlingX have, with as many rows in its list of
sites; every fifth site has two servers, and every 5,000 sites have a system controller, as many as the
release allows. One row is given another address, and its site alone is compiled into the
folder of before (`--only`); besides, everything is compiled into it again. Then a row is given
another group, which only the whole proves, and its site is compiled.
"""

from __future__ import annotations

import argparse
import csv
import ipaddress
import re
import shutil
import statistics
import tempfile
from collections.abc import Sequence
from math import log
from pathlib import Path

from tests.benchmarks.measuring import Cost, cost_of
from tests.benchmarks.run import Goal
from tests.benchmarks.work import oib_command

BLUEPRINT = Path(__file__).parents[1] / "oracle" / "fixtures" / "starlingx" / "distributed_cloud"
#: The sites that a fleet is judged by.
SIZES = (100, 1000, 10000)
#: The list of sites beside the blueprint, and the room in it that the blueprint's own type leaves.
_LIST = "subclouds.csv"
_SEQUENCES = "seq: int in 0..4095"
#: Subclouds that a system controller may have.
SUBCLOUDS = 5000
#: What is another one's with another system controller, and the group of a site.
_NAMES = r"((?:network|hosts|starlingx)[ .](?:oam|mgmt|cluster|pxe|bmc|controller|central)\b)"
_GROUP_IS, _GROUP_OF = "group = ", ".subcloud_group[s.group]"
_GROUP = f"{_GROUP_IS}starlingx.central{_GROUP_OF}"
#: What is measured.
WHOLE, SERIAL, ROW, AGAIN, GROUP, SHARE = (
    "everything",
    "everything with one process",
    "one changed row, its site alone",
    "one changed row, everything again",
    "one changed group, its site alone",
    "a share of sixteen",
)


def grown(folder: Path, sites: int, subclouds: int = SUBCLOUDS) -> None:
    """Writes the blueprint with so many rows, and system controllers for so many subclouds each."""
    shutil.copytree(BLUEPRINT, folder)
    main = folder / "main.oib"
    text = main.read_text(encoding="utf-8").replace(_SEQUENCES, "seq: int in 0..32767")
    main.write_text(_with_systems(text, -(-sites // subclouds), subclouds), encoding="utf-8")
    with (folder / _LIST).open(encoding="utf-8", newline="") as stream:
        columns = next(csv.reader(stream))
    with (folder / _LIST).open("w", encoding="utf-8", newline="") as stream:
        writer = csv.writer(stream, lineterminator="\n")
        writer.writerow(columns)
        writer.writerows(row(number) for number in range(sites))


def _with_systems(text: str, count: int, subclouds: int) -> str:
    """The blueprint with so many system controllers, each with hosts and networks of its own."""
    begin, end = text.index("network oam {"), text.index("# -----")
    others = [_another(text[begin:end], number) for number in range(1, count)]
    of, group = (_of(count, subclouds, suffix) for suffix in ("", _GROUP_OF))
    sites = text[end:].replace(_GROUP, f"of = {of}\n    {_GROUP_IS}{group}")
    return text[:end] + "".join(others) + sites


def _another(section: str, number: int) -> str:
    """A system controller like that of a section, under other names and addresses."""
    section = re.sub(_NAMES, rf"\1_{number}", section)
    for was, becomes in (
        ("10.20.", f"10.{20 + number}."),
        ("10.14.0.", f"10.14.{number}."),
        ("02:00:00:00:00:", f"02:00:00:00:{number:02x}:"),
        ('realm = "pxe"', f'realm = "pxe {number}"'),
    ):
        section = section.replace(was, becomes)
    return section


def _of(count: int, subclouds: int, suffix: str) -> str:
    """The system controller of a site, or what the suffix names of it."""
    found = f"starlingx.central{suffix}"
    for number in range(1, count):
        another = f"starlingx.central_{number}{suffix}"
        found = f"(if s.seq >= {number * subclouds} then {another} else {found})"
    return found


def row(number: int) -> list[str]:
    """One site: its name, its place in the address plan, its kind, its networks and its servers."""
    is_duplex = number % 5 == 4
    oam = ipaddress.ip_address("10.64.0.0") + 8 * number
    bmc = ipaddress.ip_address("10.72.0.0") + 2 * number + 1
    side = "south" if number % 2 else "north"
    second = [str(bmc + 1), _mac(2 * number + 1)] if is_duplex else ["", ""]
    return [
        name_of(number), str(number), side, "aio_dx" if is_duplex else "aio_sx", side,
        f"{oam}/29", str(oam + 1), str(oam + 2), str(bmc), _mac(2 * number), *second,
    ]  # fmt: skip


def name_of(number: int) -> str:
    """The name of a site."""
    return f"site-{number:05}"


def _mac(number: int) -> str:
    octets = (0x10000 + number).to_bytes(4)
    return "02:00:" + ":".join(f"{octet:02x}" for octet in octets)


def changed(folder: Path, number: int) -> None:
    """Gives one site another floating address."""
    path = folder / _LIST
    lines = path.read_text(encoding="utf-8").splitlines(keepends=True)
    was = ipaddress.ip_address("10.64.0.0") + 8 * number + 2
    lines[1 + number] = lines[1 + number].replace(f",{was},", f",{was + 1},")
    path.write_text("".join(lines), encoding="utf-8")


def regrouped(folder: Path, number: int) -> None:
    """Gives one site another group."""
    path = folder / _LIST
    lines = path.read_text(encoding="utf-8").splitlines(keepends=True)
    cells = lines[1 + number].split(",")
    cells[4] = "north" if cells[4] == "south" else "south"
    lines[1 + number] = ",".join(cells)
    path.write_text("".join(lines), encoding="utf-8")


def compiled(folder: Path, out: Path, *arguments: str) -> list[str]:
    """The command that compiles a fleet."""
    return [oib_command(), "compile", str(folder), "-o", str(out), "--quiet", *arguments]


def one_round(scratch: Path, sites: int) -> dict[str, Cost]:
    """One run of every command for so many sites."""
    folder, out = scratch / f"fleet-{sites}", scratch / f"out-{sites}"
    shutil.rmtree(folder, ignore_errors=True)
    grown(folder, sites)
    costs = {}
    for name, arguments in ((SERIAL, ("--jobs", "1")), (SHARE, ("--shard", "2/16")), (WHOLE, ())):
        shutil.rmtree(out, ignore_errors=True)
        costs[name] = cost_of(compiled(folder, out, *arguments))
    middle = sites // 2
    changed(folder, middle)
    only = f'starlingx.edge["{name_of(middle)}"]'
    costs[ROW] = cost_of(compiled(folder, out, "--only", only))
    costs[AGAIN] = cost_of(compiled(folder, out))
    regrouped(folder, middle)
    costs[GROUP] = cost_of(compiled(folder, out, "--only", only))
    return costs


def goals(rounds: dict[int, Sequence[dict[str, Cost]]]) -> list[Goal]:
    """The goals, with what was seen; growth is that of the largest step, of what one process does."""
    sizes = sorted(rounds)
    many = sizes[-1]

    def median(sites: int, name: str) -> float:
        return statistics.median(costs[name].cpu for costs in rounds[sites])

    part = statistics.median(costs[ROW].cpu / costs[SERIAL].cpu for costs in rounds[many])
    wall = statistics.median(costs[WHOLE].wall for costs in rounds[many])
    peak = max(costs[name].peak_mb for costs in rounds[many] for name in (WHOLE, SERIAL))
    growths = [
        Goal(
            f"growth exponent from {few} to {many} sites",
            log(median(many, SERIAL) / median(few, SERIAL)) / log(many / few),
            1.1,
        )
        for few in sizes[-2:-1]
    ]
    return [
        Goal(f"elapsed time of {many} sites on this machine", wall, 60, " s"),
        Goal(f"peak memory of {many} sites", peak, 1500, " MB"),
        *growths,
        Goal(f"CPU of one changed row to everything at {many} sites", part, 0.1, "x"),
    ]


def main(arguments: Sequence[str] | None = None) -> None:
    """Measures and prints."""
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0] if __doc__ else None)
    parser.add_argument("--sites", type=int, nargs="+", default=SIZES)
    parser.add_argument("--rounds", type=int, default=3)
    given = parser.parse_args(arguments)
    rounds: dict[int, list[dict[str, Cost]]] = {}
    with tempfile.TemporaryDirectory(prefix="oib-benchmark-") as folder:
        for sites in given.sites:
            found = [one_round(Path(folder), sites) for _ in range(given.rounds + 1)]
            rounds[sites] = found[1:]
            for name in found[0]:
                cpu = statistics.median(costs[name].cpu for costs in rounds[sites])
                wall = statistics.median(costs[name].wall for costs in rounds[sites])
                peak = statistics.median(costs[name].peak_mb for costs in rounds[sites])
                what = f"{sites} sites, {name}"
                print(f"  {what:56}{cpu:8.3f} s CPU{wall:8.3f} s{peak:8.0f} MB", flush=True)
    print("\n".join(goal.line() for goal in goals(rounds)))


if __name__ == "__main__":
    main()
