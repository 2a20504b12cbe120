"""Settings of bare metal: what boots and installs servers, and the compute service that gives them out.

Networks and nodes are made through the APIs afterwards, as for every deployment tool, so the chart's jobs
that would make a network and images of its own stay off. The agent that installs servers lies on the
control hosts, in the folder that the conductors' pods see of them; or is fetched where its URL is stated.
"""

from __future__ import annotations

import re
import shlex
from collections.abc import Iterator

from blueprint.diagnostics import Diagnostic
from blueprint.model.baremetal import neutron_network
from blueprint.model.links import interface_of
from blueprint.model.openstack_services import Ironic
from blueprint.spans import Spans
from blueprint.target import Cause, Step
from blueprint.values import FileRef, Ref
from targets.openstack_helm import limits
from targets.openstack_helm.cloud import CONTROL_LABEL, Cloud
from targets.openstack_helm.placement import tainted_pools
from targets.openstack_helm.settings import ChartSetting, at

#: What the conductors' pods see of their hosts, and Ironic may read files of (`file_url_allowed_paths`).
_FOLDER = "/var/lib/ironic"
#: Names of the agent's files there.
_AGENT = {"kernel": "ironic-agent.kernel", "ramdisk": "ironic-agent.initramfs"}
#: What the API and the conductors wait for, without the job that would make a network.
_JOBS = ("ironic-db-sync", "ironic-ks-user", "ironic-ks-endpoints", "ironic-rabbit-init")
_URL = re.compile(r"https?://[A-Za-z0-9._~:/?#@!$&()*+,;=%\[\]-]+").fullmatch
_CONF = ("conf", "ironic")


def settings_of(cloud: Cloud) -> Ironic | None:
    """The block of the service, where it runs."""
    return cloud.layer.ironic if cloud.has("ironic") else None


def bare_metal(cloud: Cloud) -> Iterator[ChartSetting]:
    """All of it, by chart."""
    ironic, runs = settings_of(cloud), cloud.path("services")
    if ironic is None:
        return
    yield from _network(cloud, ironic)
    yield from _agent(cloud, ironic)
    own = Cause("networks and images are the blueprint's own", (cloud.path("ironic"), runs))
    yield at("ironic", "manifests.job_manage_cleaning_network", value=False, cause=own)
    for part in ("api", "conductor"):
        yield at("ironic", f"dependencies.static.{part}.jobs", list(_JOBS), own)
    yield at("ironic", "bootstrap.image.enabled", value=False, cause=own)
    unused = Cause("images are no objects of Swift's", (cloud.path("ironic", "deploy_image"),))
    yield at("ironic", "bootstrap.object_store.enabled", value=False, cause=unused)
    if cloud.has("nova"):
        given = Cause("the compute service over bare metal", (runs,))
        yield at("nova", "manifests.statefulset_compute_ironic", value=True, cause=given)
        label = ("labels", "agent", "compute_ironic", "node_selector_key")
        place = Cause("it runs on the control plane", (cloud.path("control"), runs))
        yield at("nova", label, CONTROL_LABEL, place)
    if cloud.has("neutron"):
        bound = Cause("Neutron is told which physical networks nodes are on", (runs,))
        yield at("neutron", "manifests.deployment_ironic_agent", value=True, cause=bound)


def _network(cloud: Cloud, ironic: Ironic) -> Iterator[ChartSetting]:
    found = provisioning_interface(cloud, ironic)
    if found is not None:
        interface, paths = found
        cause = Cause("the interface that nodes fetch files from", paths)
        yield at("ironic", "network.pxe.device", interface, cause)
    stated = {"provisioning": ironic.provisioning, "cleaning": ironic.cleaning}
    for field, network in stated.items():
        name = neutron_network(cloud.layer, network or ironic.provisioning)
        if name is None:
            continue
        fields = dict.fromkeys((field if network is not None else "provisioning", field))
        kind = "provider_network" if name in cloud.layer.provider_network else "external_network"
        paths = (*(cloud.path("ironic", each) for each in fields), cloud.path(kind, name))
        what = "installed" if field == "provisioning" else "cleaned"
        cause = Cause(f"the network that nodes are {what} over", paths)
        yield at("ironic", (*_CONF, "neutron", f"{field}_network"), name, cause)


def provisioning_interface(cloud: Cloud, ironic: Ironic) -> tuple[str, tuple[str, ...]] | None:
    """The control hosts' interface towards nodes, as the chart's scripts look for it, and what decides it.

    They search lines of `ip addr`, which end with the interface, for a pattern; so one whose name others
    begin with is tied to the line's end.
    """
    network, field = _reached_over(cloud, ironic)
    for profile in cloud.profiles_of("control"):
        name = None if network is None else interface_of(profile.links, network)
        if name is None:
            continue
        others = {each for link in profile.links for each in link.networks.values()} - {name}
        end = "$" if any(name in each for each in others) else ""
        paths = (field, cloud.path("control"), profile.path, f"{network}.vlan")
        return f"{name}{end}", paths
    return None


def _reached_over(cloud: Cloud, ironic: Ironic) -> tuple[Ref | None, str]:
    """The network on which nodes reach the conductors: the provisioning one where all of these are on it."""
    profiles = cloud.profiles_of("control")
    if all(interface_of(each.links, ironic.provisioning) for each in profiles):
        return ironic.provisioning, cloud.path("ironic", "provisioning")
    return cloud.cluster.node_network, f"{cloud.cluster_ref}.node_network"


