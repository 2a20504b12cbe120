"""Identity providers outside the region by Keystone's chart: values, secrets, steps, and what is refused."""

from __future__ import annotations

import json

import pytest

from blueprint.driver import check_blueprint
from blueprint.loader import MemoryLoader
from blueprint.resolve.world import Options
from tests.unit.targets.openstack_helm.regions import Compiled, compiled, region

RULES = (
    '[{"local": [{"user": {"name": "{0}"}}, {"group": {"name": "ops", "domain": {"name": "staff"}}}], '
    '"remote": [{"type": "OIDC-preferred_username"}]}]'
)
IMAGE = (
    'deployer openstack_helm { images = { keystone_api = "registry.example/osh/keystone:oidc" } }'
)
TITLE = "Let users of `sso` in"


def provider(name: str = "sso", more: str = "", rules: str = RULES) -> str:
    return f'''federation {name} {{
      issuer = "https://sso.example/realms/cloud"  client = "keystone"  secret = secrets.vault["oidc"]
      mapping = """
      {rules}
      """
      {more}
    }}'''


def text(*providers: str, body: str = IMAGE) -> str:
    return region(f"keystone {{\n{' '.join(providers or (provider(),))}\n}}\n{body}")


def refused(source: str) -> list[tuple[str, str]]:
    found = check_blueprint(
        MemoryLoader({"main.oib": source}), Options(targets=("openstack_helm",))
    )
    return [(each.rule.code, each.message) for each in found.diagnostics]


def commands(made: Compiled, title: str) -> str:
    (step,) = [each for each in made.deployment.steps if each.title == title]
    return "\n".join((*step.needs, *step.commands, *step.checks))


def apache(made: Compiled) -> list[str]:
    lines = made.values("keystone")["conf"]["wsgi_keystone"].splitlines()
    return [line.strip() for line in lines]


def test_keystone_takes_users_of_the_provider():
    options = compiled(text()).values("keystone")["conf"]["keystone"]
    assert "openid" in options["auth"]["methods"].split(",")
    assert options["openid"]["remote_id_attribute"] == "HTTP_OIDC_ISS"
    assert (
        options["federation"]["trusted_dashboard"] == "https://horizon.cloud.example/auth/websso/"
    )


def test_apache_asks_the_provider_before_keystone():
    lines = apache(compiled(text(provider(more='scope = ["openid", "groups"]'))))
    assert 'OIDCScope "openid groups"' in lines
    assert 'OIDCClientID "keystone"' in lines
    assert "OIDCRedirectURI https://keystone.cloud.example/redirect_uri" in lines
    (metadata,) = [line for line in lines if line.startswith("OIDCProviderMetadataURL")]
    assert metadata.endswith(" https://sso.example/realms/cloud/.well-known/openid-configuration")


def test_every_server_of_the_api_reads_sessions_of_the_others():
    assert "OIDCSessionType client-cookie" in apache(compiled(text()))


def test_no_file_holds_the_secret_which_apache_reads_from_a_volume():
    made = compiled(text())
    assert 'OIDCClientSecret "exec:/bin/cat /etc/keystone-oidc/client_secret"' in apache(made)
    values = made.values("keystone")
    assert "stringData" not in values["extraObjects"]["keystone_oidc"]
    mounted = values["pod"]["mounts"]["keystone_api"]["keystone_api"]
    assert mounted["volumes"][0]["secret"]["secretName"] == "keystone-oidc"
    assert mounted["volumeMounts"][0]["mountPath"] == "/etc/keystone-oidc"
    table = json.loads(made.text("secrets.json"))
    assert table["secrets"]["keystone_oidc_client"] == "given"
    assert table["secrets"]["keystone_oidc_passphrase"] == "password"
    place = ["extraObjects", "keystone_oidc", "stringData", "client_secret"]
    assert ["keystone", place, "keystone_oidc_client"] in table["values"]


def test_the_run_book_says_whose_secret_it_is():
    assert '`secrets.vault["oidc"]`, which goes with `keystone` at `sso`' in commands(
        compiled(text()), "Bring the passwords, outside of this folder"
    )


