"""Strategies for whole blueprints: small clouds that compile, as declarations that can change places, and broken ones."""

from __future__ import annotations

from dataclasses import dataclass, field

from hypothesis import strategies as st

WORDS = st.from_regex(r"[a-z][a-z0-9]{0,7}", fullmatch=True)


@dataclass(frozen=True)
class Cloud:
    """A blueprint that compiles: its declarations, the files beside it."""

    declarations: tuple[str, ...]
    files: dict[str, str] = field(default_factory=dict)

    @property
    def text(self) -> str:
        return "\n\n".join(self.declarations) + "\n"

    def with_order(self, order: list[int]) -> Cloud:
        return Cloud(tuple(self.declarations[at] for at in order), self.files)

    @property
    def all_files(self) -> dict[str, str]:
        return {"main.oib": self.text, **self.files}


@st.composite
def clouds(draw: st.DrawFn) -> Cloud:
    """OpenStack on one or three hosts that carry all roles, and perhaps hosts that only compute, with Ceph or without."""
    octets = draw(st.lists(st.integers(1, 199), min_size=5, max_size=5, unique=True))
    vlans = draw(st.lists(st.integers(2, 999), min_size=4, max_size=4, unique=True))
    names = draw(st.lists(WORDS.map(lambda w: f"n_{w}"), min_size=5, max_size=5, unique=True))
    api, tenant, storage, external, floating = names
    racks = draw(st.integers(1, 3))
    controllers = draw(st.sampled_from([1, 3]))
    has_ceph = controllers == 3 and draw(st.booleans())
    has_tls = draw(st.booleans())
    is_bond = draw(st.booleans())
    mtu = draw(st.sampled_from([1500, 9000]))
    carried = [api, tenant, external, *([storage] if has_ceph else [])]
    links = (
        f"bond bond0 {{ ports = [nic.a[0], nic.a[1]]  mode = lacp  mtu = 9000\n networks = [{_networks(carried)}] }}"
        if is_bond
        else f"port nic.a[0] {{ mtu = 9000  networks = [{_networks(carried)}] }}"
    )
    declared = [
        "blueprint cloud { language = 1 }",
        f"site here {{ rack r[1..{racks}] {{ units = 42 }} }}",
        'secrets vault { store vault { address = "https://vault.example:8200"  path = "cloud" } }',
        (
            "hardware server {\n  cpu { sockets = 2  cores = 32  threads = 2  features = [vmx] }\n  memory = 512 GiB\n"
            "  disk system { size = 480 GB  media = ssd }\n  disk osd { count = 4  size = 2 TB  media = nvme }\n"
            '  nic a { ports = 2  speed = 25 Gbps  names = ["eno1", "eno2"] }\n'
            '  nic b { speed = 25 Gbps  names = ["ens1"] }\n}'
        ),
        *(
            f"network {name} {{ site = site.here  cidr = 10.{octet}.0.0/24  vlan = {vlan}  mtu = {size} }}"
            for name, octet, vlan, size in zip(
                names[:4], octets, vlans, [1500, mtu, 9000, 1500], strict=False
            )
        ),
        (
            f"network {floating} {{ site = site.here  cidr = 10.{octets[4]}.0.0/24  gateway = 10.{octets[4]}.0.1"
            "  vlan = 1000  managed_by = neutron }"
        ),
        "physnet provider { type = vlan  vlans = 1000..1999 }",
        (
            f'template hosts server {{\n  site = site.here\n  hardware = hardware.server\n  os = "ubuntu-24.04"\n'
            f"  {links}\n  port nic.b[0] {{ physnet = physnet.provider }}\n  memory {{ platform = 64 GiB }}\n}}"
        ),
    ]
    files: dict[str, str] = {}
    prefix = draw(WORDS)
    _add_controllers(draw, declared, files, prefix, controllers, racks)
    compute = ["hosts.ctl"]
    if draw(st.booleans()):
        count = draw(st.integers(1, 4))
        declared.append(
            f'hosts extra like hosts.server {{ count = {count}  name = "extra-${{n}}"  spread = rack }}'
        )
        compute.append("hosts.extra")
    if has_tls:
        declared.append("pki ca { issuer = internal }")
    if has_ceph:
        declared.append(
            "ceph main {\n  monitors = hosts.ctl  managers = hosts.ctl  osds = hosts.ctl  devices = disk.osd\n"
            f"  public_network = network.{storage}\n"
            "  pool images { use = glance  failure_domain = host }\n  pool vms { use = nova  failure_domain = host }\n"
            "  pool volumes { use = cinder  failure_domain = host }\n}"
        )
    tls = "  tls = pki.ca" if has_tls else ""
    services = ["keystone", "glance", "placement", "nova", "neutron", "horizon", "heat"]
    services += ["cinder"] if has_ceph else []
    release = draw(st.sampled_from(["2025.1", "2026.1"]))
    declared.append(
        f'openstack core {{\n  release = "{release}"\n'
        f"  control = hosts.ctl  network = hosts.ctl  compute = [{', '.join(compute)}]\n"
        + ("  storage = ceph.main\n" if has_ceph else "")
        + '  secrets = secrets.vault\n  region = "region-1"\n  registry = registry.own\n  api {\n'
        f'    internal {{ network = network.{api}  vip = 10.{octets[0]}.0.250  fqdn = "int.cloud.example"{tls} }}\n'
        f'    public {{ network = network.{external}  vip = 10.{octets[3]}.0.250  fqdn = "cloud.example"{tls} }}\n'
        f"    vrid = {draw(st.integers(1, 255))}\n  }}\n"
        f"  networks {{ tenant = network.{tenant}  migration = network.{tenant}"
        + (f"  storage = network.{storage}" if has_ceph else "")
        + f" }}\n  services = [{', '.join(services)}]\n"
        f"  nova {{ virt = kvm  cpu_ratio = {draw(st.integers(1, 16))} }}\n"
        "  neutron { plugin = ovn  overlay = geneve }\n"
        f"  external_network public {{ network = network.{floating}  physnet = physnet.provider"
        f"  pool = 10.{octets[4]}.0.20..10.{octets[4]}.0.250 }}\n}}"
    )
    declared.append('registry own { url = "registry.cloud.example:5000"  namespace = "kolla" }')
    return Cloud(tuple(declared), files)


def _networks(names: list[str]) -> str:
    return ", ".join(f"network.{name}" for name in names)


def _add_controllers(
    draw: st.DrawFn,
    declared: list[str],
    files: dict[str, str],
    prefix: str,
    count: int,
    racks: int,
) -> None:
    """Hosts described by a count, by keys, or by rows of a file."""
    way = draw(st.sampled_from(["count", "keys", "rows"]))
    if way == "count":
        body = f'{{ count = {count}  name = "{prefix}-${{n}}"  spread = rack }}'
        declared.append(f"hosts ctl like hosts.server {body}")
    elif way == "keys":
        body = f'{{ name = "{prefix}-${{key}}"  rack = rack.r[min(key, {racks})] }}'
        declared.append(f"hosts ctl[1..{count}] like hosts.server {body}")
    else:
        rows = [f"{prefix}-{n},{n % racks + 1}" for n in range(count)]
        files["servers.csv"] = "\n".join(["name,rack", *draw(st.permutations(rows))]) + "\n"
        declared.append(
            'let servers: list({ name: string  rack: int }) = csv("servers.csv", key = "name")'
        )
        declared.append(
            "hosts ctl[for s in servers] like hosts.server { name = row.name  rack = rack.r[row.rack] }"
        )