def _agent(cloud: Cloud, ironic: Ironic) -> Iterator[ChartSetting]:
    for part, name in _AGENT.items():
        source = getattr(ironic.deploy_image, part)
        cause = Cause(
            "the agent that installs nodes", (cloud.path("ironic", "deploy_image", part),)
        )
        place = f"file://{_FOLDER}/{name}" if isinstance(source, FileRef) else source
        yield at("ironic", (*_CONF, "conductor", f"deploy_{part}"), place, cause)
    wiped = Cause("whether disks are wiped between two users", (cloud.path("ironic", "clean"),))
    yield at("ironic", (*_CONF, "conductor", "automated_clean"), ironic.clean, wiped)
    booted = Cause("how nodes load their first system", (cloud.path("ironic", "boot"),))
    yield at("ironic", (*_CONF, "DEFAULT", "default_boot_interface"), ironic.boot, booted)


def bare_metal_steps(cloud: Cloud) -> Iterator[Step]:
    """The agent's files, onto every host that a conductor may run on."""
    ironic = settings_of(cloud)
    if ironic is None:
        return
    sources = {name: getattr(ironic.deploy_image, part) for part, name in _AGENT.items()}
    files = {name: source for name, source in sources.items() if isinstance(source, FileRef)}
    logins = list(_logins(cloud))
    if not files or not logins:
        return
    names = " ".join(files)
    everywhere = f"for login in {' '.join(logins)}; do"
    yield Step(
        title="Put the agent that installs bare-metal servers on the control hosts",
        needs=(
            *(
                f"`{name}` here, which is `{path}` beside the blueprint"
                for name, path in files.items()
            ),
            "SSH to the control hosts, with `sudo` there",
        ),
        commands=(
            (
                f'({everywhere} ssh -n "$login" sudo install -d -m 0755 {_FOLDER} && for file in {names}; do '
                f'ssh "$login" "sudo tee {_FOLDER}/$file > /dev/null" < "$file" || exit 1; done; done)'
            ),
        ),
        checks=tuple(
            f'({everywhere} ssh -n "$login" test -s {_FOLDER}/{name} || exit 1; done)'
            for name in files
        ),
    )


def _logins(cloud: Cloud) -> Iterator[str]:
    text = cloud.model.addresses.text
    networks = (cloud.cluster.node_network, cloud.layer.api.internal.network)
    for host in cloud.control_hosts:
        found = (text(host.ref, network) for network in networks if network is not None)
        address = next((each for each in found if each is not None), None)
        if address is not None:
            yield shlex.quote(f"{host.spec.user}@{address}")


def check_bare_metal(cloud: Cloud, spans: Spans) -> Iterator[Diagnostic]:
    """What the chart has no way to do for bare metal."""
    ironic = settings_of(cloud)
    if ironic is None:
        return
    kolla = "or deploy with Kolla-Ansible"
    if ironic.inspection is not None:
        span = spans.at(cloud.ref, "ironic", "inspection")
        what = "inspection of nodes, whose DHCP server its chart lacks"
        yield limits.not_expressible(span, what, f"remove `inspection`, {kolla}")
    if ironic.boot != "ipxe":
        span = spans.at(cloud.ref, "ironic", "boot")
        what = "nodes that boot by PXE alone, since its chart is laid out for iPXE"
        yield limits.not_expressible(span, what, f"choose `boot = ipxe`, {kolla}")
    if cloud.has("neutron") and cloud.layer.neutron.plugin == "ovn":
        position = cloud.layer.services.index("ironic")
        span = spans.written(cloud.ref, "neutron", "plugin") or spans.at(
            cloud.ref, "services", position
        )
        what = "bare metal beside OVN, which answers no DHCP of such servers"
        yield limits.not_expressible(span, what, f"choose `plugin = ovs`, {kolla}")
    if cloud.has("neutron"):
        for label in tainted_pools(cloud, "neutron"):
            span = spans.at(cloud.cluster_ref, "pool", label, "taints")
            what = (
                "bare metal beside nodes with this taint: Neutron's chart writes the toleration of "
                "its agent for bare metal where Kubernetes takes none"
            )
            instead = "choose `prefer_no_schedule`, which pods of the charts need no toleration for"
            yield limits.not_expressible(span, what, instead)
    network, _ = _reached_over(cloud, ironic)
    names = {
        None if network is None else interface_of(profile.links, network): profile
        for profile in cloud.profiles_of("control")
    }
    if len(names) > 1:
        what = "conductors on hosts whose interfaces towards nodes differ in name: " + ", ".join(
            f"`{name}`" for name in sorted(str(each) for each in names)
        )
        instead = "name the control hosts' interfaces alike"
        yield limits.not_expressible(spans.at(cloud.ref, "control"), what, instead)
    for part in _AGENT:
        source = getattr(ironic.deploy_image, part)
        if not isinstance(source, FileRef) and not _URL(source):
            span = spans.at(cloud.ref, "ironic", "deploy_image", part)
            wanted = '`file("…")`, or a URL of `http` or `https`'
            yield limits.unusable_text(span, part, source, wanted)
