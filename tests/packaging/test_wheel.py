"""The wheel: everything that the command needs away from the checkout, and nothing else."""

import subprocess
import sys
import zipfile
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
PACKAGES = ("blueprint", "grammars", "reference_blueprints", "targets")

pytestmark = pytest.mark.slow


@pytest.fixture(scope="module")
def wheel(tmp_path_factory):
    folder = tmp_path_factory.mktemp("wheel")
    command = [sys.executable, "-m", "hatchling", "build", "-t", "wheel", "-d", str(folder)]
    subprocess.run(command, cwd=ROOT, check=True, capture_output=True)
    return next(folder.glob("*.whl"))


@pytest.fixture(scope="module")
def installed(wheel, tmp_path_factory):
    folder = tmp_path_factory.mktemp("installed")
    with zipfile.ZipFile(wheel) as archive:
        archive.extractall(folder)
    return folder


def oib(installed, folder, *arguments):
    """Runs the installed command; `-S` keeps the checkout's own installation out of sight."""
    paths = [str(installed), *(p for p in sys.path if p.endswith("site-packages"))]
    code = f"import sys; sys.path[:] = {paths!r} + sys.path; from blueprint.cli import main; sys.exit(main())"
    command = [sys.executable, "-S", "-c", code, *arguments]
    return subprocess.run(command, cwd=folder, capture_output=True, encoding="utf-8", check=False)


def test_every_file_of_the_packages_is_in_it(wheel):
    listed = subprocess.run(
        ["git", "ls-files", *PACKAGES], cwd=ROOT, capture_output=True, encoding="utf-8", check=False
    )
    if listed.returncode:
        pytest.skip("not a git checkout")
    held = set(zipfile.ZipFile(wheel).namelist())
    there = [name for name in listed.stdout.splitlines() if (ROOT / name).exists()]
    assert [name for name in there if name not in held] == []


def test_nothing_else_is_in_it(wheel):
    names = zipfile.ZipFile(wheel).namelist()
    roots = {name.partition("/")[0] for name in names}
    assert {root for root in roots if not root.endswith(".dist-info")} == set(PACKAGES)


@pytest.mark.parametrize("origin", ["starter", "three_node_cloud", "huawei_dual_engine"])
def test_a_blueprint_can_be_started_and_compiled_away_from_the_checkout(
    installed, tmp_path, origin
):
    assert oib(installed, tmp_path, "init", "cloud", "--from", origin).returncode == 0
    done = oib(installed, tmp_path, "compile", "cloud", "-o", "out")
    assert done.returncode == 0, done.stderr
    assert (tmp_path / "out" / "DEPLOY.md").is_file()


def test_the_command_runs_what_was_installed(installed, tmp_path):
    code = f"import sys; sys.path.insert(0, {str(installed)!r}); import blueprint; print(blueprint.__file__)"
    found = subprocess.run(
        [sys.executable, "-S", "-c", code],
        cwd=tmp_path,
        capture_output=True,
        encoding="utf-8",
        check=True,
    )
    assert found.stdout.startswith(str(installed))
