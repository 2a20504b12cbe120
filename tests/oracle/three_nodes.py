"""The hand-written three-node cloud: what `oib` would emit, and what its operator supplies.

It keeps the harness honest without the compiler: the tests break it in one place at a time.
"""

import functools
import shutil
import tempfile
from pathlib import Path

import yaml

from targets.kolla_ansible.catalog import catalog

from . import kolla
from .supplies import write_certificates, write_keyrings

HERE = Path(__file__).parent
FACTS = HERE / "facts" / "three_node_cloud.yml"

KEYRINGS = (
    "config/cinder/cinder-backup/ceph.client.cinder-backup.keyring",
    "config/cinder/cinder-backup/ceph.client.cinder.keyring",
    "config/cinder/cinder-volume/ceph.client.cinder.keyring",
    "config/glance/ceph.client.glance.keyring",
    "config/nova/ceph.client.cinder.keyring",
    "config/nova/ceph.client.nova.keyring",
)
CERTIFICATES = (
    "certificates/ca/root.crt",
    "certificates/haproxy-internal.pem",
    "certificates/haproxy.pem",
    "certificates/proxysql-cert.pem",
    "certificates/proxysql-key.pem",
)


def write_three_node_cloud(release: str, folder: Path) -> tuple[Path, Path]:
    """Write the cloud below `folder`; return the emitted and the supplied folder."""
    emitted, supplied = folder / "emitted", folder / "supplied"
    shutil.copytree(HERE / "fixtures" / "three_node_cloud" / "kolla_ansible", emitted)
    tree = {
        group.name: {"children": dict.fromkeys(group.children)}
        for group in catalog(release).groups.values()
        if group.children
    }
    (emitted / "inventory" / "groups.yml").write_text(yaml.safe_dump(tree), encoding="utf-8")
    supply(release, supplied, KEYRINGS, CERTIFICATES)
    return emitted, supplied


def supply(
    release: str, folder: Path, keyrings: tuple[str, ...], certificates: tuple[str, ...]
) -> None:
    """Write what an operator of `release` supplies: passwords, keyrings and certificates."""
    folder.mkdir(parents=True)
    (folder / "passwords.yml").write_text(_passwords(release), encoding="utf-8")
    write_keyrings(folder, keyrings)
    write_certificates(folder, certificates, ("api.cloud.example", "api.int.cloud.example"))


@functools.cache
def _passwords(release: str) -> str:
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "passwords.yml"
        kolla.generate_passwords(release, path)
        return path.read_text(encoding="utf-8")
