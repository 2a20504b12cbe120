"""All sites of the radio network: what StarlingX reads of each is judged, and each is what the plans say."""

from __future__ import annotations

import csv
import json
from collections import Counter
from functools import cache
from ipaddress import ip_network
from itertools import pairwise
from pathlib import Path

import pytest
import yaml

from blueprint.driver import Compilation, Options, compile_blueprint
from blueprint.loader import FileLoader, MemoryLoader
from blueprint.model import StarlingX
from targets._kubernetes.crds import judge
from targets.starlingx.catalog import catalog

FOLDER = Path(__file__).parents[2] / "reference_blueprints" / "telco_edge"
CENTRAL = "starlingx.central"
REGIONS, MASTS = 6, 60


@cache
def found(release: str = "12.0") -> Compilation:
    options = Options(targets=("starlingx",), sets=(("release", release),))
    return compile_blueprint(FileLoader(FOLDER), options)


@cache
def texts(ending: str, release: str = "12.0") -> dict[str, str]:
    """The files of a name, by layer."""
    return {
        str(deployment.layer): artifact.text
        for deployment in found(release).deployments
        for artifact in deployment.artifacts
        if artifact.path.endswith(f"/{ending}")
    }


def read(text: str):
    return yaml.load(text, Loader=getattr(yaml, "CSafeLoader", yaml.SafeLoader))


def resources(layer: str, file: str = "deployment-config.yml", release: str = "12.0"):
    """The resources of a layer by kind and name."""
    loader = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
    listed = yaml.load_all(texts(file, release)[layer], Loader=loader)
    return {(each["kind"], each["metadata"]["name"]): each for each in listed}


def rows(plan: str) -> list[dict[str, str]]:
    with (FOLDER / plan).open(encoding="utf-8", newline="") as lines:
        return list(csv.DictReader(lines))


def test_it_has_a_system_controller_regions_and_masts():
    systems = found().model.of(StarlingX).values()
    shapes = Counter((each.is_subcloud, each.config, len(each.workers)) for each in systems)
    assert shapes == {
        (False, "aio_dx", 0): 1,
        (True, "aio_dx", 3): REGIONS,
        (True, "aio_sx", 0): MASTS,
    }


@pytest.mark.parametrize("release", ["11.0", "12.0"])
def test_the_bootstrap_of_every_system_fits_its_release(release):
    known = catalog(release)
    values = {ref: read(t) for ref, t in texts("bootstrap-values.yml", release).items()}
    assert len(values) == REGIONS + MASTS
    faults = {ref: known.judge_subcloud(each) for ref, each in values.items()}
    assert {ref: [str(f) for f in each] for ref, each in faults.items() if each} == {}
    assert known.judge_bootstrap(read(texts("localhost.yml", release)[CENTRAL])) == ()


def test_the_install_values_of_every_site_fit_its_release():
    known = catalog("12.0")
    values = {ref: read(text) for ref, text in texts("install-values.yml").items()}
    assert len(values) == REGIONS + MASTS
    # users of management controllers are secrets, which join the values where subclouds are added
    faults = {ref: known.judge_install({**v, "bmc_username": "root"}) for ref, v in values.items()}
    assert {ref: [str(f) for f in each] for ref, each in faults.items() if each} == {}


@pytest.mark.parametrize("key", ["management_subnet", "external_oam_subnet"])
def test_networks_of_sites_are_apart_and_ipv6(key):
    values = [ip_network(read(text)[key]) for text in texts("bootstrap-values.yml").values()]
    assert {each.version for each in values} == {6}
    assert [(one, two) for one, two in pairwise(sorted(values)) if one.overlaps(two)] == []


def test_all_resources_fit_the_closed_tables():
    kinds = set()
    for layer in texts("deployment-config.yml"):
        for (kind, _), each in resources(layer).items():
            if kind != "Namespace":
                kinds.add(kind)
                assert judge(each) == (), layer
    assert kinds >= {"System", "HostProfile", "Host", "DataNetwork", "PtpInstance", "PtpInterface"}


def test_sites_with_a_receiver_are_grandmasters_and_the_others_boundary_clocks():
    for row in rows("du_sites.csv"):
        site = resources(f'starlingx.du["{row["name"]}"]')
        services = {e["spec"]["service"] for (kind, _), e in site.items() if kind == "PtpInstance"}
        interfaces = {name for kind, name in site if kind == "PtpInterface"}
        has_receiver = row["timing"] == "gnss"
        assert services == {"clock", "ptp4l", "phc2sys"} | ({"ts2phc"} if has_receiver else set())
        # towards the radio units it is always master; towards the midhaul only a boundary clock has a port
        assert site["PtpInterface", "fronthaul-radio"]["spec"]["parameters"] == ["masterOnly=1"]
        assert ("fronthaul-ports" in interfaces) is not has_receiver


def test_a_mast_has_a_real_time_kernel_isolated_cores_and_huge_pages():
    profile = resources('starlingx.du["du-ber-01"]')["HostProfile", "controller-profile"]["spec"]
    assert profile["kernel"] == "lowlatency"
    assert profile["subfunctions"] == ["controller", "worker", "lowlatency"]
    cores = {e["function"]: e["count"] for e in profile["processors"][0]["functions"]}
    assert cores == {"platform": 2, "vswitch": 0, "application-isolated": 24}
    pages = [e for e in profile["memory"][0]["functions"] if e["function"] == "vm"]
    assert pages == [{"function": "vm", "pageSize": "1GB", "pageCount": 128}]


def test_networks_of_pods_name_functions_that_the_hosts_have():
    for layer in texts("workloads.yml"):
        made = {
            f"intel.com/pci_sriov_net_{network}"
            for (kind, _), each in resources(layer).items()
            if kind == "HostProfile"
            for port in each["spec"].get("interfaces", {}).get("ethernet", ())
            if port["class"] == "pci-sriov"
            for network in port["dataNetworks"]
        }
        networks = [
            each
            for (kind, _), each in resources(layer, "workloads.yml").items()
            if kind == "NetworkAttachmentDefinition"
        ]
        assert networks
        for each in networks:
            named = each["metadata"]["annotations"]["k8s.v1.cni.cncf.io/resourceName"]
            assert named in made, layer
            assert json.loads(each["spec"]["config"])["type"] == "sriov"


def test_a_mast_has_its_accelerator_in_use():
    site = resources('starlingx.du["du-ber-01"]', "workloads.yml")
    spec = site["SriovFecClusterConfig", "fec-controller-0"]["spec"]
    card = spec["physicalFunction"]["bbDevConfig"]["acc100"]
    assert spec["acceleratorSelector"]["pciAddress"] == "0000:8a:00.0"
    assert card["numVfBundles"] == spec["physicalFunction"]["vfAmount"] == 4
    assert card["uplink5G"]["numQueueGroups"] + card["downlink5G"]["numQueueGroups"] == 8


def test_a_site_is_the_same_with_few_rows_in_another_order():
    files = {
        path.relative_to(FOLDER).as_posix(): path.read_text(encoding="utf-8")
        for path in FOLDER.rglob("*")
        if path.is_file()
    }
    header, *lines = files["du_sites.csv"].splitlines(keepends=True)
    files["du_sites.csv"] = "".join((header, *reversed(lines[::10])))
    few = compile_blueprint(MemoryLoader(files), Options(targets=("starlingx",)))
    for deployment in few.deployments:
        for artifact in deployment.artifacts:
            name = artifact.path.rpartition("/")[2]
            assert texts(name)[str(deployment.layer)] == artifact.text
    assert 'starlingx.du["du-ber-01"]' in {str(each.layer) for each in few.deployments}
