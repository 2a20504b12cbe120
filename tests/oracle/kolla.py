"""Runs the real Kolla-Ansible of a release on what `oib` emitted, as far as rendering goes.

The playbooks are the release's own; only the modules that talk to a container engine are
stubs, and the script that binds network cards to DPDK. What this harness adds is what the run-book leaves to the operator (`supplied`: passwords,
keyrings, certificates) and what replaces the remote machines (a fact cache, a local connection, a
folder per host instead of /etc/kolla). It adds no variable that a blueprint could state.
"""

import grp
import json
import os
import pwd
import shutil
import subprocess
import time
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import yaml

from targets.kolla_ansible.catalog import catalog
from targets.kolla_ansible.passthrough import BOOTSTRAP_VARIABLES

from .ansible_facts import host_facts, write_cache
from .kolla_prechecks import leave_out_probes
from .tools import PythonTool, python_tool

HERE = Path(__file__).parent

REQUIREMENTS: Mapping[str, tuple[str, ...]] = {
    "2024.2": ("kolla-ansible==19.8.0", "ansible==10.7.0", "bcrypt==4.0.1", "mitogen==0.3.54"),
    "2025.1": ("kolla-ansible==20.6.0", "ansible==11.13.0", "bcrypt==4.3.0", "mitogen==0.3.54"),
    "2025.2": ("kolla-ansible==21.3.0", "ansible==12.3.0", "mitogen==0.3.54"),
    "2026.1": ("kolla-ansible==22.2.0", "ansible==12.3.0", "mitogen==0.3.54"),
}
# Connection variables are Ansible's own and belong to no release of Kolla-Ansible.
_ANSIBLE_VARIABLES = frozenset(
    {
        "ansible_become",
        "ansible_become_user",
        "ansible_connection",
        "ansible_host",
        "ansible_port",
        "ansible_python_interpreter",
        "ansible_ssh_common_args",
        "ansible_ssh_private_key_file",
        "ansible_user",
    }
)

# Every other service drops its part of the load balancer's configuration into a folder of this one.
_FIRST_TAG = "loadbalancer"


@dataclass(frozen=True, slots=True)
class Failure:
    """One task that failed on one host."""

    host: str
    task: str
    message: str
    item: str


@dataclass(frozen=True, slots=True)
class Rendered:
    """What a run wrote for each host, and what failed."""

    folder: Path
    failures: tuple[Failure, ...]
    exit_code: int
    seconds: float
    log: Path

    @property
    def is_whole(self) -> bool:
        """Whether every task of every host succeeded."""
        return self.exit_code == 0 and not self.failures

    def hosts(self) -> tuple[str, ...]:
        """Return the hosts that received files."""
        return tuple(sorted(entry.name for entry in self.folder.iterdir()))

    def files(self, host: str) -> tuple[str, ...]:
        """Return the paths of a host's files below its /etc/kolla."""
        root = self.folder / host
        return tuple(sorted(str(p.relative_to(root)) for p in root.rglob("*") if p.is_file()))

    def text(self, host: str, path: str) -> str:
        """Return one rendered file, `path` below /etc/kolla of `host`."""
        return (self.folder / host / path).read_text(encoding="utf-8")

    def explain(self) -> str:
        """Return the failures in a form for an assertion message."""
        lines = [f"{f.host}: {f.task} {f.item}: {f.message}" for f in self.failures]
        tail = self.log.read_text(encoding="utf-8").splitlines()[-15:]
        return "\n".join(lines or tail)


def tool(release: str) -> PythonTool:
    """Return the environment that holds Kolla-Ansible of `release`."""
    return python_tool(f"kolla-{release}", REQUIREMENTS[release])


def inventory_list(release: str, emitted: Path) -> dict[str, Any]:
    """Return what `ansible-inventory --list` of that release reads from the emitted folder."""
    finished = subprocess.run(
        [tool(release).command("ansible-inventory"), "-i", str(emitted / "inventory"), "--list"],
        capture_output=True,
        text=True,
        check=False,
        env=_environment(release, {"ANSIBLE_INVENTORY_ANY_UNPARSED_IS_FAILED": "true"}),
    )
    if finished.returncode or "[WARNING]" in finished.stderr:
        raise AssertionError(f"ansible-inventory: {finished.stderr.strip()}")
    listed: dict[str, Any] = json.loads(finished.stdout)
    return listed


def unknown_variables(release: str, emitted: Path) -> tuple[str, ...]:
    """Return `file: name` of each emitted variable that the release does not know."""
    known = catalog(release)
    return tuple(
        f"{path.relative_to(emitted)}: {name}"
        for path, name in sorted(set(_variable_names(emitted)))
        if name not in {*known.variables, *BOOTSTRAP_VARIABLES, *_ANSIBLE_VARIABLES}
    )


