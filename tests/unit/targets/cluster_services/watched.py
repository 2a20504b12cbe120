"""The cluster of `telco` with everything that watches it and bounds what it takes, for tests."""

from __future__ import annotations

from tests.unit.targets.cluster_services.telco import telco

OPENSEARCH = """store opensearch {
      address = "https://logs.example.org:9201/search"  user = "writer"  password = secrets.kv["logs"]
      ca = file("ca.pem")
    }"""
_BODY = """
  logging { STORE  events = true  buffer = 2 GiB }
  monitoring {
    retention = 30 days  storage = 200 GiB  storage_class = "fast"  pools = pool.upf  replicas = 2
    alerts_to = "https://alarms.example.org/hook"
  }
  security {
    audit {}
    image_policy { registries = "registry.example.org/cnf"  keys = [file("cosign.pub")] }
  }
  namespace bounded {
    quota { cpu_limit = 60  memory_limit = 128 GiB }
    limits { cpu = 2  memory = 4 GiB }
  }
"""
_BGP = "  mode = bgp  asn = 64512  peer_asn = 64513  peers = [10.20.0.1]  bfd { interval = 150 ms }"


def watched(store: str = OPENSEARCH) -> str:
    """The text, with logs that go to one store or another."""
    text = telco(_BODY.replace("STORE", store), _BGP)
    for old, new in (
        ("sriov_network_operator]", "sriov_network_operator, falco, trivy_operator]"),
        (
            'names = ["web.example.org"] }',
            'names = ["web.example.org"]  rate_limit { requests = 100 } }',
        ),
        ("vlan = 111 ", "vlan = 111  min_rate = 1 Gbps  max_rate = 10 Gbps  priority = 5 "),
        ("cni = calico", "cni calico { encryption = wireguard }"),
    ):
        assert old in text, old
        text = text.replace(old, new, 1)
    return text
