"""The real tools read what `oib` makes of the reference blueprints, for each release that it knows.

One of the combinations is judged in every run. In CI the small cloud is for each release, the large ones for
those whose own services read what is rendered; all of them are with `--matrix`.
"""

from __future__ import annotations

import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest

from . import ceph, kolla, oslo, yaml_lint
from .clouds import CLOUDS, Compiled, compiled
from .tools import or_skip

pytestmark = pytest.mark.oracle

RELEASES = ("2024.2", "2025.1", "2025.2", "2026.1")
ALWAYS = ("three_node_cloud", "2025.1")
#: The releases whose own services read what is rendered.
READ_BY_SERVICES = ("2025.1", "2026.1")


def _marks(name: str, release: str) -> tuple[pytest.MarkDecorator, ...]:
    worker = pytest.mark.xdist_group(f"reference-{name}-{release}")  # a cell is rendered once
    if (name, release) == ALWAYS:
        return (worker,)
    is_small = name == ALWAYS[0]
    in_ci = is_small or release in READ_BY_SERVICES
    return (worker, pytest.mark.matrix if in_ci else pytest.mark.nightly)


CELLS = [
    pytest.param((name, release), id=f"{name}-{release}", marks=_marks(name, release))
    for name in CLOUDS
    for release in RELEASES
]


@pytest.fixture(scope="module", params=CELLS)
def cell(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Compiled:
    """A reference blueprint, compiled for a release."""
    name, release = request.param
    or_skip(lambda: kolla.tool(release))
    return compiled(CLOUDS[name], release, tmp_path_factory.mktemp(f"{name}-{release}"))


@pytest.fixture(scope="module")
def rendered(cell: Compiled, tmp_path_factory: pytest.TempPathFactory) -> kolla.Rendered:
    """Every service's configuration, on one host of each class."""
    scratch = tmp_path_factory.mktemp("render")
    hosts = cell.one_of_each_class()
    return kolla.render(
        cell.release, cell.kolla_for(scratch), cell.cloud.facts, cell.supplied, scratch / "run",
        hosts=hosts,
    )  # fmt: skip


def test_ansible_reads_the_inventory_and_every_group_has_its_hosts(cell: Compiled) -> None:
    listed = kolla.inventory_list(cell.release, cell.kolla)
    found = {name: len(_hosts(listed, name)) for name in cell.cloud.groups}
    assert found == dict(cell.cloud.groups)


def test_the_inventory_has_every_group_of_the_release(cell: Compiled) -> None:
    from targets.kolla_ansible.catalog import catalog

    listed = kolla.inventory_list(cell.release, cell.kolla)
    children = {c for entry in listed.values() for c in entry.get("children", ())}
    assert set(catalog(cell.release).groups) - set(listed) - children == set()


def test_every_emitted_variable_is_known_to_the_release(cell: Compiled) -> None:
    assert kolla.unknown_variables(cell.release, cell.kolla) == ()


def test_no_password_is_emitted(cell: Compiled) -> None:
    assert kolla.stated_passwords(cell.release, cell.kolla) == ()


def test_the_run_book_names_everything_that_the_operator_supplies(cell: Compiled) -> None:
    by_hand = [*cell.cloud.keyrings, *cell.cloud.certificates, *cell.cloud.files, "passwords.yml"]
    made = set(cell.cloud.made_by_tool)
    folder = cell.cloud.folder
    missing = [p for p in by_hand if p not in made and f"{folder}/{p}" not in cell.runbook]
    assert missing == []


def test_what_the_tool_makes_itself_has_a_step_of_its_own(cell: Compiled) -> None:
    made = cell.cloud.made_by_tool
    is_ca_made = any(path.startswith("certificates/") for path in made)
    assert is_ca_made == ("kolla-ansible certificates" in cell.runbook)
    is_octavias = any(path.startswith("config/octavia/") for path in made)
    assert is_octavias <= ("kolla-ansible octavia-certificates" in cell.runbook)


def test_the_classes_of_hosts_leave_nobody_out(cell: Compiled) -> None:
    listed = kolla.inventory_list(cell.release, cell.kolla)
    classes = kolla.host_classes(cell.release, cell.kolla, cell.cloud.facts)
    in_classes = {host for hosts in classes for host in hosts}
    assert in_classes == set(listed["_meta"]["hostvars"]) - {"localhost"}


def test_every_service_renders(rendered: kolla.Rendered) -> None:
    assert rendered.is_whole, rendered.explain()


def test_the_stated_facts_stand_in_the_rendered_files(
    cell: Compiled, rendered: kolla.Rendered
) -> None:
    missing = [
        (host, path, line)
        for host, path, line in cell.cloud.rendered
        if line not in rendered.text(host, path)
    ]
    assert missing == []


def test_kollas_own_prechecks_find_nothing(cell: Compiled, tmp_path: Path) -> None:
    hosts = cell.one_of_each_class()
    result = kolla.precheck(
        cell.release, cell.kolla_for(tmp_path), cell.cloud.facts, cell.supplied, tmp_path / "run",
        hosts=hosts,
    )  # fmt: skip
    assert result.is_whole, result.explain()


def test_the_services_accept_the_values_of_their_options(
    cell: Compiled, rendered: kolla.Rendered
) -> None:
    if cell.release not in READ_BY_SERVICES:
        pytest.skip(f"values are judged by the services of {' and '.join(READ_BY_SERVICES)}")
    or_skip(lambda: oslo.service_python(cell.release))
    services = [
        files
        for host in rendered.hosts()
        for files in oslo.rendered_services(rendered.folder / host)
    ]
    found = oslo.check(cell.release, services)
    assert oslo.unexplained(cell.release, found, cell.kolla) == ()


def test_ceph_accepts_its_specifications(cell: Compiled) -> None:
    assert [ceph.check(cell.cephadm / name) for name in ("hosts.yaml", "services.yaml")] == [(), ()]


def test_the_yaml_is_well_laid_out_and_means_the_same_to_two_loaders(cell: Compiled) -> None:
    assert yaml_lint.check(yaml_lint.yaml_files(cell.output)) == ()


def test_a_posix_shell_reads_the_scripts(cell: Compiled) -> None:
    for script in sorted(cell.output.rglob("*.sh")):
        subprocess.run(["sh", "-n", str(script)], check=True)


def test_a_posix_shell_reads_every_command_of_the_run_book(cell: Compiled) -> None:
    for block in _shell_blocks(cell.runbook):
        finished = subprocess.run(
            ["sh", "-n"], input=block, text=True, capture_output=True, check=False
        )
        assert finished.returncode == 0, finished.stderr + block


def _shell_blocks(text: str) -> Iterator[str]:
    for part in text.split("```sh\n")[1:]:
        yield part.split("```", 1)[0]


def _hosts(listed: dict, group: str) -> set[str]:
    entry = listed.get(group, {})
    below = [_hosts(listed, child) for child in entry.get("children", ())]
    return set(entry.get("hosts", ())).union(*below)
