"""The part of a run-book that shows how to compile a fleet in shares."""

from __future__ import annotations

import re

import pytest
import yaml

from blueprint.output.shares import LARGE, shares_md
from blueprint.target import Deployment
from blueprint.values import Ref


def fleet(members: int) -> list[list[Deployment]]:
    edge = [Ref(f'starlingx.edge["s{number:04}"]') for number in range(members)]
    waves = [[Ref("starlingx.central")], edge]
    return [[Deployment(ref, "starlingx", (), ()) for ref in wave] for wave in waves]


def texts(members: int) -> list[str]:
    """The examples for a fleet of so many members: Zuul's jobs, their playbook, GitLab's jobs."""
    text = "\n".join(shares_md("fleet", fleet(members)))
    return re.findall(r"```yaml\n(.*?)```", text, re.DOTALL)


def examples(members: int) -> list:
    return [yaml.safe_load(each) for each in texts(members)]


@pytest.mark.parametrize(("members", "is_shown"), [(LARGE - 1, False), (LARGE, True)])
def test_only_large_fleets_are_told_of_shares(members, is_shown):
    assert is_shown == bool(shares_md("fleet", fleet(members)))


@pytest.mark.parametrize(
    ("members", "count"), [(100, 2), (1000, 3), (7499, 15), (7999, 16), (10000, 16)]
)
def test_there_are_as_many_shares_as_the_fleet_needs(members, count):
    zuul, _, gitlab = examples(members)
    shares = [each["job"]["vars"]["oib_share"] for each in zuul if "vars" in each.get("job", {})]
    assert [f"{number}/{count}" for number in range(1, count + 1)] == shares
    assert count == gitlab["oib-share"]["parallel"]


def test_every_share_is_a_job_of_the_project():
    zuul, _, _ = examples(1000)
    jobs = [each["job"]["name"] for each in zuul if each.get("job", {}).get("parent")]
    (project,) = (each["project"] for each in zuul if "project" in each)
    assert jobs == project["check"]["jobs"]


def test_the_commands_name_the_share():
    _, playbook, gitlab = examples(1000)
    task = playbook[0]["tasks"][0]["ansible.builtin.command"]["cmd"]
    (command,) = gitlab["oib-share"]["script"]
    assert task.endswith("--shard {{ oib_share }}")
    assert command.endswith("--shard $CI_NODE_INDEX/$CI_NODE_TOTAL")


def test_a_member_is_named_as_the_shell_takes_it():
    assert "--only 'starlingx.edge[\"s0000\"]'" in "\n".join(shares_md("fleet", fleet(200)))
