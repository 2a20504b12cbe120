"""The judge of overrides is StarlingX's own playbook: it takes what is right, and refuses what it says it refuses."""

from __future__ import annotations

import os

import pytest

from targets.starlingx.catalog import releases
from tests.oracle.starlingx import PLAYBOOKS_VARIABLE, tool
from tests.oracle.starlingx_bootstrap import ASKS_SYSINV, judge, kept
from tests.oracle.tools import or_skip

pytestmark = [pytest.mark.oracle, pytest.mark.xdist_group("starlingx")]
RELEASE = "12.0"
OVERRIDES = {
    "system_mode": "simplex",
    "timezone": "UTC",
    "dns_servers": ["10.53.0.53"],
    "external_oam_subnet": "10.20.0.0/24",
    "external_oam_gateway_address": "10.20.0.1",
    "external_oam_floating_address": "10.20.0.10",
    "management_subnet": "10.21.0.0/24",
    "docker_registries": {"defaults": {"url": "registry.example.org:9001"}},
}
DUAL = {
    "external_oam_subnet": "10.20.0.0/24,fd20::/64",
    "external_oam_gateway_address": "10.20.0.1,fd20::1",
    "external_oam_floating_address": "10.20.0.10,fd20::10",
    "cluster_host_subnet": "10.22.0.0/24,fd22::/64",
    "cluster_pod_subnet": "172.16.0.0/16,fd16::/64",
    "cluster_service_subnet": "10.96.0.0/12,fd96::/112",
}


@pytest.fixture(autouse=True)
def _judge_is_at_hand():
    if not os.environ.get(PLAYBOOKS_VARIABLE):
        pytest.skip(f"`{PLAYBOOKS_VARIABLE}` names no repository of StarlingX's playbooks")
    or_skip(tool)


@pytest.mark.parametrize("release", [
    pytest.param(each, marks=() if each == RELEASE else pytest.mark.matrix)
    for each in releases() if each not in ASKS_SYSINV
])  # fmt: skip
def test_overrides_that_fit_are_taken(release, tmp_path):
    judged = judge(release, OVERRIDES, tmp_path)
    assert (judged.task, judged.message) == (None, "")


@pytest.mark.matrix
def test_two_families_are_taken(tmp_path):
    judged = judge(RELEASE, {**OVERRIDES, **DUAL}, tmp_path)
    assert (judged.task, judged.message) == (None, "")


@pytest.mark.matrix
@pytest.mark.parametrize(
    ("changed", "said"),
    [
        ({"cluster_pod_subnet": "172.16.0.0/17"}, "cluster_pod subnet must contain at least 65536"),
        ({"cluster_service_subnet": "10.96.0.0/11"}, "must not contain more than 1048576"),
        ({"distributed_cloud_role": "systemcontroller"}, "cannot be configured as Distributed Cloud"),
        ({"external_oam_floating_address": "fd20::10"}, "IP family does not match"),
        ({"management_start_address": "10.21.1.1"}, "start address must be less than"),
        ({"dns_servers": []}, "exceeds maximum allowable number of 3"),
        ({"apiserver_oidc": {"client_id": "stx"}}, "If OpenID Connect parameters are specified"),
    ],
    ids=lambda value: next(iter(value)) if isinstance(value, dict) else "",
)  # fmt: skip
def test_overrides_that_do_not_fit_are_refused(changed, said, tmp_path):
    judged = judge(RELEASE, {**OVERRIDES, **changed}, tmp_path)
    assert said in judged.message


def test_an_unknown_registry_is_refused(tmp_path):
    judged = judge(
        RELEASE, {**OVERRIDES, "docker_registries": {"quay.com": {"url": "x"}}}, tmp_path
    )
    assert "Unknown registry key: 'quay.com'" in judged.message


@pytest.mark.parametrize("release", releases())
def test_no_refusal_is_lost_in_silence(release, tmp_path):
    stand = {
        name.removesuffix(" (Bullseye)").removesuffix(" (Trixie)")
        for name in kept(release, tmp_path)
    }
    assert {
        "Fail if any of the mandatory configurations are not defined",
        "Validate system mode if system type is All-in-one",
        "Validate distributed cloud role",
        "Validate system type and system mode if distributed cloud role is system controller",
        "Fail if the number of dns servers provided is not at least 1 and no more than 3",
        "Validate pxeboot subnet is IPv4",
        "Fail if IPv6 prefix length is too short",
        "Fail if management start or end address is not configured for System Controller",
        "Fail if address range did not meet required criteria",
        "Fail if any of the configured registry keys is unknown",
        "Check OpenID Connect parameters",
        "Check extraVolumes configuration.",
        "Fail if application yaml is malformed",
    } <= stand  # fmt: skip
