"""Nova's computes as the real Kolla-Ansible configures them: CPU sets, pages, devices, shares, cells.

The blueprint is a fixture of its own, so that each kind of compute is there once. What must stand in
the rendered files is written from its text, by a person.
"""

from __future__ import annotations

import json
import subprocess
from pathlib import Path
from typing import Any

import pytest

from blueprint.cli import main

from . import kolla, oslo
from .three_nodes import supply
from .tools import or_skip

HERE = Path(__file__).parent
FACTS = HERE / "facts" / "compute_cloud.yml"
HOSTS = ("ctl", "cell-1", "cell-2", "gen-1", "pin-1", "alone")
pytestmark = [pytest.mark.oracle, pytest.mark.xdist_group("compute")]
RELEASES = [
    pytest.param("2025.1", id="2025.1"),
    pytest.param("2024.2", id="2024.2", marks=pytest.mark.nightly),
    pytest.param("2025.2", id="2025.2", marks=pytest.mark.nightly),
    pytest.param("2026.1", id="2026.1", marks=pytest.mark.matrix),
]

# Two sockets of 28 cores, two threads each: CPUs 0-27,56-83 and 28-55,84-111. The pinned hosts keep two
# cores of each socket for the system and four for guests that share, and pin guests to the rest.
STATED = (
    ("pin-1", "nova-compute", "compute", "cpu_dedicated_set = 6-27,34-55,62-83,90-111"),
    ("pin-1", "nova-compute", "compute", "cpu_shared_set = 2-5,30-33,58-61,86-89"),
    ("pin-1", "nova-compute", "DEFAULT", "cpu_allocation_ratio = 1.0"),
    ("pin-1", "nova-compute", "DEFAULT", "reserved_host_memory_mb = 32768"),
    ("pin-1", "nova-compute", "pci", 'device_spec = {"vendor_id": "10de", "product_id": "20b5"}'),
    ("pin-1", "nova-compute", "pci", 'device_spec = {"address": "0000:70:00.0"}'),
    ("pin-1", "nova-compute", "pci", 'device_spec = {"address": "0000:ed:00.0"}'),
    (
        "pin-1",
        "nova-compute",
        "pci",
        'device_spec = {"address": "0000:31:00.1", "physical_network": "provider", "trusted": "true"}',
    ),
    (
        "pin-1",
        "nova-compute",
        "pci",
        (
            'alias = {"vendor_id": "10de", "product_id": "20b5", "device_type": "type-PF", "name": "a100", '
            '"numa_policy": "preferred"}'
        ),
    ),
    (
        "ctl",
        "nova-api",
        "pci",
        (
            'alias = {"vendor_id": "8086", "product_id": "4940", "device_type": "type-PCI", "name": "qat", '
            '"numa_policy": "preferred"}'
        ),
    ),
    ("gen-1", "nova-compute", "DEFAULT", "reserved_host_cpus = 8"),
    ("gen-1", "nova-compute", "DEFAULT", "cpu_allocation_ratio = 3.0"),
    ("gen-1", "nova-compute", "DEFAULT", "disk_allocation_ratio = 1.5"),
    ("gen-1", "nova-compute", "libvirt", "cpu_mode = custom"),
    (
        "gen-1",
        "nova-compute",
        "libvirt",
        "cpu_models = Cascadelake-Server-noTSX,Icelake-Server-noTSX",
    ),
    ("alone", "nova-compute", "devices", "enabled_mdev_types = nvidia-230"),
)
#: Host, service, and the database, the virtual host of the queue, or the port that its file must name.
CELLS = (
    ("cell-1", "nova-conductor", ":3306/nova_north"),
    ("cell-1", "nova-conductor", "/nova_north"),
    ("cell-1", "nova-novncproxy", "novncproxy_port = 6090"),
    ("cell-2", "nova-conductor", ":3306/nova_south"),
    ("cell-2", "nova-novncproxy", "novncproxy_port = 6091"),
    ("gen-1", "nova-compute", ":6090/vnc_lite.html"),
    ("pin-1", "nova-compute", "/nova_south"),
    ("alone", "nova-compute", ":6080/vnc_lite.html"),
    ("ctl", "nova-conductor", ":3306/nova\n"),
)


@pytest.fixture(scope="module", params=RELEASES)
def release(request: pytest.FixtureRequest) -> str:
    """A release whose Kolla-Ansible can be had."""
    or_skip(lambda: kolla.tool(request.param))
    return str(request.param)


