"""Plans what a cluster needs of its region beforehand: a user with a credential, a key, groups that keep nodes apart."""

from __future__ import annotations

from importlib.resources import files
from typing import Any

from blueprint.model.openstack_resources import Project
from blueprint.target import Artifact, Cause
from targets._formats.page import Page, Traced
from targets._formats.yaml import ansible_string, yaml_artifact
from targets.cluster_api.cluster import Cluster
from targets.cluster_api.openstack import server_group

_NOTICE = "Made by oib from the blueprint: change the blueprint, not this file."
_MADE = Cause("the playbook is the same for each cluster; its variables say what is made")


def artifacts(cluster: Cluster) -> tuple[Artifact, ...]:
    """The playbook and its variables."""
    page = Page()
    page.line(f"# {_NOTICE}", _MADE)
    text = files(__package__).joinpath("prerequisites.yml").read_text(encoding="utf-8")
    for line in text.splitlines():
        page.line(line, _MADE)
    path = "cluster_api/prerequisites_variables.yml"
    return (
        page.artifact("cluster_api/prerequisites.yml"),
        yaml_artifact(path, variables(cluster), (_NOTICE,), ansible_string),
    )


def variables(cluster: Cluster) -> dict[str, Any]:
    """The variables of the playbook."""
    layer, region = cluster.layer, cluster.region_ref
    assert layer.project is not None
    assert layer.image is not None
    project = cluster.region.project.get(layer.project.label, Project())
    named = Cause("the cluster by its name in the blueprint", (str(cluster.ref),))
    owner = Cause("the project that owns the guests", (cluster.path("project"), str(layer.project)))
    domain = Cause("the domain of the project", (f"{layer.project}.domain",))
    found: dict[str, Any] = {
        "cluster_name": Traced(cluster.name, named),
        "cluster_user": Traced(f"cluster-api-{cluster.name}", named),
        "cluster_region": Traced(
            cluster.region.region, Cause("the region", (cluster.path("on"), f"{region}.region"))
        ),
        "cluster_project": Traced(layer.project.label, owner),
        "cluster_domain": Traced(project.domain, domain),
        "cluster_roles": Traced(_roles(cluster), owner),
        "cluster_flavors": _flavors(cluster),
        "cluster_image": Traced(
            layer.image.label,
            Cause("the image of the nodes", (cluster.path("image"), str(layer.image))),
        ),
        "cluster_networks": _networks(cluster),
        "cluster_server_groups": _groups(cluster),
    }
    if layer.key_pair is not None:
        key = cluster.stated("the SSH key of the nodes", "key_pair")
        found["cluster_key_pair"] = Traced(layer.key_pair, key)
    return found


def _roles(cluster: Cluster) -> list[str]:
    balances = cluster.layer.api.load_balancer or cluster.layer.load_balancer
    return ["member", *(("load-balancer_member",) if balances is not None else ())]


def _flavors(cluster: Cluster) -> Traced:
    stated = {
        "control.flavor": cluster.layer.control.flavor,
        **{f"pool.{label}.flavor": pool.flavor for label, pool in cluster.layer.pool.items()},
    }
    names = dict.fromkeys(ref.label for ref in stated.values() if ref is not None)
    return Traced(list(names), cluster.stated("flavors of the nodes", *stated))


def _networks(cluster: Cluster) -> Traced:
    found: dict[str, None] = {}
    if cluster.external is not None:
        found[cluster.external] = None
    paths = list(cluster.external_paths)
    for label, pool in cluster.layer.pool.items():
        for name, interface in pool.interface.items():
            network = cluster.network_of(interface)
            if network is not None:
                found[network] = None
                paths.append(cluster.path(f"pool.{label}.interface.{name}"))
    return Traced(list(found), Cause("networks that the region must have", tuple(paths)))


def _groups(cluster: Cluster) -> Traced:
    parts = ["control-plane", *cluster.layer.pool]
    names = [server_group(cluster, part) for part in parts]
    return Traced(
        names, cluster.stated("nodes of one part on different computes", "control", "pool")
    )