def stated_passwords(release: str, emitted: Path) -> tuple[str, ...]:
    """Return `file: name` of each emitted variable that belongs into passwords.yml."""
    known = catalog(release)
    return tuple(
        f"{path.relative_to(emitted)}: {name}"
        for path, name in sorted(set(_variable_names(emitted)))
        if name in known.passwords
    )


def generate_passwords(release: str, path: Path) -> None:
    """Do what the run-book asks of the operator: `kolla-genpwd` on the release's own sample."""
    kolla = tool(release)
    sample = kolla.path / "share" / "kolla-ansible" / "etc_examples" / "kolla" / "passwords.yml"
    path.parent.mkdir(parents=True, exist_ok=True)
    shutil.copyfile(sample, path)
    path.chmod(0o640)
    command = [kolla.command("kolla-genpwd"), "-p", str(path)]
    subprocess.run(command, check=True, capture_output=True, env=_environment(release, {}))


def render(
    release: str,
    emitted: Path,
    facts: Path,
    supplied: Path,
    scratch: Path,
    tags: Sequence[str] | None = None,
    hosts: Sequence[str] | None = None,
) -> Rendered:
    """Render every service's configuration, or only that of `tags` and `hosts`."""
    site = _Site(release, emitted, facts, supplied, scratch)
    return _play(site, "config", [_FIRST_TAG, *tags] if tags else (), hosts or ())


def precheck(
    release: str,
    emitted: Path,
    facts: Path,
    supplied: Path,
    scratch: Path,
    hosts: Sequence[str] | None = None,
) -> Rendered:
    """Run the release's own prechecks, without the steps that probe a real machine."""
    site = _Site(release, emitted, facts, supplied, scratch)
    return _play(site, "precheck", (), hosts or ())


def host_classes(release: str, emitted: Path, facts: Path) -> tuple[tuple[str, ...], ...]:
    """Return the hosts grouped by what may make their configuration differ in kind.

    Two hosts are of one class if they are in the same groups, have the same variables (their own
    address apart) and, in the facts file, interfaces of the same names.
    """
    listed = inventory_list(release, emitted)
    variables = listed.pop("_meta")["hostvars"]
    members = {name: _members(listed, name) for name in listed}
    interfaces = {host: found["ansible_interfaces"] for host, found in host_facts(facts).items()}
    classes: dict[str, list[str]] = {}
    for host in sorted(set().union(*members.values()) - {"localhost"}):
        own = {name: value for name, value in variables[host].items() if name != "ansible_host"}
        groups = sorted(name for name, hosts in members.items() if host in hosts)
        likeness = json.dumps([groups, own, sorted(interfaces[host])], sort_keys=True)
        classes.setdefault(likeness, []).append(host)
    return tuple(tuple(hosts) for hosts in classes.values())


def _members(listed: Mapping[str, Any], group: str) -> set[str]:
    entry = listed.get(group, {})
    below = (_members(listed, child) for child in entry.get("children", ()))
    return set(entry.get("hosts", ())).union(*below)


@dataclass(frozen=True, slots=True)
class _Site:
    release: str
    emitted: Path
    facts: Path
    supplied: Path
    scratch: Path


def _play(site: _Site, action: str, tags: Sequence[str], hosts: Sequence[str]) -> Rendered:
    kolla, scratch = tool(site.release), site.scratch
    scratch.mkdir(parents=True, exist_ok=True)
    _copy_playbooks(kolla, scratch / "ansible")
    if action == "precheck":
        leave_out_probes(scratch / "ansible")
    configuration = scratch / "configuration"
    _merge(site.emitted, site.supplied, configuration)
    write_cache(host_facts(site.facts), scratch / "facts")
    output = scratch / "hosts"
    output.mkdir()
    failures, log = scratch / "failures.jsonl", scratch / "ansible.log"
    failures.touch()
    variables = {
        "kolla_action": action,
        "CONFIG_DIR": str(configuration),
        "ansible_become": False,
        "ansible_connection": "local",
        "ansible_python_interpreter": str(kolla.python),
        "config_owner_group": grp.getgrgid(os.getgid()).gr_name,
        "config_owner_user": pwd.getpwuid(os.getuid()).pw_name,
        "node_config_directory": str(output) + "/{{ inventory_hostname }}",
    }
    command = [
        kolla.command("ansible-playbook"),
        *("--inventory", str(configuration / "inventory")),
        *("-e", f"@{configuration / 'globals.yml'}"),
        *("-e", f"@{configuration / 'passwords.yml'}"),
        *("-e", json.dumps(variables)),
        *(("--tags", ",".join(tags)) if tags else ()),
        *(("--limit", ",".join(hosts)) if hosts else ()),
        str(scratch / "ansible" / "site.yml"),
    ]
    started = time.monotonic()
    with log.open("w", encoding="utf-8") as out:
        finished = subprocess.run(
            command,
            cwd=scratch,
            env=_play_environment(site.release, kolla, scratch, failures),
            stdin=subprocess.DEVNULL,
            stdout=out,
            stderr=subprocess.STDOUT,
            check=False,
        )
    seconds = time.monotonic() - started
    return Rendered(output, tuple(_failures(failures)), finished.returncode, seconds, log)


