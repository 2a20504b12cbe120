"""All checks together: their catalogue, their order, and their work at scale."""

from collections import Counter

from blueprint.checks import run_checks
from blueprint.values import Ref
from tests.unit.checks.models import changed, cloud, found, group, network, spans_of


def test_diagnostics_come_in_the_order_of_the_source():
    model = changed(cloud(), "openstack.core", services=("nova",))
    model = changed(model, "ceph.main", devices=())
    starts = [d.span.start for d in found(model)]
    assert starts == sorted(starts)


def test_every_message_follows_the_house_style():
    model = changed(cloud(), "openstack.core", services=("nova", "cinder"), storage=None)
    for diagnostic in found(changed(model, "ceph.main", devices=())):
        assert not diagnostic.message.endswith(".")
        assert diagnostic.hint


class Counting(dict):
    """A table of spans that counts how often it is asked."""

    asked = 0

    def get(self, key, default=None):
        self.asked += 1
        return super().get(key, default)


def test_a_sound_cloud_asks_for_no_more_spans_when_it_grows():
    asked = []
    for count in (300, 3000):
        guests = group("guest", count)
        model = cloud(group("node", 3), guests, network__api=network("10.16.0.0/14", 20))
        wide = {
            f"network.{n}": f"10.{128 + 4 * i}.0.0/14"
            for i, n in enumerate(("storage", "tenant", "public"))
        }
        for name, subnet in wide.items():
            model = changed(model, name, cidr=network(subnet).cidr, gateway=None)
        model = changed(
            model, "openstack.core", "api", "internal", vip=network("10.19.255.9/32").cidr[0]
        )
        model = changed(
            model, "openstack.core", "api", "public", vip=network("10.139.255.9/32").cidr[0]
        )
        model = changed(model, "openstack.core", compute=(Ref("hosts.guest"),))
        spans = spans_of(model)
        table = Counting(spans.table)
        assert Counter(d.rule.code for d in run_checks(model, type(spans)(table))) == {}
        asked.append(table.asked)
    assert asked[0] == asked[1]
