"""Plans the two playbooks of ours beside Kubespray's: what hosts need before, and copies of etcd after."""

from __future__ import annotations

from typing import Any

from blueprint.target import Artifact, Cause
from blueprint.values import Duration
from targets._formats.page import Page, Traced
from targets.kubespray.cluster import Cluster
from targets.kubespray.engine import REGISTRY_CA, registry_of

#: Where copies of etcd lie on its hosts.
BACKUPS = "/var/backups/oib-etcd"
_SECOND = Duration.units["s"]
_SCRIPT = """\
#!/bin/sh
set -eu
umask 077
mkdir -p {folder}
now=$(date -u +%Y%m%dT%H%M%SZ)
/usr/local/bin/etcdctl.sh --endpoints https://127.0.0.1:2379 snapshot save {folder}/$now.part
mv {folder}/$now.part {folder}/$now.db
ls -1 {folder}/*.db | head -n -{keep} | xargs -r rm --
"""
_SERVICE = """\
[Unit]
Description=Copy of etcd
After=etcd.service

[Service]
Type=oneshot
ExecStart=/usr/local/sbin/oib-etcd-backup
"""
_TIMER = """\
[Unit]
Description=Copies of etcd

[Timer]
OnBootSec={seconds}s
OnUnitActiveSec={seconds}s

[Install]
WantedBy=timers.target
"""


def preparation(cluster: Cluster) -> list[Traced]:
    """Plays before Kubespray's: the disk of etcd, the registry's authority."""
    plays = []
    if cluster.layer.etcd.disk is not None:
        cause = Cause("etcd has a disk to itself", (cluster.path("etcd", "disk"),))
        tasks = [
            _task(
                "Make a file system on the disk of etcd, unless it has one",
                "community.general.filesystem",
                {"fstype": "ext4", "dev": "{{ oib_etcd_disk }}"},
            ),
            _task(
                "Mount the disk of etcd",
                "ansible.posix.mount",
                {
                    "path": "/var/lib/etcd",
                    "src": "{{ oib_etcd_disk }}",
                    "fstype": "ext4",
                    "opts": "defaults,noatime",
                    "state": "mounted",
                },
            ),
        ]
        plays.append(Traced(_play("Give etcd its disk", "etcd", tasks), cause))
    registry = registry_of(cluster)
    if registry is not None and registry.ca is not None:
        ref = cluster.layer.registry
        cause = Cause("nodes trust the registry", (f"{ref}.ca", cluster.path("registry")))
        tasks = [
            _task(
                "Make the folder of the registry's authority",
                "ansible.builtin.file",
                {"path": "{{ oib_registry_ca | dirname }}", "state": "directory", "mode": "0755"},
            ),
            _task(
                "Put the registry's authority there",
                "ansible.builtin.copy",
                {
                    "src": f"{{{{ inventory_dir }}}}/{REGISTRY_CA}",
                    "dest": "{{ oib_registry_ca }}",
                    "mode": "0644",
                },
            ),
        ]
        plays.append(
            Traced(_play("Let the nodes trust the registry", "k8s_cluster:etcd", tasks), cause)
        )
    return plays


def backup(cluster: Cluster) -> list[Traced]:
    """A timer on each host of etcd, which Kubespray itself copies on upgrades only."""
    stated = cluster.layer.etcd.backup
    if stated is None:
        return []
    places = {
        "script": ("/usr/local/sbin/oib-etcd-backup", "0755"),
        "service": ("/etc/systemd/system/oib-etcd-backup.service", "0644"),
        "timer": ("/etc/systemd/system/oib-etcd-backup.timer", "0644"),
    }
    tasks = [
        _task(
            f"Write the {name} of the copies",
            "ansible.builtin.copy",
            {"src": place.rpartition("/")[2], "dest": place, "mode": mode},
        )
        for name, (place, mode) in places.items()
    ]
    tasks.append(
        _task(
            "Start the timer of the copies",
            "ansible.builtin.systemd_service",
            {
                "name": "oib-etcd-backup.timer",
                "enabled": True,
                "state": "restarted",
                "daemon_reload": True,
            },
        )
    )
    cause = Cause("etcd is copied", (cluster.path("etcd", "backup"),))
    return [Traced(_play("Copy etcd from time to time", "etcd", tasks), cause)]


def backup_files(cluster: Cluster) -> list[Artifact]:
    """What the playbook of the copies puts on the hosts."""
    stated = cluster.layer.etcd.backup
    if stated is None:
        return []
    every = Cause("how often etcd is copied", (cluster.path("etcd", "backup", "every"),))
    keep = Cause("how many copies are kept", (cluster.path("etcd", "backup", "keep"),))
    seconds = max(1, int(stated.every) // _SECOND)
    texts = {
        "oib-etcd-backup": (_SCRIPT.format(folder=BACKUPS, keep=stated.keep), keep),
        "oib-etcd-backup.service": (_SERVICE, keep),
        "oib-etcd-backup.timer": (_TIMER.format(seconds=seconds), every),
    }
    found = []
    for name, (text, cause) in texts.items():
        page = Page()
        for line in text.splitlines():
            page.line(line, cause)
        found.append(page.artifact(f"kubespray/playbooks/files/{name}"))
    return found


def _play(name: str, hosts: str, tasks: list[dict[str, Any]]) -> dict[str, Any]:
    return {"name": name, "hosts": hosts, "become": True, "gather_facts": False, "tasks": tasks}


def _task(name: str, module: str, arguments: dict[str, Any]) -> dict[str, Any]:
    return {"name": name, module: arguments}
