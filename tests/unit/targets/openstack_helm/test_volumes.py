"""A region that names no Ceph cluster: its volumes are of a class that a cluster beside it makes."""

from blueprint.driver import compile_blueprint
from blueprint.loader import MemoryLoader
from blueprint.resolve.world import Options
from tests.unit.targets.openstack_helm.regions import compiled, region

PLAIN = region(services="keystone, glance, placement, nova, neutron").replace(
    "  storage = ceph.rook  ", "  "
)
SHARED = PLAIN.replace(
    '  pool general { use = kubernetes  storage_class = "general"  default = true }\n',
    '  mds = hosts.control\n  filesystem files { storage_class = "general" }\n',
)


def waves(text: str) -> list[tuple[str, ...]]:
    made = compile_blueprint(MemoryLoader({"main.oib": text}), Options())
    assert [d.message for d in made.diagnostics if d.is_error] == []
    assert made.graph is not None
    return [tuple(map(str, wave)) for wave in made.graph.waves]


def test_a_region_comes_after_the_cluster_that_makes_its_storage_class():
    assert waves(PLAIN)[-2:] == [("ceph.rook",), ("openstack.core",)]


def test_images_on_a_volume_of_one_node_have_one_pod():
    values = compiled(PLAIN).values("glance")
    assert values["storage"] == "pvc"
    assert values["pod"]["replicas"]["api"] == 1
    assert values["volume"] == {"class_name": "general", "size": "100Gi"}


def test_images_on_a_file_system_have_as_many_pods_as_other_apis():
    values = compiled(SHARED).values("glance")
    assert values["volume"]["accessModes"] == ["ReadWriteMany"]
    assert values["pod"]["replicas"]["api"] == 3


def test_images_in_a_pool_have_as_many_pods_as_other_apis():
    assert compiled(region()).values("glance")["pod"]["replicas"]["api"] == 3
