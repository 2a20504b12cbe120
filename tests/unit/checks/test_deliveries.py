"""Addresses, revisions and folders that Git, Argo CD and Flux take, and those that they don't."""

import pytest

from blueprint.driver import check_blueprint
from blueprint.loader import MemoryLoader
from blueprint.resolve.world import Options

TEXT = """blueprint demo {{ language = 1 }}
hardware server {{ cpu {{ cores = 16 }}  memory = 128 GiB  nic a {{ ports = 1  speed = 25 Gbps  names = ["eno1"] }} }}
secrets kv {{ store vault {{ address = "https://vault.example"  path = "demo"  cluster_store = "{store}" }} }}
network node {{ cidr = 10.20.0.0/24 }}
hosts node {{
  count = 3  hardware = hardware.server  memory {{ platform = 32 GiB }}
  port nic.a[0] {{ networks = [network.node] }}
}}
kubernetes base {{
  version = "1.34"  control {{ hosts = hosts.node  schedulable = true }}
  api {{ network = network.node  vip = 10.20.0.250 }}
  node_network = network.node  pods = 10.200.0.0/14  services = 10.204.0.0/16  cni = calico
  delivery {tool} {{ repository = "{repository}"  revision = "{revision}"  path = "{path}" }}
}}
"""
USUAL = {
    "store": "vault-prod", "tool": "flux", "repository": "https://git.example/deploy.git", "revision": "main",
    "path": "clouds/demo",
}  # fmt: skip
CODES = {"OIB5610", "OIB5762", "OIB5763", "OIB5764", "OIB5767"}


def _codes(**changes):
    text = TEXT.format(**{**USUAL, **changes})
    found = check_blueprint(MemoryLoader({"main.oib": text}), Options(targets=()))
    return [each.rule.code for each in found.diagnostics if each.rule.code in CODES]


@pytest.mark.parametrize("tool", ["argocd", "flux"])
@pytest.mark.parametrize(
    "address",
    [
        "https://git.example/deploy.git", "http://10.20.0.9:3000/ops/clouds", "ssh://git@git.example:2222/ops/clouds.git",
        "https://[2001:db8::1]/x.git", "https://dev.azure.example/org/my%20project/_git/clouds", "https://git.example/~ops/x/",
    ],
)  # fmt: skip
def test_addresses_that_both_clone(tool, address):
    assert _codes(tool=tool, repository=address) == []


@pytest.mark.parametrize(
    "address",
    ["", "git.example/deploy.git", "https://git.example", "https://git.example/", "ftp://git.example/x", "../deploy",
     "https://git.example/a b", "https:///x.git", "ssh://git.example:port/x"],
)  # fmt: skip
def test_addresses_that_none_clones(address):
    assert _codes(repository=address) == ["OIB5762"]


@pytest.mark.parametrize(("tool", "codes"), [("argocd", []), ("flux", ["OIB5762"])])
def test_a_place_for_ssh_is_for_argo_alone(tool, codes):
    assert _codes(tool=tool, repository="git@git.example:ops/clouds.git") == codes


@pytest.mark.parametrize(
    ("address", "codes"),
    [
        ("https://user:word@git.example/x.git", ["OIB5767"]),
        ("https://token@git.example/x.git", ["OIB5767"]),
        ("ssh://git:word@git.example/x.git", ["OIB5767"]),
        ("ssh://git@git.example/x.git", []),
    ],
)
def test_accounts_are_no_part_of_an_address(address, codes):
    assert _codes(repository=address) == codes


@pytest.mark.parametrize(
    "revision", ["main", "release/2026.1", "v1.2.3", "refs/tags/v1", "a@b", "HEAD"]
)
def test_revisions_that_git_takes(revision):
    assert _codes(revision=revision) == []


@pytest.mark.parametrize(
    "revision", ["", " ", "a b", "-x", "a..b", "a~1", "x.lock", "x/", "/x", "a//b", ".x", "a/.b", "x.", "@", "a@{1}", "a:b", "*"]
)  # fmt: skip
def test_revisions_that_git_refuses(revision):
    assert _codes(revision=revision) == ["OIB5763"]


@pytest.mark.parametrize(
    ("path", "codes"),
    [(".", []), ("./out", []), ("a/b c", []), ("a..b", []), ("", ["OIB5764"]), ("/a", ["OIB5764"]), ("a/../../b", ["OIB5764"])],
)  # fmt: skip
def test_folders_lie_in_the_repository(path, codes):
    assert _codes(path=path) == codes


@pytest.mark.parametrize(("length", "codes"), [(253, []), (254, ["OIB5610"])])
def test_a_store_s_name_has_as_many_signs_as_kubernetes_allows(length, codes):
    assert _codes(store="x" * length) == codes


@pytest.mark.parametrize("name", ["", "Vault", "-x", "x-", "a..b", "a_b", "x."])
def test_names_that_no_store_has(name):
    assert _codes(store=name) == ["OIB5610"]
