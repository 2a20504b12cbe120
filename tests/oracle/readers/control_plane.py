"""Runs the APIs of one release on SQLite, each in a process: the control plane that a playbook talks to.

It stands alone: it imports nothing of `oib`, because it runs inside an environment that holds the
services of one release. `control_plane.py FOLDER` prepares the databases below a folder, starts the
APIs, writes `clouds.yaml` and then `ready`, and serves until its input ends. No agent, no conductor
and no hypervisor runs: computes and nodes are entered into the databases by the services' own objects.
"""

from __future__ import annotations

import json
import os
import shutil
import socket
import sqlite3
import subprocess
import sys
import time
import uuid
from pathlib import Path

HERE = Path(__file__)
BIN = Path(sys.executable).parent
ETC = BIN.parent / "etc"
PASSWORD = "test"  # nobody but this test reaches the services
SERVICES = ("keystone", "placement", "glance", "nova", "neutron", "cinder", "ironic")
TYPES = {
    "keystone": ("identity", "/v3"),
    "placement": ("placement", ""),
    "glance": ("image", ""),
    "nova": ("compute", "/v2.1"),
    "neutron": ("network", ""),
    "cinder": ("block-storage", "/v3"),
    "ironic": ("baremetal", ""),
}


def clouds(ports: dict[str, int]) -> str:
    return f"""clouds:
  kolla-admin:
    region_name: region-1
    auth:
      auth_url: http://127.0.0.1:{ports["keystone"]}/v3
      username: admin
      password: {PASSWORD}
      project_name: admin
      user_domain_name: Default
      project_domain_name: Default
"""


def register(ports: dict[str, int]) -> None:
    """Enter the services into Keystone's catalogue, and the project that services have."""
    from keystoneauth1 import session
    from keystoneauth1.identity import v3

    url = f"http://127.0.0.1:{ports['keystone']}/v3"
    who = v3.Password(
        auth_url=url, username="admin", password=PASSWORD, project_name="admin",
        user_domain_id="default", project_domain_id="default",
    )  # fmt: skip
    keystone = session.Session(auth=who)
    keystone.post(f"{url}/projects", json={"project": {"name": "service", "domain_id": "default"}})
    for service, (kind, path) in TYPES.items():
        if service == "keystone":
            continue
        body = {"service": {"name": service, "type": kind}}
        made = keystone.post(f"{url}/services", json=body).json()["service"]["id"]
        for interface in ("public", "internal"):
            endpoint = {
                "interface": interface, "region_id": "region-1", "service_id": made,
                "url": f"http://127.0.0.1:{ports[service]}{path}",
            }  # fmt: skip
            keystone.post(f"{url}/endpoints", json={"endpoint": endpoint})


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def authentication(ports: dict[str, int]) -> str:
    return f"""
[keystone_authtoken]
www_authenticate_uri = http://127.0.0.1:{ports["keystone"]}
auth_url = http://127.0.0.1:{ports["keystone"]}
auth_type = password
project_name = admin
user_domain_id = default
project_domain_id = default
username = admin
password = {PASSWORD}
[oslo_policy]
enforce_scope = false
[oslo_concurrency]
lock_path = @/locks
[oslo_messaging_notifications]
driver = noop
"""


