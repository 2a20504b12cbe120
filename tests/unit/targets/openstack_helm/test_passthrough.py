"""What a blueprint passes through reaches the right place of the right chart, as text where it is text."""

from tests.unit.targets.openstack_helm.regions import compiled, region, reported


def test_options_of_a_file_are_values_of_the_chart():
    values = compiled(
        region('nova { config "nova.conf" { scheduler { max_attempts = 5 } } }')
    ).values("nova")
    assert values["conf"]["nova"]["scheduler"]["max_attempts"] == 5


def test_options_of_a_drivers_file_have_their_own_place():
    text = region(neutron='config "ml2_conf.ini" { securitygroup { enable_ipset = false } }')
    plugin = compiled(text).values("neutron")["conf"]["plugins"]["ml2_conf"]
    assert plugin["securitygroup"]["enable_ipset"] is False


def test_an_option_that_repeats_is_a_line_for_each_value():
    body = 'nova { config "nova.conf" { pci { alias = ["{\\"name\\": \\"a\\"}", "{\\"name\\": \\"b\\"}"] } } }'
    value = compiled(region(body)).values("nova")["conf"]["nova"]["pci"]["alias"]
    assert value == {"type": "multistring", "values": ['{"name": "a"}', '{"name": "b"}']}


def test_values_of_a_chart_lie_over_the_derived_ones():
    text = region("tool openstack_helm { nova { pod { resources { enabled = true } } } }")
    pods = compiled(text).values("nova")["pod"]
    assert pods["resources"] == {"enabled": True}
    assert pods["replicas"]["osapi"] == 3


def test_a_text_stays_a_text_where_the_chart_runs_templates():
    body = 'tool openstack_helm { keystone { conf { wsgi_script = "{{ .Values.evil }}" } } }'
    value = compiled(region(body)).values("keystone")["conf"]["wsgi_script"]
    assert value == '{{ "{{" }} .Values.evil }}'


def test_a_secret_option_is_refused():
    text = region('nova { config "nova.conf" { neutron { password = "x" } } }')
    assert reported(text) == ["OIB6709"]


def test_a_derived_option_is_refused():
    text = region(neutron='config "ml2_conf.ini" { ml2 { tenant_network_types = "vlan" } }')
    assert reported(text) == ["OIB6708"]


def test_a_map_around_a_derived_value_is_refused_too():
    text = region(
        "tool openstack_helm { ovn { overrides { ovn_controller { labels { x = 1 } } } } }"
    )
    assert reported(text) == ["OIB6708"]
