"""Rules for passwords, TLS inside of a region, and signed images: what each tells Kolla-Ansible."""

from __future__ import annotations

from typing import Any

import pytest

from blueprint.model import Model, Pki
from blueprint.model.openstack_services import Keystone, Nova
from blueprint.model.security import Passwords
from blueprint.values import Duration, FileRef
from targets._openstack.options import option_catalog
from targets._openstack.security_compliance import OPTIONS, SECTION, pattern
from targets.kolla_ansible import TARGET
from tests.unit.targets.models import api, spans_of, three_node_cloud
from tests.unit.targets.reading import artifacts, options, read

RELEASES = ("2024.2", "2025.1", "2025.2", "2026.1")


def with_rule(**rule: Any) -> Model:
    return three_node_cloud(keystone=Keystone(passwords=Passwords(**rule)))


def slugs(model: Model) -> list[str]:
    (layer,) = TARGET.layers(model)
    return [found.rule.slug for found in TARGET.check(layer, model, spans_of(model))]


def commands(model: Model) -> str:
    (layer,) = TARGET.layers(model)
    steps = TARGET.emit(layer, model).steps
    return "\n".join(each for step in steps for each in (*step.commands, *step.checks))


def variables(**changes: Any) -> dict[str, Any]:
    model = three_node_cloud(api=api(**changes))
    values: dict[str, Any] = read(artifacts(TARGET, model)["globals.yml"])
    return values


def provided(model: Model) -> str:
    (layer,) = TARGET.layers(model)
    return "\n".join(need for step in TARGET.emit(layer, model).steps for need in step.needs)


def test_a_rule_becomes_the_options_of_keystone():
    rule = {
        "length": 12, "classes": ("digit", "lower"), "lockout_attempts": 5, "history": 3,
        "expires": Duration.of(90, "days"),
    }  # fmt: skip
    section = options(artifacts(TARGET, with_rule(**rule))["config/keystone.conf"])[SECTION]
    assert section["password_regex"] == "^(?=.*[a-z])(?=.*[0-9]).{12,}$"
    assert section["lockout_failure_attempts"] == "5"
    assert section["lockout_duration"] == "1800"
    assert section["password_expires_days"] == "90"
    assert section["unique_last_password_count"] == "3"


@pytest.mark.parametrize("release", RELEASES)
def test_every_release_knows_the_options(release):
    section = option_catalog(release).options("keystone.conf").section(SECTION)
    assert section is not None
    assert set(OPTIONS) <= set(section)


def test_without_a_rule_keystone_is_told_nothing():
    assert "config/keystone.conf" not in artifacts(TARGET, three_node_cloud())


def test_passwords_of_services_are_held_against_the_rule_before_they_are_used():
    assert "passwords.yml | sed" in commands(with_rule())
    assert "grep -Evq '^.{14,}$'" in commands(with_rule())


def test_services_keep_their_access_where_passwords_expire_or_lock():
    exempt = "--ignore-password-expiry --ignore-lockout-failure-attempts"
    told = commands(with_rule(expires=Duration.of(90, "days"), lockout_attempts=5))
    assert exempt in told
    assert "user set" not in commands(with_rule())


def test_generated_passwords_just_fit_forty_characters():
    assert slugs(with_rule(length=40)) == []
    assert slugs(with_rule(length=41)) == ["passwords-not-so-generated"]


def test_generated_passwords_have_no_special_characters():
    assert slugs(with_rule(classes=("special",))) == ["passwords-not-so-generated"]


def test_a_password_without_a_class_matches_no_rule():
    rule = Passwords(length=2, classes=("upper", "special"))
    assert pattern(rule) == "^(?=.*[A-Z])(?=.*[^A-Za-z0-9]).{2,}$"


def test_the_queue_and_the_database_have_switches_of_their_own():
    told = variables(queue_tls=True, database_tls=True)
    assert told["rabbitmq_enable_tls"] is True
    assert told["database_enable_tls_backend"] is True
    assert "rabbitmq_enable_tls" not in variables()
    assert "database_enable_tls_backend" not in variables(backend_tls=True)


def test_migration_is_encrypted_by_certificates_of_libvirt():
    model = three_node_cloud(nova=Nova(migration_tls=True))
    values = read(artifacts(TARGET, model)["globals.yml"])
    assert values["libvirt_tls"] is True
    assert slugs(model) == []


def test_provided_certificates_of_libvirt_are_asked_for():
    pki = {"pki.ca": Pki(issuer="provided", ca_certificate=FileRef("ca.pem"))}
    told = provided(three_node_cloud(pki, nova=Nova(migration_tls=True)))
    assert "config/nova/nova-libvirt/serverkey.pem" in told
    told = provided(three_node_cloud(pki, api=api(queue_tls=True)))
    assert "certificates/backend-cert.pem" in told


@pytest.mark.parametrize("field", ["queue_tls", "database_tls"])
def test_a_channel_needs_an_authority(field):
    inside = api().internal.model_copy(update={"tls": None})
    model = three_node_cloud(api=api(internal=inside, **{field: True}))
    assert "backend-tls-without-authority" in slugs(model)


def test_nova_proves_signatures_of_images():
    model = three_node_cloud(nova=Nova(verify_images=True))
    found = options(artifacts(TARGET, model)["config/nova.conf"])
    assert found["glance"]["verify_glance_signatures"].lower() == "true"