def configurations(ports: dict[str, int]) -> dict[str, str]:
    tail = authentication(ports)
    keystone = f"http://127.0.0.1:{ports['keystone']}"
    client = f"""auth_url = {keystone}
auth_type = password
project_name = admin
user_domain_id = default
project_domain_id = default
username = admin
password = {PASSWORD}
region_name = region-1
"""
    return {
        "keystone": f"""[database]
connection = sqlite:///@/keystone.db
[fernet_tokens]
key_repository = @/fernet
[credential]
key_repository = @/credential
{tail}""",
        "placement": f"[placement_database]\nconnection = sqlite:///@/placement.db\n{tail}",
        "glance": f"""[DEFAULT]
enabled_backends = files:file
[database]
connection = sqlite:///@/glance.db
[glance_store]
default_backend = files
[files]
filesystem_store_datadir = @/images
[os_glance_staging_store]
filesystem_store_datadir = @/staging
[os_glance_tasks_store]
filesystem_store_datadir = @/tasks
[paste_deploy]
flavor = keystone
config_file = {ETC}/glance/glance-api-paste.ini
{tail}""",
        "nova": f"""[DEFAULT]
transport_url = fake://
state_path = @/nova-state
[api]
auth_strategy = keystone
[wsgi]
api_paste_config = {ETC}/nova/api-paste.ini
[database]
connection = sqlite:///@/nova.db
[api_database]
connection = sqlite:///@/nova_api.db
[placement]
{client}
[glance]
api_servers = http://127.0.0.1:{ports["glance"]}
[neutron]
{client}
{tail}""",
        "neutron": f"""[DEFAULT]
transport_url = fake://
core_plugin = ml2
service_plugins = router
api_paste_config = {ETC}/neutron/api-paste.ini
state_path = @/neutron-state
global_physnet_mtu = 9000
[database]
connection = sqlite:///@/neutron.db
[ml2]
type_drivers = flat,vlan,geneve
tenant_network_types = geneve
mechanism_drivers = logger
extension_drivers = port_security
path_mtu = 9000
[ml2_type_flat]
flat_networks = plain
[ml2_type_vlan]
network_vlan_ranges = provider:1000:1999
[ml2_type_geneve]
vni_ranges = 1:1000
max_header_size = 38
{tail}""",
        "cinder": f"""[DEFAULT]
transport_url = fake://
auth_strategy = keystone
state_path = @/cinder-state
api_paste_config = {ETC}/cinder/api-paste.ini
[database]
connection = sqlite:///@/cinder.db
{tail}""",
        # API and conductor in one process; no node is ever touched, so one interface of each kind will do.
        "ironic": f"""[DEFAULT]
auth_strategy = keystone
rpc_transport = none
host = conductor
state_path = @/ironic-state
enabled_hardware_types = redfish
enabled_bios_interfaces = no-bios
enabled_boot_interfaces = redfish-virtual-media
enabled_console_interfaces = no-console
enabled_deploy_interfaces = direct
enabled_firmware_interfaces = no-firmware
enabled_inspect_interfaces = no-inspect
enabled_management_interfaces = redfish
enabled_network_interfaces = noop
enabled_power_interfaces = redfish
enabled_raid_interfaces = no-raid
enabled_rescue_interfaces = no-rescue
enabled_storage_interfaces = noop
enabled_vendor_interfaces = no-vendor
[api]
host_ip = 127.0.0.1
port = {ports["ironic"]}
[conductor]
automated_clean = false
[database]
connection = sqlite:///@/ironic.db
[pxe]
tftp_root = @/ironic-state/tftp
tftp_master_path = @/ironic-state/tftp-masters
images_path = @/ironic-state/images
instance_master_path = @/ironic-state/masters
[deploy]
http_root = @/ironic-state/http
{tail}""",
    }


FILES = {"glance": "glance-api.conf"}
APPLICATIONS = {
    "keystone": "keystone.wsgi.api",
    "placement": "placement.wsgi.api",
    "glance": "glance.wsgi.api",
    "nova": "nova.wsgi.osapi_compute",
    "neutron": "neutron.wsgi.api",
    "cinder": "cinder.wsgi.api",
}


def environment(folder: Path, service: str) -> dict[str, str]:
    name = service.upper()
    file = folder / service / FILES.get(service, f"{service}.conf")
    return {
        **os.environ,
        f"OS_{name}_CONFIG_DIR": str(folder / service),
        **({} if service == "nova" else {f"OS_{name}_CONFIG_FILES": str(file)}),
        "PYTHONWARNINGS": "ignore",
    }


def run(folder: Path, service: str, *command: str) -> None:
    file = folder / service / FILES.get(service, f"{service}.conf")
    words = [sys.executable, str(BIN / command[0]), "--config-file", str(file), *command[1:]]
    done = subprocess.run(
        words, env=environment(folder, service), capture_output=True, text=True, check=False
    )
    if done.returncode:
        raise SystemExit(f"{' '.join(command)} failed:\n{done.stdout[-1500:]}{done.stderr[-3000:]}")


def process(folder: Path, service: str, port: int) -> list[str]:
    """The command that serves one API."""
    if service == "ironic":
        file = folder / "ironic" / "ironic.conf"
        return [sys.executable, str(BIN / "ironic"), "--config-file", str(file)]
    return [sys.executable, str(HERE), "serve", service, str(port)]


def serve(service: str, port: int) -> None:
    """Serve one API; this is what each child process does."""
    import importlib
    from wsgiref.simple_server import WSGIRequestHandler, make_server

    class Quiet(WSGIRequestHandler):
        def log_message(self, *_: object) -> None:
            return

    file = os.environ.get(f"OS_{service.upper()}_CONFIG_FILES", "")
    sys.argv = [service, "--config-file", file] if service == "cinder" else [service]
    application = importlib.import_module(APPLICATIONS[service]).application
    # One request at a time: SQLite locks the whole database.
    make_server("127.0.0.1", port, application, handler_class=Quiet).serve_forever()


