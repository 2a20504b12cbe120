"""A real region grown: the reference blueprint with its rack plan at N servers, against the same number by `count`.

    python -m tests.benchmarks.region [--servers 2000] [--rounds 5]

The rack plan gets more racks and compute hosts; nothing else of the blueprint changes. For the other
side the groups of hosts say `count` where they read rows, and leave out what only a rack plan knows.
"""

import argparse
import csv
import re
import shutil
import statistics
import subprocess
import sys
import tempfile
from collections import Counter
from collections.abc import Sequence
from pathlib import Path

from tests.benchmarks.measuring import Cost, cost_of
from tests.benchmarks.run import Goal
from tests.benchmarks.work import oib_command

BLUEPRINT = Path(__file__).parents[2] / "reference_blueprints" / "huawei_dual_engine"
#: Racks of the blueprint, and rack units that each has.
_RACKS, _UNITS = 3, 48
#: The role that grows.
_ROLE = "cmp"
#: The rack unit from which on computes are for nodes of clusters.
_OF_CLUSTERS = 17
#: What is asked of `oib explain`: a fact of the region, a name from the rack plan, an address.
_LINES = (
    ("openstack.core/kolla_ansible/globals.yml", "kolla_external_fqdn"),
    ("openstack.core/kolla_ansible/inventory/hosts.yml", "cmp-01"),
    ("openstack.core/kolla_ansible/addresses.csv", "2"),
)


def grown(folder: Path, servers: int) -> int:
    """Writes the blueprint with so many servers; gives back how many racks they need."""
    shutil.copytree(BLUEPRINT, folder)
    (folder / "oib.lock").unlink(missing_ok=True)
    plan = folder / "servers.csv"
    with plan.open(encoding="utf-8", newline="") as stream:
        rows = list(csv.DictReader(stream))
    first = 1 + sum(row["role"] == _ROLE for row in rows)
    more = max(0, servers - len(rows))
    for index in range(more):
        rack, unit = _RACKS + 1 + index // _UNITS, index % _UNITS + 1
        number = len(rows) + 11
        rows.append(
            {
                "name": f"{_ROLE}-{first + index:04}",
                "role": _ROLE,
                "rack": str(rack),
                "unit": str(unit),
                "serial": f"G{number:06}",
                "bmc": f"10.10.{number // 256}.{number % 256}",
                "boot_mac": f"02:00:5f:{number >> 16 & 255:02x}:{number >> 8 & 255:02x}:{number & 255:02x}",
                "switch": f"tor-{rack}",
                "switch_port": f"25GE1/0/{unit}",
            }
        )
    with plan.open("w", encoding="utf-8", newline="") as stream:
        writer = csv.DictWriter(stream, list(rows[0]), lineterminator="\n")
        writer.writeheader()
        writer.writerows(rows)
    return max(int(row["rack"]) for row in rows)


def counted(grown_folder: Path, folder: Path) -> None:
    """Writes the same blueprint with `count` in place of rows, but for the servers that Ironic enrols."""
    shutil.copytree(grown_folder, folder)
    with (folder / "servers.csv").open(encoding="utf-8", newline="") as stream:
        rows = list(csv.DictReader(stream))
    roles = Counter(row["role"] for row in rows)
    main = folder / "main.oib"
    text = main.read_text(encoding="utf-8")
    head, template, rest = re.split(r"(template hosts racked \{.*?\n\}\n)", text, flags=re.DOTALL)
    plain = re.sub(r"row\.rack\]", "1]", template)
    plain = "\n".join(line for line in plain.splitlines() if "row." not in line) + "\n"
    plain = plain.replace("rack = rack.r[1]", "spread = rack")
    plain = plain.replace("hosts racked", "hosts counted")
    plain = re.sub(r"\n  rack = .*", "\n  spread = rack", plain)
    rest = rest.replace(
        "template hosts server like hosts.racked", "template hosts server like hosts.counted"
    )
    rest = re.sub(
        r"hosts (\w+)\[for s in servers if s\.role == (\w+)\] like hosts\.(?!racked)(\w+) \{",
        lambda m: f"hosts {m[1]} like hosts.{m[3]} {{ count = {roles[m[2]]} ",
        rest,
    )
    rest = re.sub(r'hosts\.lcm\["[^"]*"\]', "hosts.lcm[1]", rest)
    # Aggregates that choose computes by their place in the rack choose as many by number.
    highest = sum(row["role"] == _ROLE and int(row["unit"]) >= _OF_CLUSTERS for row in rows)
    chosen = rf"\[for s in servers if s\.role == {_ROLE} and s\.unit {{}} {_OF_CLUSTERS}: hosts\.compute\[s\.name\]\]"
    for sign, numbers in ((">=", f"1..{highest}"), ("<", f"{highest + 1}..{roles[_ROLE]}")):
        rest = re.sub(chosen.format(sign), f"[for i in {numbers}: hosts.compute[i]]", rest)
    main.write_text(f"{head}{template}{plain}{rest}", encoding="utf-8")


