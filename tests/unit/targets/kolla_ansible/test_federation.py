"""Identity providers outside the cloud: variables, files, the run-book, and what is refused."""

from __future__ import annotations

import json
from typing import Any

import pytest

from blueprint.model import Model
from blueprint.model.openstack_services import Federation, Keystone
from blueprint.values import SecretRef
from targets._openstack.mapping_rules import faults, groups_of
from targets.kolla_ansible import TARGET
from targets.kolla_ansible.subjects.federation import file_name
from tests.unit.targets.models import api, spans_of, three_node_cloud
from tests.unit.targets.reading import artifacts, read

RULES = json.dumps(
    [
        {
            "local": [
                {"user": {"name": "{0}"}},
                {"group": {"name": "operators", "domain": {"name": "staff"}}},
            ],
            "remote": [{"type": "OIDC-sub"}],
        }
    ]
)


def provider(**changes: Any) -> Federation:
    fields: dict[str, Any] = {
        "issuer": "https://iam.example/realms/cloud",
        "client": "keystone",
        "secret": SecretRef('secrets.vault["oidc"]'),
        "mapping": RULES,
    }
    return Federation(**{**fields, **changes})


def cloud(name: str = "corp", **changes: Any) -> Model:
    return three_node_cloud(keystone=Keystone(federation={name: provider(**changes)}))


def slugs(model: Model) -> list[str]:
    (layer,) = TARGET.layers(model)
    return [found.rule.slug for found in TARGET.check(layer, model, spans_of(model))]


def step(model: Model, title: str) -> str:
    (layer,) = TARGET.layers(model)
    (found,) = [s for s in TARGET.emit(layer, model).steps if s.title == title]
    return "\n".join((*found.needs, *found.commands, *found.checks))


def test_keystone_is_told_of_the_provider():
    found = read(artifacts(TARGET, cloud(title="Corporate login", domain="staff"))["globals.yml"])
    assert found["keystone_identity_providers"] == [
        {
            "name": "corp",
            "openstack_domain": "staff",
            "protocol": "openid",
            "identifier": "https://iam.example/realms/cloud",
            "public_name": "Corporate login",
            "attribute_mapping": "corp",
            "metadata_folder": "/etc/kolla/federation/corp",
        }
    ]
    assert found["keystone_identity_mappings"] == [
        {"name": "corp", "file": "/etc/kolla/config/federation/corp.json"}
    ]


def test_the_rules_are_handed_over_as_they_are():
    made = artifacts(TARGET, cloud())["config/federation/corp.json"]
    assert json.loads(made.text) == json.loads(RULES)


def test_the_secret_stands_in_no_artifact_and_no_command():
    model = cloud()
    texts = [made.text for made in artifacts(TARGET, model).values()]
    assert not any("oidc" in text for text in texts)
    assert '"client_secret": os.environ["CLIENT_SECRET"]' in step(
        model, "Hand over the identity provider `corp`"
    )


@pytest.mark.parametrize(
    ("issuer", "expected"),
    [
        ("https://accounts.example", "accounts.example"),
        ("https://iam.example/realms/cloud/", "iam.example%2Frealms%2Fcloud"),
        ("https://iam.example:8443/auth~1", "iam.example%3A8443%2Fauth~1"),
    ],
)
def test_files_are_named_after_the_issuer(issuer, expected):
    assert file_name(issuer) == expected


def test_users_are_sent_back_to_the_public_endpoint():
    text = step(cloud(), "Hand over the identity provider `corp`")
    assert "https://api.cloud.example:5000/redirect_uri" in text


def test_what_is_asked_of_a_provider_may_differ():
    made = artifacts(TARGET, cloud(scope=("openid", "groups")))
    assert json.loads(made["config/federation/corp.options.json"].text) == {
        "scope": "openid groups"
    }
    assert "config/federation/corp.options.json" not in artifacts(TARGET, cloud())


def test_groups_of_the_rules_are_made():
    text = step(cloud(), "Make the groups of users from outside")
    assert "openstack group create --domain staff operators" in text


@pytest.mark.parametrize(
    ("changes", "expected"),
    [
        ({}, []),
        ({"protocol": "saml2"}, ["protocol-not-offered"]),
        ({"mapping": "[]"}, ["unusable-mapping"]),
        ({"issuer": "http://iam.example"}, ["unusable-text"]),
        ({"issuer": "https://iam.example?a=b"}, ["unusable-text"]),
        ({"client": "a b"}, ["unusable-text"]),
        ({"title": 'a"b'}, ["unusable-text"]),
        ({"title": "{{ x }}"}, ["unusable-text"]),
        ({"domain": "a\nb"}, ["unusable-text"]),
        ({"scope": ("email",)}, ["unusable-text"]),
        ({"scope": ("openid", "a b")}, ["unusable-text"]),
        ({"name": "a b"}, ["unusable-text", "unusable-text"][:1]),
    ],
)
def test_what_would_be_read_as_something_else_is_refused(changes, expected):
    assert slugs(cloud(**changes)) == expected


def test_users_log_in_over_tls_only():
    plain = api().public.model_copy(update={"tls": None})
    model = three_node_cloud(
        keystone=Keystone(federation={"corp": provider()}), api=api(public=plain)
    )
    assert slugs(model) == ["federation-without-tls"]


def test_domains_of_projects_are_for_the_second_version_of_the_schema():
    rules = json.dumps(
        [
            {
                "local": [{"projects": [{"name": "x", "roles": [], "domain": {"name": "y"}}]}],
                "remote": [{"type": "OIDC-sub"}],
            }
        ]
    )
    assert len(faults(rules)) == 1
    assert faults(rules, "2.0") == []


@pytest.mark.parametrize(
    ("text", "fragment"),
    [
        ("{", "it is no JSON"),
        ('[{"local": [], "local": []}]', "`local` stands there twice"),
        ("{}", "no list of rules"),
        ("[7]", "`[0]` is no map"),
        ('[{"local": [{"usr": {}}], "remote": [{"type": "a"}]}]', "has no `usr`"),
        ('[{"local": [{"user": {"name": "{1}"}}], "remote": [{"type": "a"}]}]', "refers to `{1}`"),
        ("[" * 5000, "it nests too deeply"),
    ],
)
def test_faults_of_rules_say_where_they_are(text, fragment):
    assert fragment in faults(text)[0][0]


def test_groups_that_the_provider_names_are_not_made():
    rules = '[{"local": [{"group": {"name": "{0}", "domain": {"name": "x"}}}], "remote": [{"type": "a"}]}]'
    assert groups_of(rules) == ()
