"""The list of secrets: every name that a release asks for has a source."""

from typing import get_args

import pytest

from blueprint.model import Registry, Secrets
from blueprint.model.openstack import Release
from blueprint.model.site import VaultStore
from blueprint.values import Ref, SecretRef
from targets.kolla_ansible.catalog import catalog
from targets.kolla_ansible.cloud import Cloud
from targets.kolla_ansible.secret_list import plan_secrets
from tests.unit.checks.models import changed, cloud

REGION = "openstack.core"


def listed(release, **fields):
    store = VaultStore(address="https://vault.example", mount="secret", path="cloud")
    pull = SecretRef.of("secrets.vault", "registry")
    model = cloud(
        secrets__vault=Secrets(store=store),
        registry__own=Registry(url="registry.example", username="pull", password=pull),
    )
    model = changed(model, REGION, release=release, **fields)
    return set(plan_secrets(Cloud(Ref(REGION), model))["passwords"].value)


@pytest.mark.parametrize("release", get_args(Release))
def test_every_secret_of_the_release_is_listed(release):
    assert listed(release, registry=Ref("registry.own")) == set(catalog(release).passwords)


@pytest.mark.parametrize("release", get_args(Release))
def test_without_a_registry_of_ones_own_its_password_stays_empty(release):
    lacking = set(catalog(release).passwords) - listed(release)
    assert lacking == {"docker_registry_password"}
