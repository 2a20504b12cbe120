"""Passwords are names here, and values only where the operator makes them."""

import json
import subprocess
import sys

import pytest

from tests.unit.targets.openstack_helm.regions import compiled, region

MAGNUM = region(
    'octavia { providers = [ovn] }  magnum { kubeconfig = secrets.vault["capi"] }',
    services="keystone, glance, placement, nova, neutron, cinder, heat, barbican, octavia, magnum",
    release="2026.1",
)


@pytest.fixture
def folder(tmp_path):
    made = compiled(region())
    for name in ("assemble-secrets.py", "secrets.json"):
        (tmp_path / name).write_text(made.text(name), encoding="utf-8")
    return tmp_path


def _run(folder, *arguments):
    command = [sys.executable, str(folder / "assemble-secrets.py"), *arguments]
    return subprocess.run(command, cwd=folder, capture_output=True, text=True, check=False)


def test_every_place_of_a_password_is_filled(folder):
    assert _run(folder, "known.json", "values", "--generate").returncode == 0
    table = json.loads((folder / "secrets.json").read_text(encoding="utf-8"))
    for chart, path, _ in table["values"]:
        place = json.loads((folder / "values" / f"{chart}.json").read_text(encoding="utf-8"))
        for part in path:
            place = place[part]
        assert place


def test_one_account_has_one_password_in_all_charts(folder):
    _run(folder, "known.json", "values", "--generate")
    found = set()
    for chart in ("keystone", "nova", "neutron"):
        values = json.loads((folder / "values" / f"{chart}.json").read_text(encoding="utf-8"))
        found.add(values["endpoints"]["identity"]["auth"]["admin"]["password"])
    assert len(found) == 1


def test_a_second_run_keeps_what_the_first_has_made(folder):
    _run(folder, "known.json", "values", "--generate")
    before = (folder / "known.json").read_text(encoding="utf-8")
    _run(folder, "known.json", "values", "--generate")
    assert (folder / "known.json").read_text(encoding="utf-8") == before


def test_files_with_passwords_are_their_owners_alone(folder):
    _run(folder, "known.json", "values", "--generate")
    assert {path.stat().st_mode & 0o777 for path in (folder / "values").iterdir()} == {0o600}


def test_without_leave_to_generate_missing_passwords_are_named(folder):
    finished = _run(folder, "known.json", "values")
    assert finished.returncode == 1
    assert "keystone_admin" in finished.stderr


def test_what_somebody_else_gives_is_never_generated(tmp_path):
    made = compiled(MAGNUM)
    for name in ("assemble-secrets.py", "secrets.json"):
        (tmp_path / name).write_text(made.text(name), encoding="utf-8")
    finished = _run(tmp_path, "known.json", "values", "--generate")
    assert "magnum_cluster_api_key" in finished.stderr


def test_no_chart_is_left_with_a_password_of_its_own_values():
    table = json.loads(compiled(MAGNUM).text("secrets.json"))
    given = {(chart, tuple(path)) for chart, path, _ in table["values"]}
    for chart in ("keystone", "nova", "rabbitmq", "mariadb"):
        assert any(name == chart for name, _ in given)
    assert (
        "neutron",
        ("conf", "ovn_metadata_agent", "DEFAULT", "metadata_proxy_shared_secret"),
    ) in given


def test_nova_and_neutron_share_the_metadata_secret():
    table = json.loads(compiled(MAGNUM).text("secrets.json"))
    users = {chart for chart, _, name in table["values"] if name == "metadata_proxy"}
    assert users == {"nova", "neutron"}