@pytest.mark.parametrize(
    ("system", "bundle"),
    [
        ("ubuntu-24.04", "/etc/ssl/certs/ca-certificates.crt"),
        ("rocky-9", "/etc/pki/ca-trust/extracted/pem/tls-ca-bundle.pem"),
    ],
)
def test_keystone_trusts_the_authorities_of_its_hosts(system, bundle):
    source = text().replace(
        "template hosts machine {", f'template hosts machine {{ os = "{system}"', 1
    )
    assert f'os = "{system}"' in source
    mounted = compiled(source).values("keystone")["pod"]["mounts"]["keystone_api"]["keystone_api"]
    assert mounted["volumes"][1]["hostPath"]["path"] == bundle
    assert mounted["volumeMounts"][1]["mountPath"] == "/etc/ssl/certs/ca-certificates.crt"


def test_the_dashboard_offers_the_provider():
    config = compiled(text(provider(more='title = "Single sign-on"'))).values("horizon")["conf"][
        "horizon"
    ]["local_settings"]["config"]
    assert config["auth"]["sso"]["enabled"] is True
    assert config["auth"]["idp_mapping"] == [
        {"name": "sso", "label": "Single sign-on", "idp": "sso", "protocol": "openid"}
    ]
    assert config["raw"]["WEBSSO_KEYSTONE_URL"] == "https://keystone.cloud.example/v3"


def test_keystone_is_told_of_the_provider_once_it_answers():
    made = compiled(text(provider(more='domain = "staff"')))
    titles = [each.title for each in made.deployment.steps]
    assert titles.index(TITLE) > titles.index("Make the administrator's clouds.yaml")
    said = commands(made, TITLE)
    assert "openstack domain create --or-show staff" in said
    assert "openstack group create --or-show --domain staff ops" in said
    assert "--rules federation/sso.json sso" in said
    assert "--remote-id https://sso.example/realms/cloud" in said
    assert "grep -F client_id=keystone" in said
    assert json.loads(made.text("federation/sso.json")) == json.loads(RULES)


def test_the_image_is_built_with_the_module_for_the_release():
    said = commands(compiled(text()), "Build Keystone's image with OpenID Connect")
    assert "--build-arg KEYSTONE_REF=stable/2025.1" in said
    assert "openidc" in said
    assert "docker push registry.example/osh/keystone:oidc" in said


def test_a_region_without_a_provider_has_none_of_it():
    made = compiled(region())
    assert "wsgi_keystone" not in made.values("keystone")["conf"]
    assert "keystone_oidc" not in made.text("secrets.json")
    assert not [each for each in made.deployment.steps if "OpenID" in each.title]


def test_the_projects_own_image_has_no_module():
    ((code, message),) = refused(text(body=""))
    assert code == "OIB6713"
    assert "image of Keystone" in message


def test_one_provider_brokers_the_others():
    ((code, message),) = refused(text(provider(), provider("other")))
    assert (code, message) == (
        "OIB6713", "OpenStack-Helm can't have more than one identity provider",
    )  # fmt: skip


def test_tokens_need_tls():
    ((code, message),) = refused(text().replace("  tls = pki.ca }", " }", 1))
    assert code == "OIB6713"
    assert "endpoint without TLS" in message


def test_saml_is_refused():
    ((code, message),) = refused(text(provider(more="protocol = saml2")))
    assert (code, message) == ("OIB6713", "OpenStack-Helm can't have federation over `saml2`")


def test_rules_that_keystone_would_refuse_are_refused():
    rules = RULES.replace('"user"', '"usr"')
    assert [code for code, _ in refused(text(provider(rules=rules)))] == ["OIB6722"]


@pytest.mark.parametrize(
    "more",
    [
        'scope = ["openid", "{{ .Values }}"]',
        'title = "a \\"quote\\""',
        'domain = "it\'s"',
    ],
)
def test_texts_that_templates_and_shells_would_take_for_something_else_are_refused(more):
    assert [code for code, _ in refused(text(provider(more=more)))] == ["OIB6717"]


@pytest.mark.parametrize("client", ["{{ fail }}", "a b", 'a\\"b', "$HOME", "%{X}"])
def test_a_client_is_a_word_that_apache_and_the_chart_leave_alone(client):
    source = text(provider().replace('"keystone"', f'"{client}"'))
    assert [code for code, _ in refused(source)] == ["OIB6717"]
