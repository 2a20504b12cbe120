"""What is changed in reference blueprints to see who is named for it: text as it stands, and what may stand in its place."""

from __future__ import annotations

from hypothesis import strategies as st

WORDS = st.from_regex(r"[a-z]{1,12}", fullmatch=True)

#: What is changed, as it stands in the blueprint, and what may stand in its place.
THREE_NODES = {
    "a parameter's default": ('domain: string = "cloud.example"', WORDS.map(lambda w: f'domain: string = "{w}.example"')),
    "an address": ("vip = 10.20.0.250", st.integers(200, 249).map(lambda n: f"vip = 10.20.0.{n}")),
    "a VLAN": ("vlan = 20", st.integers(21, 29).map(lambda n: f"vlan = {n}")),
    "names of hosts": ('name = "node-${n}"', WORDS.map(lambda w: f'name = "{w}-${{n}}"')),
    "a user": ('user = "deploy"', WORDS.map(lambda w: f'user = "{w}"')),
    "a region": ('region = "region-1"', WORDS.map(lambda w: f'region = "{w}"')),
    "a virtual router": ("vrid = 51", st.integers(52, 200).map(lambda n: f"vrid = {n}")),
    "a ratio": ("cpu_ratio = 4", st.integers(5, 16).map(lambda n: f"cpu_ratio = {n}")),
    "an option of a service": ("max_attempts = 5", st.integers(6, 99).map(lambda n: f"max_attempts = {n}")),
    "VLANs of a physical network": ("vlans = 1000..1999", st.integers(1100, 1900).map(lambda n: f"vlans = 1000..{n}")),
    "a pool's share": ("share = 50 %", st.integers(11, 49).map(lambda n: f"share = {n} %")),
    "a pool's name": ("pool images {", WORDS.filter(lambda w: len(w) > 7).map(lambda w: f"pool {w} {{")),
    "copies of a pool": ("pool vms { use = nova  size = 3", st.just("pool vms { use = nova  size = 2")),
    "a cluster's network": ("public_network = network.storage", st.just("public_network = network.tenant")),
    "a count": ("count = 3\n", st.just("count = 5\n")),
}  # fmt: skip

#: Of the stack of hosts, Ceph, Kubernetes and charts.
STACK = {
    "a domain": ('let domain = "hz1.cloud.example"', WORDS.map(lambda w: f'let domain = "{w}.example"')),
    "a region": ('region = "cn-hangzhou"\n  control', WORDS.map(lambda w: f'region = "{w}"\n  control')),
    "the internal address": ("vip = 10.80.0.200", st.integers(202, 220).map(lambda n: f"vip = 10.80.0.{n}")),
    "the public address": ("vip = 10.80.0.201", st.integers(202, 220).map(lambda n: f"vip = 10.80.0.{n}")),
    "the address of a cluster": ("vip = 10.80.0.250", st.integers(230, 249).map(lambda n: f"vip = 10.80.0.{n}")),
    "a pool of addresses": ("10.80.0.200..10.80.0.220", st.integers(221, 229).map(lambda n: f"10.80.0.200..10.80.0.{n}")),
    "a version": ('version = "1.34"', st.sampled_from(['version = "1.33"', 'version = "1.35"'])),
    "addresses of pods": ("pods = 10.96.0.0/14", st.integers(26, 40).map(lambda n: f"pods = 10.{4 * n}.0.0/14")),
    "addresses of services": ("services = 10.100.0.0/16", st.integers(101, 190).map(lambda n: f"services = 10.{n}.0.0/16")),
    "an overlay's network": ("10.84.0.0/24", st.integers(86, 94).map(lambda n: f"10.{n}.0.0/24")),
    "a ratio": ("cpu_ratio = 3", st.integers(4, 16).map(lambda n: f"cpu_ratio = {n}")),
    "memory of the system": ("memory { platform = 24 GiB }", st.integers(16, 23).map(lambda n: f"memory {{ platform = {n} GiB }}")),
    "a pool of Ceph": ("pool images {", WORDS.filter(lambda w: len(w) > 7).map(lambda w: f"pool {w} {{")),
    "a pool for Kubernetes": ("pool kube {", WORDS.filter(lambda w: len(w) > 7).map(lambda w: f"pool {w} {{")),
    "names of hosts": ('name = "kvm-${n:03}"', WORDS.filter(lambda w: len(w) > 5).map(lambda w: f'name = "{w}-${{n:03}}"')),
    "a user": ('user = "deploy"', WORDS.map(lambda w: f'user = "{w}"')),
    "a registry": ('url = "registry.${domain}:5000"', WORDS.map(lambda w: f'url = "{w}.${{domain}}:5000"')),
    "a taint": ('pool kvm { hosts = hosts.kvm  taints = { "cloudos/service-zone"', WORDS.map(lambda w: f'pool kvm {{ hosts = hosts.kvm  taints = {{ "cloudos/{w}"')),
    "a network of Neutron": ("provider_network pxe", WORDS.filter(lambda w: len(w) > 5).map(lambda w: f"provider_network {w}")),
    "VLANs": ("1000..1999", st.integers(1100, 1900).map(lambda n: f"1000..{n}")),
    "copies of etcd": ("every = 6 h", st.integers(7, 48).map(lambda n: f"every = {n} h")),
}  # fmt: skip
