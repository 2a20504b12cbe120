"""Access to the Kubernetes of a system for the tools of layers above: a kubeconfig that is good from outside."""

from __future__ import annotations

from collections.abc import Iterator

from blueprint.model import Kubernetes
from blueprint.model.naming import kubeconfig
from blueprint.target import Given, HandOver, Step
from blueprint.values import Ip, Ref
from targets.starlingx.system import System

_ADMIN = "sudo kubectl --kubeconfig /etc/kubernetes/admin.conf"
#: The API from outside: sysinv, common/constants.py, KUBE_APISERVER_EXTERNAL_PORT.
_PORT = 6443
#: The certificate that it has there, with its authority: sysinv, api/controllers/v1/kube_cluster.py.
_CERTIFICATE = "--namespace deployment get secret system-restapi-gui-certificate"


def access(system: System) -> Iterator[Step]:
    """The step that makes the administrator's kubeconfig, where a layer of the blueprint asks for it.

    `admin.conf` leads to an address inside of the system. From outside, the proxy on the OAM address
    takes the same client certificate and has a certificate of the platform's authority.
    """
    if system.ref not in _asked(system) or system.first is None:
        return
    path = kubeconfig(system.ref)
    place = path.replace("~/", '"$HOME"/')
    authority = f"{place.removesuffix('.yaml')}-ca.crt"
    yield Step(
        title="Make the administrator's kubeconfig for layers above",
        needs=(
            (
                f"run this as `sysadmin` on the active controller of `{system.ref}`, with all hosts unlocked and "
                "available"
            ),
        ),
        commands=(
            'mkdir -p -m 700 "$HOME"/.kube',
            f"(umask 077; {_ADMIN} config view --raw --flatten > {place})",
            f"{_ADMIN} {_CERTIFICATE} --output 'jsonpath={{.data.ca\\.crt}}' | base64 -d > {authority}",
            (
                f"kubectl config set-cluster kubernetes --kubeconfig {place} --server={endpoint(system.layer.oam.floating[0])} "
                f"--certificate-authority={authority} --embed-certs=true"
            ),
        ),
        checks=(f"kubectl --kubeconfig {place} get nodes",),
        hands_over=(
            Given(HandOver("kubeconfig", system.ref), path=path, host=system.first.host.name),
        ),
    )


def endpoint(floating: Ip) -> str:
    """The API of Kubernetes at the floating OAM address."""
    host = f"[{floating}]" if floating.version == 6 else str(floating)
    return f"https://{host}:{_PORT}"


def _asked(system: System) -> frozenset[Ref]:
    """The systems on whose Kubernetes other clusters are made."""
    found: frozenset[Ref] | None = system.model.remembered.get("managers")
    if found is None:
        clusters = system.model.of(Kubernetes).values()
        found = frozenset(each.manager for each in clusters if each.manager is not None)
        system.model.remembered["managers"] = found
    return found


__all__ = ["access", "endpoint"]
