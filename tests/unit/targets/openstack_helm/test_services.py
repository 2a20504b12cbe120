"""Every service of the model is run by a chart here, or refused with what to do instead."""

from __future__ import annotations

import pytest

from blueprint.driver import check_blueprint
from blueprint.loader import MemoryLoader
from blueprint.model.openstack import SERVICES as ALL_SERVICES
from blueprint.resolve.world import Options
from blueprint.values import Ref
from targets.openstack_helm.checks import check
from targets.openstack_helm.cloud import SERVICES
from tests.unit.targets.openstack_helm.regions import SERVICES as USUAL
from tests.unit.targets.openstack_helm.regions import region, reported


@pytest.mark.parametrize("service", sorted({*ALL_SERVICES} - {*SERVICES}))
def test_a_service_without_a_usable_chart_is_refused_with_an_alternative(service):
    text = region(services=f"{USUAL}, {service}")
    found = check_blueprint(MemoryLoader({"main.oib": text}), Options(targets=("openstack_helm",)))
    said = check(Ref("openstack.core"), found.model, found.spans)
    (refusal,) = [each for each in said if each.rule.code == "OIB6701"]
    assert f"`{service}`" in refusal.message
    assert any(word in refusal.hint for word in ("remove it", "Kolla-Ansible"))


def test_services_with_charts_are_services_of_the_model():
    assert {*SERVICES} <= {*ALL_SERVICES}


@pytest.mark.parametrize(
    ("namespace", "codes"),
    [
        ("rook-ceph", ["OIB6717"]),
        ("kube-system", ["OIB6717"]),
        ("envoy-gateway-system", ["OIB6717"]),
        ("default", ["OIB6717"]),
        ("cloud", []),
    ],
)
def test_a_region_has_a_namespace_of_its_own(namespace, codes):
    assert reported(region(f'deployer openstack_helm {{ namespace = "{namespace}" }}')) == codes
