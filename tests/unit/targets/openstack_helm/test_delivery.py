"""Charts come in an order in which each finds what it needs, with passwords from outside."""

import yaml

from tests.unit.targets.openstack_helm.regions import compiled, region

FLUX = region(cluster='delivery flux { repository = "https://git.example/deploy.git" }')


def _order():
    lines = compiled(region()).text("deploy.sh").splitlines()
    return [line.split()[3] for line in lines if line.startswith("helm upgrade")]


def test_databases_and_keystone_come_before_services():
    order = _order()
    assert order.index("mariadb") < order.index("keystone") < order.index("glance")
    assert order.index("ceph-adapter-rook") < order.index("glance")


def test_the_network_comes_before_computes():
    order = _order()
    assert (
        order.index("openvswitch")
        < order.index("ovn")
        < order.index("libvirt")
        < order.index("nova")
    )


def test_helm_does_not_wait_for_pods_that_wait_for_its_hooks():
    script = compiled(region()).text("deploy.sh")
    assert "--wait" not in script
    assert "release_group in (openvswitch, ovn, libvirt, neutron, nova)" in script


def test_passwords_are_a_second_file_of_values():
    script = compiled(region()).text("deploy.sh")
    assert '--values "$OIB_SECRET_VALUES"/keystone.json' in script


def test_flux_reads_passwords_from_a_secret():
    releases = {
        each["metadata"]["name"]: each["spec"]
        for path, artifact in compiled(FLUX).files.items()
        if "/flux/wave" in path
        for each in yaml.safe_load_all(artifact.text)
        if each["kind"] == "HelmRelease"
    }
    spec = next(spec for name, spec in releases.items() if name.endswith("-keystone"))
    assert spec["valuesFrom"][0]["kind"] == "Secret"
    assert spec["install"]["disableWait"] is True


def test_the_run_book_makes_these_secrets():
    steps = compiled(FLUX).deployment.steps
    commands = [command for step in steps for command in step.commands]
    assert any(
        "create secret generic openstack-core-openstack-helm-keystone-secret-values" in c
        for c in commands
    )


def test_each_fact_is_listed_with_the_places_that_it_went_to():
    report = compiled(region()).text("consistency.md")
    section = report.split("## `openstack.core.region`")[1].split("## ")[0]
    assert "| nova | `endpoints.identity.auth.nova.region_name` | `here-1` |" in section
    assert "| glance | `endpoints.identity.auth.glance.region_name` | `here-1` |" in section