def compiled(folder: Path, out: Path, racks: int) -> list[str]:
    """The command that compiles one of the two."""
    return [
        oib_command(),
        "compile",
        str(folder),
        "--set",
        f"racks={racks}",
        "-o",
        str(out),
        "--quiet",
    ]


def one_round(scratch: Path, racks: int) -> dict[str, Cost]:
    """One run of every command."""
    costs = {}
    for name in ("rows", "count"):
        out = scratch / f"out-{name}"
        shutil.rmtree(out, ignore_errors=True)
        costs[name] = cost_of(compiled(scratch / name, out, racks))
    costs["python"] = cost_of([sys.executable, "-c", "pass"])
    for path, key in _LINES:
        where = f"{scratch / 'out-rows' / path}:{key}"
        costs[f"explain {path}:{key}"] = cost_of([oib_command(), "explain", where])
    return costs


def goals(rounds: Sequence[dict[str, Cost]]) -> list[Goal]:
    """The goals, with what was seen."""
    ratio = statistics.median(costs["rows"].cpu / costs["count"].cpu for costs in rounds)
    found = [Goal("CPU of rows from CSV to the same by `count`", ratio, 1.5, "x")]
    for name in rounds[0]:
        if name.startswith("explain"):
            part = statistics.median(costs[name].cpu / costs["rows"].cpu for costs in rounds)
            found.append(Goal(f"CPU of {name} to a compile", part, 0.25, "x"))
            wall = statistics.median(costs[name].wall for costs in rounds)
            found.append(Goal(f"elapsed time of {name} on this machine", wall * 1000, 150, " ms"))
    return found


def prepared(scratch: Path, servers: int) -> int:
    """Writes both blueprints; gives back the number of racks."""
    racks = grown(scratch / "rows", servers)
    counted(scratch / "rows", scratch / "count")
    for name in ("rows", "count"):
        command = [
            oib_command(),
            "check",
            str(scratch / name),
            "--set",
            f"racks={racks}",
            "--quiet",
        ]
        subprocess.run(command, check=True)
    return racks


def main(arguments: Sequence[str] | None = None) -> None:
    """Measures and prints."""
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0] if __doc__ else None)
    parser.add_argument("--servers", type=int, default=2000)
    parser.add_argument("--rounds", type=int, default=5)
    given = parser.parse_args(arguments)
    with tempfile.TemporaryDirectory(prefix="oib-benchmark-") as folder:
        scratch = Path(folder)
        racks = prepared(scratch, given.servers)
        rounds = [one_round(scratch, racks) for _ in range(given.rounds + 1)][1:]
    print(f"{given.servers} servers in {racks} racks")
    for name in rounds[0]:
        cpu = statistics.median(costs[name].cpu for costs in rounds)
        wall = statistics.median(costs[name].wall for costs in rounds)
        peak = statistics.median(costs[name].peak_mb for costs in rounds)
        print(f"  {name:72}{cpu:8.3f} s CPU{wall:8.3f} s{peak:8.0f} MB")
    print("\n".join(goal.line() for goal in goals(rounds)))


if __name__ == "__main__":
    main()