def _variable_names(emitted: Path) -> Iterator[tuple[Path, str]]:
    """Yield every variable that globals.yml or the inventory folder sets."""
    globals_file = emitted / "globals.yml"
    for name in yaml.safe_load(globals_file.read_text(encoding="utf-8")) or {}:
        yield globals_file, name
    inventory = emitted / "inventory"
    for path in sorted(p for p in inventory.rglob("*") if p.is_file()):
        document = yaml.safe_load(path.read_text(encoding="utf-8")) or {}
        if path.parent.name in {"group_vars", "host_vars"}:
            yield from ((path, name) for name in document)
        else:
            yield from ((path, name) for name in _inventory_variables(document))


def _inventory_variables(groups: Mapping[str, Any]) -> Iterator[str]:
    for group in groups.values():
        yield from (group or {}).get("vars") or {}
        for settings in ((group or {}).get("hosts") or {}).values():
            yield from settings or {}
        yield from _inventory_variables((group or {}).get("children") or {})


def _copy_playbooks(kolla: PythonTool, folder: Path) -> None:
    """Copy the playbooks, since Ansible resolves links and would find the real modules again."""
    shutil.copytree(kolla.path / "share" / "kolla-ansible" / "ansible", folder)
    for stub in (HERE / "kolla_stubs").glob("*.py"):
        shutil.copyfile(stub, folder / "library" / stub.name)
    for stub in (HERE / "kolla_stubs").glob("*.sh"):
        shutil.copyfile(stub, folder / "roles" / "ovs-dpdk" / "files" / stub.name)


def _merge(emitted: Path, supplied: Path, folder: Path) -> None:
    """Lay the operator's files beside the emitted ones; they may add files, never replace one."""
    shutil.copytree(emitted, folder)
    for path in sorted(p for p in supplied.rglob("*") if p.is_file()):
        target = folder / path.relative_to(supplied)
        if target.exists():
            raise AssertionError(f"the operator's {path.relative_to(supplied)} was emitted as well")
        target.parent.mkdir(parents=True, exist_ok=True)
        shutil.copyfile(path, target)


def _failures(path: Path) -> Iterator[Failure]:
    for line in path.read_text(encoding="utf-8").splitlines():
        yield Failure(**json.loads(line))


def _environment(release: str, more: Mapping[str, str]) -> dict[str, str]:
    """Return a small environment: nothing of the caller's reaches Ansible."""
    return {
        "HOME": os.environ.get("HOME", "/"),
        "LANG": "C.UTF-8",
        "PATH": f"{tool(release).path / 'bin'}:/usr/sbin:/usr/bin:/sbin:/bin",
        "ANSIBLE_NOCOLOR": "1",
        "ANSIBLE_TRANSFORM_INVALID_GROUP_CHARS": "ignore",  # Kolla's own groups have hyphens
        "ANSIBLE_DEPRECATION_WARNINGS": "False",
        "ANSIBLE_LOCALHOST_WARNING": "False",
        **more,
    }


def _play_environment(
    release: str, kolla: PythonTool, scratch: Path, failures: Path
) -> dict[str, str]:
    (scratch / "home").mkdir()
    return _environment(
        release,
        {
            "HOME": str(scratch / "home"),
            "ANSIBLE_HOME": str(scratch / "home" / "ansible"),
            "ANSIBLE_CACHE_PLUGIN": "jsonfile",
            "ANSIBLE_CACHE_PLUGIN_CONNECTION": str(scratch / "facts"),
            "ANSIBLE_CACHE_PLUGIN_TIMEOUT": "0",
            "ANSIBLE_CALLBACK_PLUGINS": str(HERE / "ansible_plugins"),
            "ANSIBLE_CALLBACKS_ENABLED": "oib_failures,oib_compiled_templates",
            "ANSIBLE_DISPLAY_SKIPPED_HOSTS": "False",
            "ANSIBLE_FORKS": "4",
            "ANSIBLE_STRATEGY": "mitogen_linear",
            "ANSIBLE_STRATEGY_PLUGINS": str(
                kolla.packages / "ansible_mitogen" / "plugins" / "strategy"
            ),
            "MITOGEN_CPU_COUNT": "2",
            "OIB_FAILURES": str(failures),
            "OIB_COMPILED_TEMPLATES": str(kolla.path / "compiled-templates"),
        },
    )