def prepare(folder: Path, ports: dict[str, int]) -> None:
    for service, text in configurations(ports).items():
        (folder / service).mkdir(parents=True)
        file = folder / service / FILES.get(service, f"{service}.conf")
        file.write_text(text.replace("@", str(folder)), encoding="utf-8")
    shutil.copy(ETC / "nova" / "api-paste.ini", folder / "nova")
    for name in (
        "images",
        "staging",
        "tasks",
        "locks",
        "nova-state",
        "neutron-state",
        "cinder-state",
        "ironic-state",
    ):
        (folder / name).mkdir()
    for name in ("fernet", "credential"):
        (folder / name).mkdir(mode=0o700)
    run(folder, "keystone", "keystone-manage", "db_sync")
    user = ["--keystone-user", str(os.getuid()), "--keystone-group", str(os.getgid())]
    run(folder, "keystone", "keystone-manage", "fernet_setup", *user)
    run(folder, "keystone", "keystone-manage", "credential_setup", *user)
    url = f"http://127.0.0.1:{ports['keystone']}/v3"
    run(
        folder, "keystone", "keystone-manage", "bootstrap", "--bootstrap-password", PASSWORD,
        "--bootstrap-public-url", url, "--bootstrap-internal-url", url, "--bootstrap-region-id",
        "region-1",
    )  # fmt: skip
    run(folder, "placement", "placement-manage", "db", "sync")
    run(folder, "glance", "glance-manage", "db_sync")
    run(folder, "nova", "nova-manage", "api_db", "sync")
    run(folder, "nova", "nova-manage", "cell_v2", "map_cell0", "--database_connection",
        f"sqlite:///{folder}/nova_cell0.db")  # fmt: skip
    run(folder, "nova", "nova-manage", "db", "sync")
    run(folder, "nova", "nova-manage", "cell_v2", "create_cell", "--name", "cell1")
    run(folder, "cinder", "cinder-manage", "db", "sync")
    run(folder, "ironic", "ironic-dbsync", "create_schema")
    subprocess.run(
        [sys.executable, str(HERE), "neutron-tables", str(folder)],
        env=environment(folder, "neutron"), check=True,
    )  # fmt: skip
    for database in folder.glob("*.db"):  # so that whoever reads does not stop the one who writes
        with sqlite3.connect(database) as connection:
            connection.execute("PRAGMA journal_mode=WAL")


def neutron_tables(folder: Path) -> None:
    """Neutron's migrations don't run on SQLite; its models make the same tables."""
    import sqlalchemy
    from neutron.db.migration.models import head

    engine = sqlalchemy.create_engine(f"sqlite:///{folder}/neutron.db")
    head.get_metadata().create_all(engine)


def computes(folder: Path, names: list[str]) -> None:
    """Enter computes as if their agents had reported: services, mappings to the cell, resource providers."""
    from nova import config, context, objects

    config.parse_args(["nova", "--config-file", str(folder / "nova" / "nova.conf")])
    objects.register_all()
    admin = context.get_admin_context()
    cell = next(c for c in objects.CellMappingList.get_all(admin) if not c.is_cell0())
    uuids = {name: str(uuid.uuid4()) for name in names}
    for name in names:
        with context.target_cell(admin, cell) as inside:
            service = {"host": name, "binary": "nova-compute", "topic": "compute"}
            agent = objects.Service(inside, **service)
            agent.create()
            objects.ComputeNode(
                inside, uuid=uuids[name], host=name, hypervisor_hostname=name,
                service_id=agent.id, vcpus=8, memory_mb=1024, local_gb=10, vcpus_used=0,
                memory_mb_used=0, local_gb_used=0, hypervisor_type="QEMU",
                hypervisor_version=7000000, cpu_info="{}",
            ).create()  # fmt: skip
        objects.HostMapping(admin, host=name, cell_mapping=cell).create()
    from nova.scheduler.client import report

    client = report.report_client_singleton()
    for name in names:
        body = {"name": name, "uuid": uuids[name]}
        answer = client.post("/resource_providers", body, version="1.20")
        if answer.status_code != 200:
            raise SystemExit(f"no resource provider for {name}: {answer.text}")


def main() -> None:
    folder = Path(sys.argv[1]).resolve()
    ports = {service: free_port() for service in SERVICES}
    prepare(folder, ports)
    children = []
    for service, port in ports.items():
        log = (folder / f"{service}.log").open("w")
        children.append(
            subprocess.Popen(
                process(folder, service, port),
                env=environment(folder, service),
                stdout=log,
                stderr=log,
            )
        )
    try:
        open_for_business(folder, ports, children)
        sys.stdin.read()
    finally:
        for child in children:
            child.terminate()


def open_for_business(
    folder: Path, ports: dict[str, int], children: list[subprocess.Popen[bytes]]
) -> None:
    """Wait for the APIs, enter what agents would report, and say how a client reaches it all."""
    (folder / "ports.json").write_text(json.dumps(ports), encoding="utf-8")
    for service, port in ports.items():
        child = children[list(ports).index(service)]
        while child.poll() is None:
            with socket.socket() as probe:
                if probe.connect_ex(("127.0.0.1", port)) == 0:
                    break
            time.sleep(0.2)
        else:
            log = (folder / f"{service}.log").read_text(encoding="utf-8")
            raise SystemExit(f"{service} ended: {log[-3000:]}")
    register(ports)
    subprocess.run(
        [sys.executable, str(HERE), "computes", str(folder), *sys.argv[2:]],
        env=environment(folder, "nova"), check=True,
    )  # fmt: skip
    (folder / "clouds.yaml").write_text(clouds(ports), encoding="utf-8")
    (folder / "ready").touch()


if __name__ == "__main__":
    if sys.argv[1] == "serve":
        serve(sys.argv[2], int(sys.argv[3]))
    elif sys.argv[1] == "computes":
        computes(Path(sys.argv[2]), sys.argv[3:])
    elif sys.argv[1] == "neutron-tables":
        neutron_tables(Path(sys.argv[2]))
    else:
        main()