@pytest.fixture(scope="module")
def rendered(release: str, tmp_path_factory: pytest.TempPathFactory) -> kolla.Rendered:
    """Nova's configuration on one host of each kind."""
    folder = tmp_path_factory.mktemp(f"compute-{release}")
    source = HERE / "fixtures" / "compute_cloud"
    output, supplied = folder / "output", folder / "supplied"
    code = main(
        ["compile", str(source), "-o", str(output), "--set", f"release={release}", "--quiet"]
    )
    assert code == 0
    supply(release, supplied, (), ())
    emitted = output / "openstack.core" / "kolla_ansible"
    assert kolla.unknown_variables(release, emitted) == ()
    return kolla.render(
        release, emitted, FACTS, supplied, folder / "run", tags=["nova", "nova-cell"], hosts=HOSTS
    )


def test_every_service_of_nova_renders(rendered: kolla.Rendered) -> None:
    assert rendered.is_whole, rendered.explain()


def test_what_computes_offer_stands_in_their_files(rendered: kolla.Rendered) -> None:
    missing = [
        stated
        for host, service, section, line in STATED
        if line not in _section(rendered, host, service, section)
        for stated in [(host, service, section, line)]
    ]
    assert missing == []


def test_cells_have_conductors_databases_queues_and_ports_of_their_own(
    rendered: kolla.Rendered,
) -> None:
    missing = [
        (host, service, text)
        for host, service, text in CELLS
        if text not in rendered.text(host, f"{service}/nova.conf")
    ]
    assert missing == []


def test_conductors_run_where_their_cell_says(rendered: kolla.Rendered) -> None:
    running = {
        host: {path.split("/")[0] for path in rendered.files(host) if path.startswith("nova-")}
        for host in HOSTS
    }
    assert "nova-super-conductor" in running["ctl"]
    assert {"nova-conductor", "nova-novncproxy"} <= running["cell-1"]
    assert "nova-api" not in running["cell-1"]
    assert "nova-conductor" not in running["gen-1"]


def test_load_balancers_tell_the_consoles_of_cells_apart(rendered: kolla.Rendered) -> None:
    files = [f for f in rendered.files("ctl") if "novncproxy" in f and "services.d" in f]
    texts = {name: rendered.text("ctl", name) for name in files}
    assert any("north" in name and ":6090" in text for name, text in texts.items()), list(texts)
    assert any("south" in name and ":6091" in text for name, text in texts.items()), list(texts)


def test_computes_without_pinning_have_no_sets_of_processors(rendered: kolla.Rendered) -> None:
    text = rendered.text("gen-1", "nova-compute/nova.conf")
    assert "cpu_dedicated_set" not in text
    assert "device_spec" not in text
    assert "passthrough_whitelist" not in text


def test_nova_accepts_the_values_of_its_options(release: str, rendered: kolla.Rendered) -> None:
    if release not in {"2025.1", "2026.1"}:
        pytest.skip("values are judged by the services of 2025.1 and 2026.1")
    or_skip(lambda: oslo.service_python(release))
    services = [
        files
        for host in rendered.hosts()
        for files in oslo.rendered_services(rendered.folder / host)
        if files[-1].name == "nova.conf"
    ]
    assert services
    assert oslo.unexplained(release, oslo.check(release, services)) == ()


def test_nova_itself_reads_what_was_stated(release: str, rendered: kolla.Rendered) -> None:
    if release not in {"2025.1", "2026.1"}:
        pytest.skip("files are read by Nova of 2025.1 and 2026.1")
    python = or_skip(lambda: oslo.service_python(release))
    pinned = _read_by_nova(python, rendered, "pin-1")
    first = {*range(6, 28), *range(34, 56)}
    assert set(pinned["dedicated"]) == first | {number + 56 for number in first}
    assert len(pinned["shared"]) == 16
    assert pinned["aliases"] == {"a100": "preferred", "qat": "preferred"}
    assert pinned["devices"] == 4
    assert _read_by_nova(python, rendered, "alone")["shares"] == ["nvidia-230"]


def _read_by_nova(python: Path, rendered: kolla.Rendered, host: str) -> dict[str, Any]:
    reader = HERE / "readers" / "nova_computes.py"
    file = rendered.folder / host / "nova-compute" / "nova.conf"
    finished = subprocess.run(
        [str(python), str(reader), str(file)], capture_output=True, text=True, check=False
    )
    assert finished.returncode == 0, finished.stderr
    found: dict[str, Any] = json.loads(finished.stdout)
    return found


def _section(rendered: kolla.Rendered, host: str, service: str, name: str) -> list[str]:
    """The lines of one section of a service's nova.conf."""
    lines, inside = [], False
    for line in rendered.text(host, f"{service}/nova.conf").splitlines():
        if line.startswith("["):
            inside = line == f"[{name}]"
        elif inside:
            lines.append(line)
    return lines
