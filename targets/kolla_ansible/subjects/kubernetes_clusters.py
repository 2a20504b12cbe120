"""Magnum's drivers: a Cluster API manager, to which the operator gives access, or Heat.

The images bring both. Kolla-Ansible switches the driver for Cluster API on where it finds a kubeconfig
among its files, and off otherwise (roles/magnum/templates/magnum.conf.j2).
"""

from __future__ import annotations

from collections.abc import Iterator

from blueprint.diagnostics import Diagnostic, Rule, Severity
from blueprint.source import Span
from blueprint.spans import Spans
from blueprint.target import Cause, Step
from targets._formats.page import Traced
from targets.kolla_ansible.cloud import Cloud
from targets.kolla_ansible.commands import folder_of
from targets.kolla_ansible.subject import Files, Subject

NO_MANAGER = Rule("OIB6128", "no-cluster-manager")
HEAT_DRIVER = Rule("OIB6129", "deprecated-cluster-driver", Severity.WARNING)
NEEDLESS_ACCESS = Rule("OIB6130", "needless-cluster-access")


_TEMPLATES = "cluster_template"
#: What connects pods where clusters are made through Cluster API, the usual first.
_CONNECTS = ("calico", "cilium")


def _files(cloud: Cloud) -> Files:
    """Magnum lets in Calico and Flannel by itself; its driver for Cluster API knows Calico and Cilium."""
    if "magnum" not in cloud.layer.services or cloud.layer.magnum.driver != "cluster_api":
        return {}
    fields = (cloud.path("magnum", "driver"), cloud.path("services"))
    cause = Cause("what the driver for Cluster API connects pods with", fields)
    options = {
        "kubernetes_allowed_network_drivers": Traced(",".join(_CONNECTS), cause),
        "kubernetes_default_network_driver": Traced(_CONNECTS[0], cause),
    }
    return {"magnum.conf": {_TEMPLATES: options}}


def _supplies(cloud: Cloud) -> Iterator[Step]:
    magnum = cloud.layer.magnum
    if "magnum" not in cloud.layer.services or magnum.kubeconfig is None:
        return
    place = f"{folder_of(cloud)}/config/magnum/kubeconfig"
    secret = magnum.kubeconfig
    yield Step(
        title="Give Magnum access to the Cluster API manager",
        needs=(
            (
                f"`kubeconfig` here: the secret `{secret.key}` of `{secret.store}`, with the address of a "
                "manager that the control hosts reach, and with rights to make clusters there"
            ),
        ),
        commands=(
            f"install -d -m 0750 {folder_of(cloud)}/config/magnum",
            f"install -m 0640 kubeconfig {place}",
            "rm -f kubeconfig",
        ),
        checks=(f"grep -q '^kind: Config' {place}",),
        gives=("Magnum's driver for Cluster API, which is off without this file",),
    )


def _check(cloud: Cloud, spans: Spans) -> Iterator[Diagnostic]:
    if "magnum" not in cloud.layer.services:
        return
    magnum = cloud.layer.magnum
    if magnum.driver == "cluster_api" and magnum.kubeconfig is None:
        position = cloud.layer.services.index("magnum")
        listed = spans.at(cloud.ref, "services", position)
        yield _no_manager(spans.written(cloud.ref, "magnum", "driver") or listed)
    if magnum.driver == "heat" and magnum.kubeconfig is not None:
        yield _needless_access(spans.at(cloud.ref, "magnum", "kubeconfig"))
    elif magnum.driver == "heat":
        yield _heat_driver(spans.at(cloud.ref, "magnum", "driver"))


def _no_manager(span: Span) -> Diagnostic:
    """Clusters through Cluster API, and no manager that makes them."""
    return Diagnostic(
        NO_MANAGER,
        span,
        "Magnum has no Cluster API manager to make clusters with",
        hint='give it access: `magnum { kubeconfig = secrets.…["…"] }`, or write `driver = heat`',
    )


def _heat_driver(span: Span) -> Diagnostic:
    """The older driver, which Magnum keeps for clusters that there are."""
    return Diagnostic(
        HEAT_DRIVER,
        span,
        "Magnum's driver for Heat is deprecated, and its last tested Kubernetes is 1.28",
        hint="write `driver = cluster_api` for new clusters",
    )


def _needless_access(span: Span) -> Diagnostic:
    """Access to a manager that the driver has no use for, and whose presence would switch the other one on."""
    return Diagnostic(
        NEEDLESS_ACCESS,
        span,
        "`kubeconfig` is for the driver for Cluster API, which its presence would switch on",
        hint="take it out, or write `driver = cluster_api`",
    )


SUBJECT = Subject(
    name="kubernetes_clusters",
    files=_files,
    supplies=_supplies,
    check=_check,
    rules=(NO_MANAGER, HEAT_DRIVER, NEEDLESS_ACCESS),
    derived_options={
        ("magnum", _TEMPLATES, f"kubernetes_{word}_network_driver{end}"): "`magnum { driver }`"
        for word, end in (("allowed", "s"), ("default", ""))
    },
)
