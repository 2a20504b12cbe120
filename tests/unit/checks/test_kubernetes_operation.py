"""What is said of a cluster's logs, measurements and bounds: just fits, just doesn't."""

from __future__ import annotations

import pytest

from blueprint.driver import check_blueprint
from blueprint.loader import MemoryLoader
from blueprint.resolve.world import Options
from tests.unit.checks.clusters import ON_HOSTS, ON_OPENSTACK, changed, faults

_LAST = "  storage_class general"
_BALANCER = "metallb { pools = network.node.pool.lb }"


def _with(body: str) -> list[str]:
    text = changed(ON_HOSTS, (_LAST, f"  {body}\n{_LAST}"))
    found = check_blueprint(MemoryLoader({"main.oib": text}), Options())
    return [d.rule.code for d in found.diagnostics]


@pytest.mark.parametrize(
    ("interval", "codes"),
    [
        ("10 ms", []),
        ("9 ms", ["OIB5858"]),
        ("60 s", []),
        ("60001 ms", ["OIB5858"]),
        ("1500 us", ["OIB5858"]),
    ],
)
def test_packets_of_bfd_go_at_a_pace_that_metallb_keeps(interval, codes):
    routes = "mode = bgp  asn = 64512  peer_asn = 64513  peers = [10.20.0.1]"
    told = f"metallb {{ pools = network.node.pool.lb  {routes}\n    bfd {{ interval = {interval} }}\n  }}"
    assert faults(ON_HOSTS, (_BALANCER, told)) == codes


@pytest.mark.parametrize(
    ("quota", "codes"),
    [("cpu = 40  cpu_limit = 40", []), ("cpu = 41  cpu_limit = 40", ["OIB5859"])],
)
def test_what_pods_request_is_no_more_than_they_may_use(quota, codes):
    assert _with(f"namespace bounded {{ quota {{ {quota} }} }}") == codes


@pytest.mark.parametrize(("memory", "codes"), [("64 GiB", []), ("65 GiB", ["OIB5859"])])
def test_a_container_has_no_more_than_all_pods_together(memory, codes):
    body = (
        f"namespace bounded {{ quota {{ memory_limit = 64 GiB }}  limits {{ memory = {memory} }} }}"
    )
    assert _with(body) == codes


@pytest.mark.parametrize(
    ("size", "codes"), [("1 MiB", []), ("1023 KiB", ["OIB5861"]), ("1025 KiB", ["OIB5861"])]
)
def test_files_of_logs_are_whole_mebibytes(size, codes):
    store = 'store syslog { address = "tls://siem.example.org" }'
    assert _with(f"logging {{ {store}  max_size = {size} }}") == codes


@pytest.mark.parametrize(("time", "codes"), [("1 s", []), ("999 ms", ["OIB5861"])])
def test_measurements_are_kept_for_whole_seconds(time, codes):
    assert _with(f"monitoring {{ retention = {time} }}") == codes


@pytest.mark.parametrize(("number", "codes"), [(2, []), (1, ["OIB3002"])])
def test_a_node_keeps_two_files_of_a_log_at_least(number, codes):
    store = 'store syslog { address = "tls://siem.example.org" }'
    assert _with(f"logging {{ {store}  max_files = {number} }}") == codes


@pytest.mark.parametrize(("port", "is_taken"), [(65535, True), (65536, False), (0, False)])
def test_ports_of_stores_are_ports(port, is_taken):
    store = f'store loki {{ address = "https://logs.example.org:{port}" }}'
    assert (_with(f"logging {{ {store} }}") == []) is is_taken


@pytest.mark.parametrize(
    "address",
    ["logs.example.org", "ftp://logs.example.org", "https://logs.example.org/?x=1", "https://a b", "https://u:p@logs.example.org", "https://logs.example.org/{{ x }}"],
)  # fmt: skip
def test_an_address_is_a_plain_url(address):
    assert _with(f'logging {{ store loki {{ address = "{address}" }} }}') != []


@pytest.mark.parametrize(("mtu", "codes"), [(1340, []), (1339, ["OIB5775"])])
def test_wireguard_takes_sixty_bytes_of_a_frame(mtu, codes):
    edits = (
        ("gateway = 10.20.0.1", f"gateway = 10.20.0.1  mtu = {mtu}"),
        ("encapsulation = ipip", "encryption = wireguard"),
    )
    assert faults(ON_HOSTS, *edits) == codes


@pytest.mark.parametrize(
    ("kept", "codes"),
    [
        ("cpus = 3  memory = 8191 MiB", []),
        ("cpus = 4", ["OIB5862"]),
        ("memory = 8 GiB", ["OIB5862"]),
        ("memory = 8191 KiB", ["OIB5861"]),
    ],
)
def test_nodes_that_are_guests_keep_less_than_they_have(kept, codes):
    pool = ("pool workers {", f"pool workers {{ reserved {{ {kept} }} ")
    assert faults(ON_OPENSTACK, pool) == codes
