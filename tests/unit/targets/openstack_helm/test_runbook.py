"""The steps of a region by charts: certificates, the authority that clients trust, checks that can fail."""

import json
import shlex
import subprocess

import pytest
import yaml

from targets._kubernetes.crds import judge
from tests.unit.targets.openstack_helm.regions import compiled, region

ISSUED = (
    region(cluster="addons = [cert_manager]")
    .replace('fqdn = "int.cloud.example" }', 'fqdn = "int.cloud.example"  tls = pki.ca }')
    .replace(
        "gateway public { network = network.node }",
        "gateway public { network = network.node  tls = pki.ca }",
    )
)
BROUGHT = region().replace(
    'fqdn = "int.cloud.example" }', 'fqdn = "int.cloud.example"  tls = pki.ca }'
)
ACCESS = "Make the administrator's clouds.yaml"
GATEWAYS = "See that the gateways have certificates"
BUNDLE = "~/.config/openstack/core-ca.pem"


def step(text: str, title: str):
    return next((s for s in compiled(text).deployment.steps if s.title == title), None)


def manifests(text: str) -> list[dict]:
    return list(
        yaml.safe_load_all(compiled(text).text("manifests/internal-gateway/internal-gateway.yaml"))
    )


def test_the_authority_of_the_cluster_issues_the_certificate_of_the_gateway_for_hosts():
    (found,) = [each for each in manifests(ISSUED) if each["kind"] == "Certificate"]
    assert judge(found) == ()
    assert found["metadata"]["namespace"] == "envoy-gateway-system"
    assert found["spec"]["secretName"] == "openstack-core-internal-tls"
    assert found["spec"]["dnsNames"] == ["int.cloud.example", "*.int.cloud.example"]
    assert found["spec"]["issuerRef"] == {"kind": "ClusterIssuer", "name": "ca"}


def test_certificates_that_are_issued_are_asked_of_nobody():
    assert step(ISSUED, GATEWAYS) is None
    checks = step(ISSUED, "Install OpenStack's charts").checks
    assert any("wait certificate/openstack-core-internal-tls" in check for check in checks)


def test_certificates_that_nothing_issues_are_brought():
    assert [each for each in manifests(BROUGHT) if each["kind"] == "Certificate"] == []
    needs = " ".join(step(BROUGHT, GATEWAYS).needs)
    assert "`public-tls`" in needs
    assert "`openstack-core-internal-tls`" in needs


@pytest.mark.parametrize(
    ("pki", "commands", "needs"),
    [
        ("issuer = internal", "get secret public-tls", ""),
        (
            'issuer = internal  ca_certificate = file("pki/ca.pem")  ca_key = secrets.vault["ca"]',
            "test -s",
            "which is `pki/ca.pem` beside the blueprint",
        ),
    ],
)
def test_clients_trust_the_authority_of_the_endpoints(pki, commands, needs):
    text = ISSUED.replace("pki ca { issuer = internal }", f"pki ca {{ {pki} }}")
    found = step_with_file(text)
    assert commands in " ".join(found.commands)
    assert needs in " ".join(found.needs)
    given = {each.what.kind: each.path for each in found.hands_over}
    assert given["authorities"] == BUNDLE


def step_with_file(text: str):
    from blueprint.driver import compile_blueprint
    from blueprint.loader import MemoryLoader
    from blueprint.resolve.world import Options

    made = compile_blueprint(
        MemoryLoader({"main.oib": text, "pki/ca.pem": "ca\n"}), Options(targets=("openstack_helm",))
    )
    assert [d.message for d in made.diagnostics if d.is_error] == []
    return next(s for s in made.deployments[0].steps if s.title == ACCESS)


def test_clients_of_plain_endpoints_trust_nobody_in_particular():
    found = step(region().replace("  tls = pki.ca", ""), ACCESS)
    assert "cacert" not in " ".join(found.commands)
    assert [each.what.kind for each in found.hands_over] == ["clouds"]


def test_the_file_for_clients_names_the_authority_and_the_password(tmp_path):
    if subprocess.run(["which", "jq"], capture_output=True, check=False).returncode:
        pytest.skip("`jq` is not on this machine")
    (command,) = [each for each in step(ISSUED, ACCESS).commands if "jq" in each]
    words = shlex.split(command.partition("&& ")[2])
    passwords = {"endpoints": {"identity": {"auth": {"admin": {"password": "p'\"w"}}}}}
    program = [word.replace("$HOME", "/home/op") for word in words[: words.index(">") - 1]]
    made = subprocess.run(
        program, input=json.dumps(passwords), capture_output=True, text=True, check=True
    )
    cloud = json.loads(made.stdout)["clouds"]["core"]
    assert cloud["cacert"] == "/home/op/.config/openstack/core-ca.pem"
    assert cloud["auth"]["password"] == "p'\"w"
    assert cloud["auth"]["auth_url"] == "https://keystone.cloud.example/v3"


def test_names_for_users_and_for_hosts_are_asked_of_the_dns():
    needs = step(ISSUED, "Install OpenStack's charts").needs
    assert "`*.cloud.example` in the DNS, at `10.20.3.200`" in needs
    assert "`*.int.cloud.example` there too, at `10.20.3.201`, for hosts of the cloud" in needs


def test_a_pod_that_waits_or_fails_is_no_success():
    checks = step(region(), "Install OpenStack's charts").checks
    assert any(check.startswith('test -z "$(') and "!=Running" in check for check in checks)
    assert any("--for=condition=Ready" in check for check in checks)


def test_an_image_that_can_not_be_copied_is_no_success():
    (command,) = step(region(), "Fill the registry with the images of OpenStack-Helm").commands
    broken = command.replace("skopeo copy", "false").replace("images.txt", "<(echo a b; echo c d)")
    assert subprocess.run(["bash", "-c", broken], check=False).returncode != 0
