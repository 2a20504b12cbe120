"""The ports of a region's services, beside those of a Ceph cluster on the same hosts."""

from typing import get_args

import pytest

from blueprint.checks.ceph_hosts import PORTS
from blueprint.model.openstack import SERVICES, Release
from blueprint.values import Ref
from targets.kolla_ansible.cloud import Cloud
from targets.kolla_ansible.ports import ports_of
from tests.unit.checks.models import changed, cloud

REGION = Ref("openstack.core")
OF_CEPH = frozenset(port for each in PORTS.values() for port in each)


def region(**fields):
    return Cloud(REGION, changed(cloud(), str(REGION), **fields))


@pytest.mark.parametrize("release", get_args(Release))
def test_no_port_of_ceph_is_one_of_any_service(release):
    every = region(release=release, services=SERVICES)
    assert OF_CEPH & set(ports_of(every)) == set()


def test_only_services_that_run_have_ports():
    ports = ports_of(region(services=("keystone",)))
    assert (ports.get(5000), ports.get(8774)) == ("keystone_internal_port", None)


def test_a_port_that_is_changed_moves():
    ports = ports_of(region(tool={"kolla_ansible": {"nova_api_port": 18774}}))
    assert (ports.get(8774), ports.get(18774)) == (None, "nova_api_port")
