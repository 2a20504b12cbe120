"""Layers on layers: a sandwich of three beside the same hosts with Kolla-Ansible alone, and five charts at many hosts.

    python -m tests.benchmarks.stack [--hosts 2000] [--many 10000] [--rounds 5]

`stack/main.oib` is Kubernetes on hosts, OpenStack on it, and a tenant's cluster on that. Without its
clusters and without `on`, the same hosts run the same region by Kolla-Ansible. With five services it
is what five charts and their back ends need.
"""

import argparse
import re
import shutil
import statistics
import sys
import tempfile
from collections.abc import Sequence
from math import log
from pathlib import Path

from blueprint.target import discover
from tests.benchmarks.measuring import Cost, cost_of
from tests.benchmarks.run import Goal
from tests.benchmarks.work import oib_command

BLUEPRINT = Path(__file__).parent / "stack" / "main.oib"
SANDWICH, KOLLA, CHARTS, FIVE = "sandwich", "kolla", "charts", "five"
#: The services that five charts are for.
FIVE_SERVICES = ("keystone", "glance", "placement", "nova", "neutron")
#: Hosts that the blueprint has beside its computes.
_CONTROL = 3
#: What makes hosts ready is the same work for both: ratios are taken with it and without.
_OF_HOSTS = frozenset({"cephadm", "host_preparation", "kolla_ansible"})
#: How many hosts the growth is measured from.
_FEW = 1000


def forms() -> dict[str, str]:
    """The blueprint in each of its forms."""
    sandwich = BLUEPRINT.read_text(encoding="utf-8")
    return {
        SANDWICH: sandwich,
        KOLLA: on_hosts(sandwich),
        CHARTS: with_five(sandwich),
        FIVE: with_five(on_hosts(sandwich)),
    }


def on_hosts(text: str) -> str:
    """The same without clusters: what was on them is on the hosts."""
    for block in (r"^kubernetes \w+ \{\n.*?^\}\n", r"^  pool general \{\n.*?^  \}\n"):
        text = re.sub(block, "", text, flags=re.MULTILINE | re.DOTALL)
    text = re.sub(r"^  pool lb \{.*\n", "", text, flags=re.MULTILINE)
    return re.sub(r"^  on = kubernetes\.\w+\n", "", text, flags=re.MULTILINE)


def with_five(text: str) -> str:
    """The same with five services, and nothing that needs others."""
    for block in (r"^kubernetes tenant \{\n.*?^\}\n", r"^  image [^\n]*\{\n.*?^  \}\n"):
        text = re.sub(block, "", text, flags=re.MULTILINE | re.DOTALL)
    gone = r"^  (?:octavia|project|flavor|pool volumes|pool backups) .*\n"
    text = re.sub(gone, "", text, flags=re.MULTILINE)
    listed = f"services = [{', '.join(FIVE_SERVICES)}]"
    return re.sub(r"services = \[[^\]]*\]", listed, text)


def prepared(scratch: Path) -> None:
    """Writes every form as a blueprint of its own."""
    for name, text in forms().items():
        (scratch / name).mkdir(parents=True)
        (scratch / name / "main.oib").write_text(text, encoding="utf-8")


def compiled(scratch: Path, form: str, hosts: int, targets: Sequence[str]) -> list[str]:
    """The command that compiles a form."""
    chosen = [word for target in targets for word in ("--target", target)]
    return [
        oib_command(), "compile", str(scratch / form), "--set", f"computes={hosts - _CONTROL}",
        *chosen, "-o", str(scratch / "out"), "--quiet",
    ]  # fmt: skip


def commands(scratch: Path, hosts: int, many: int) -> dict[str, list[str]]:
    """What is measured, by name."""
    alone, charts = ("kolla_ansible",), ("openstack_helm",)
    layers = [name for name in discover() if name not in _OF_HOSTS]
    return {
        f"Kolla-Ansible, {hosts} hosts": compiled(scratch, KOLLA, hosts, alone),
        f"sandwich of three layers, {hosts} hosts": compiled(scratch, SANDWICH, hosts, layers),
        f"Kolla-Ansible with hosts and Ceph, {hosts} hosts": compiled(scratch, KOLLA, hosts, ()),
        f"sandwich with hosts, {hosts} hosts": compiled(scratch, SANDWICH, hosts, ()),
        f"Kolla-Ansible, five services, {many} hosts": compiled(scratch, FIVE, many, alone),
        f"five charts, {_FEW} hosts": compiled(scratch, CHARTS, _FEW, charts),
        f"five charts, {many} hosts": compiled(scratch, CHARTS, many, charts),
    }


def one_round(scratch: Path, hosts: int, many: int) -> dict[str, Cost]:
    """One run of every command, each into an empty folder."""
    costs = {"python": cost_of([sys.executable, "-c", "pass"])}
    for name, command in commands(scratch, hosts, many).items():
        shutil.rmtree(scratch / "out", ignore_errors=True)
        costs[name] = cost_of(command)
    return costs


def goals(rounds: Sequence[dict[str, Cost]], hosts: int, many: int) -> list[Goal]:
    """The goals, with what was seen."""

    def ratio(one: str, other: str) -> float:
        return statistics.median(costs[one].cpu / costs[other].cpu for costs in rounds)

    few, lots = f"five charts, {_FEW} hosts", f"five charts, {many} hosts"
    grown = log(ratio(lots, few)) / log(many / _FEW)
    peak = max(costs[lots].peak_mb for costs in rounds)
    return [
        Goal(
            f"CPU of a sandwich to Kolla-Ansible alone at {hosts} hosts",
            ratio(f"sandwich of three layers, {hosts} hosts", f"Kolla-Ansible, {hosts} hosts"),
            2,
            "x",
        ),
        Goal(
            f"the same with hosts and Ceph at {hosts} hosts",
            ratio(
                f"sandwich with hosts, {hosts} hosts",
                f"Kolla-Ansible with hosts and Ceph, {hosts} hosts",
            ),
            2,
            "x",
        ),
        Goal(
            f"CPU of five charts to the same services by Kolla-Ansible at {many} hosts",
            ratio(lots, f"Kolla-Ansible, five services, {many} hosts"),
            2,
            "x",
        ),
        Goal(f"growth exponent of five charts from {_FEW} to {many} hosts", grown, 1.1),
        Goal(f"peak memory of five charts at {many} hosts", peak, 400, " MB"),
    ]


def main(arguments: Sequence[str] | None = None) -> None:
    """Measures and prints."""
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0] if __doc__ else None)
    parser.add_argument("--hosts", type=int, default=2000)
    parser.add_argument("--many", type=int, default=10000)
    parser.add_argument("--rounds", type=int, default=5)
    given = parser.parse_args(arguments)
    with tempfile.TemporaryDirectory(prefix="oib-benchmark-") as folder:
        scratch = Path(folder)
        prepared(scratch)
        rounds = [one_round(scratch, given.hosts, given.many) for _ in range(given.rounds + 1)][1:]
    for name in rounds[0]:
        cpu = statistics.median(costs[name].cpu for costs in rounds)
        wall = statistics.median(costs[name].wall for costs in rounds)
        peak = statistics.median(costs[name].peak_mb for costs in rounds)
        print(f"  {name:56}{cpu:8.3f} s CPU{wall:8.3f} s{peak:8.0f} MB")
    print("\n".join(goal.line() for goal in goals(rounds, given.hosts, given.many)))


if __name__ == "__main__":
    main()
