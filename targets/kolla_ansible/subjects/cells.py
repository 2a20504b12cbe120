"""Plans cells of Nova: groups and variables with which Kolla-Ansible runs conductors for each.

Each cell has a group of its computes and one of its conductors and console proxies; the release's own
groups of these services are made of them. Database and queue of a cell are a schema and a virtual host of
the region's own clusters, which Kolla-Ansible names after the cell. Computes of the region that are in no
cell are in one without a name, whose conductors run on the control hosts.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

from blueprint.diagnostics import Diagnostic, Label, Rule
from blueprint.source import Span
from blueprint.spans import Spans
from blueprint.target import Cause
from blueprint.values import Ref
from targets._formats.page import Traced
from targets.kolla_ansible.cloud import Cloud, HostClass
from targets.kolla_ansible.subject import Subject, Variables

CELL_NAME = Rule("OIB6075", "cell-name-not-usable")
NO_COMPUTE = Rule("OIB6076", "cell-without-compute")
OTHER_HOSTS = Rule("OIB6077", "cell-of-other-hosts")
TWO_CELLS = Rule("OIB6078", "host-in-two-cells")

#: Names of cells become parts of a schema's, a virtual host's and a group's name.
_NAME = re.compile(r"[A-Za-z][A-Za-z0-9_]{0,31}").fullmatch
#: Services of a cell beside its computes, by their group in the release's inventory.
_CONTROL_GROUPS = ("nova-conductor", "nova-novncproxy", "nova-serialproxy", "nova-spicehtml5proxy")
#: The first port for consoles of named cells: the load balancers tell cells apart by it.
_FIRST_PORT = 6090
_PROXY_PORT = {"novnc": "nova_novncproxy_port", "spice": "nova_spicehtml5proxy_port"}


def has_cells(cloud: Cloud) -> bool:
    """Whether computes are divided into cells."""
    return bool(cloud.layer.cell) and "nova" in cloud.layer.services


def cell_of(cloud: Cloud, each: HostClass) -> str | None:
    """The named cell that hosts of a class are in, or None."""
    return next(
        (
            name
            for name, cell in cloud.layer.cell.items()
            for selection in (cell.control, cell.compute)
            if _is_among(each, selection)
        ),
        None,
    )


def has_unnamed_cell(cloud: Cloud) -> bool:
    """Whether there is a cell without a name: for computes in no other, and for bare metal."""
    return "ironic" in cloud.layer.services or any(
        cell_of(cloud, each) is None for each in cloud.classes_of("compute")
    )


def _is_among(each: HostClass, selection: tuple[Ref, ...]) -> bool:
    return each.group in selection or each.refs[0] in selection


def _group(cell: str | None, part: str) -> str:
    # Groups of hosts never hold two underscores but before a number, so none can have such a name.
    return f"oib_unnamed_cell__{part}" if cell is None else f"oib_cell__{cell}__{part}"


def _variables(cloud: Cloud) -> Variables:
    if has_cells(cloud):
        cause = Cause(
            "conductors for each cell, and one above them",
            (cloud.path("cell"), cloud.path("services")),
        )
        yield "enable_cells", Traced(value=True, cause=cause)


def _class_variables(cloud: Cloud, each: HostClass) -> Variables:
    if not has_cells(cloud):
        return
    name = cell_of(cloud, each)
    paths = [cloud.path("cell")]
    if name is not None:
        rule = "the cell that the hosts are in"
        paths = [cloud.path("cell", name)]
        yield "nova_cell_name", Traced(name, Cause(rule, tuple(paths)))
    elif not has_unnamed_cell(cloud) or not (
        cloud.has_role(each, "compute") or cloud.has_role(each, "control")
    ):
        return
    else:
        paths += [cloud.path("control"), cloud.path("compute")]
    computes = Cause("computes of the hosts' own cell", tuple(paths))
    yield "nova_cell_compute_group", Traced(_group(name, "compute"), computes)
    rule = "the hosts of the conductors and console proxies of the hosts' own cell"
    control = Cause(rule, tuple(paths))
    for group in _CONTROL_GROUPS:
        variable = f"nova_cell_{group.removeprefix('nova-')}_group"
        yield variable, Traced(_group(name, "control"), control)
    port = _PROXY_PORT.get(cloud.layer.nova.console)
    if name is not None and port is not None:
        number = _FIRST_PORT + sorted(cloud.layer.cell).index(name)
        rule = "a port for the consoles of each cell, by the order of their names"
        fields = (cloud.path("cell"), cloud.path("nova", "console"))
        yield port, Traced(number, Cause(rule, fields))


def _groups(cloud: Cloud) -> Iterator[tuple[str, Traced]]:
    if not has_cells(cloud):
        return
    cells = cloud.layer.cell
    for name, cell in cells.items():
        for part, selection in (("compute", cell.compute), ("control", cell.control)):
            found = [e.inventory_group for e in cloud.every_class() if _is_among(e, selection)]
            cause = Cause(f"the {part} hosts of a cell", (cloud.path("cell", name, part),))
            yield _group(name, part), _children(found, cause)
    controls = [_group(name, "control") for name in cells]
    paths = tuple(cloud.path("cell", name, "control") for name in cells)
    if has_unnamed_cell(cloud):
        controls.append(_group(None, "control"))
        rest = [e.inventory_group for e in cloud.classes_of("compute") if cell_of(cloud, e) is None]
        cause = Cause(
            "computes in no cell of their own", (cloud.path("compute"), cloud.path("cell"))
        )
        yield _group(None, "compute"), _children(rest, cause)
        cause = Cause(
            "conductors of the unnamed cell run beside the APIs", (cloud.path("control"),)
        )
        yield _group(None, "control"), _children(["control"], cause)
        paths = (*paths, cloud.path("control"))
    release = (cloud.path("release"), *paths)
    for group in _CONTROL_GROUPS:
        cause = Cause("conductors and console proxies run on the hosts of each cell", release)
        yield group, _children(controls, cause)
    for name, known in cloud.catalog.groups.items():
        if {"control", "compute"} <= set(known.children):
            cause = Cause("hosts of cells have what every host has", release)
            yield name, _children([*known.children, *(_group(c, "control") for c in cells)], cause)


def _children(groups: list[str], cause: Cause) -> Traced:
    children: dict[str, Any] = {group: {} for group in groups}
    return Traced({"children": children} if children else {}, cause)


def _check(cloud: Cloud, spans: Spans) -> Iterator[Diagnostic]:
    layer, model = cloud.layer, cloud.model
    computes = frozenset(host.ref for host in model.hosts(layer.compute))
    placed: dict[Ref, tuple[str, ...]] = {}
    for name, cell in layer.cell.items():
        if not _NAME(name):
            yield cell_name_not_usable(spans.key(cloud.ref, "cell", name), name)
        if not any(model.hosts(cell.compute)):
            yield cell_without_compute(spans.at(cloud.ref, "cell", name, "compute"), name)
        for part, selection in (("compute", cell.compute), ("control", cell.control)):
            for position, ref in enumerate(selection):
                hosts = list(model.hosts((ref,)))
                at: tuple[str, ...] = ("cell", name, part, str(position))
                span = spans.at(cloud.ref, *at)
                twice = next((h for h in hosts if placed.get(h.ref, at)[1] != name), None)
                if part == "compute" and any(host.ref not in computes for host in hosts):
                    yield cell_of_other_hosts(span, name, ref, spans.at(cloud.ref, "compute"))
                elif twice is not None:
                    other = placed[twice.ref]
                    first = spans.at(cloud.ref, *other)
                    yield host_in_two_cells(span, twice.ref, name, other[1], first)
                for host in hosts:
                    placed.setdefault(host.ref, at)
    if has_cells(cloud) and has_unnamed_cell(cloud):
        for position, ref in enumerate(layer.control):
            both = next((h for h in model.hosts((ref,)) if h.ref in placed), None)
            if both is not None:
                at = placed[both.ref]
                span = spans.at(cloud.ref, *at)
                first = spans.at(cloud.ref, "control", position)
                yield host_in_two_cells(span, both.ref, at[1], None, first)
                break


def cell_name_not_usable(span: Span, name: str) -> Diagnostic:
    """A cell whose name could not be that of a database."""
    return Diagnostic(
        CELL_NAME,
        span,
        f'"{name}" can\'t be the name of a cell',
        notes=("its database and its queue are named after it",),
        hint="take letters, digits and `_`, a letter first, at most 32",
    )


def cell_without_compute(span: Span, name: str) -> Diagnostic:
    """A cell without a host for guests."""
    return Diagnostic(NO_COMPUTE, span, f"cell `{name}` has no compute", hint="name at least one")


def cell_of_other_hosts(span: Span, name: str, hosts: str, computes: Span) -> Diagnostic:
    """A cell with hosts that are no computes of the region."""
    return Diagnostic(
        OTHER_HOSTS,
        span,
        f"`{hosts}` in cell `{name}` is not among the region's computes",
        labels=(Label(computes, "the computes of all cells"),),
        hint=f"add `{hosts}` to `compute` of the region",
    )


def host_in_two_cells(
    span: Span, host: str, name: str, other: str | None, first: Span
) -> Diagnostic:
    """A host that two cells would run services on."""
    label = "and in the cell without a name, since it is a control host of the region"
    return Diagnostic(
        TWO_CELLS,
        span,
        f"`{host}` would be in cell `{name}` and in " + (f"`{other}`" if other else "another"),
        labels=(Label(first, f"in `{other}` here" if other else label),),
        notes=("Kolla-Ansible runs services of one cell on a host",),
        hint="give each cell hosts of its own",
    )


SUBJECT = Subject(
    name="cells",
    variables=_variables,
    class_variables=_class_variables,
    groups=_groups,
    check=_check,
    rules=(CELL_NAME, NO_COMPUTE, OTHER_HOSTS, TWO_CELLS),
    derived_variables={
        "enable_cells": "`cell`",
        "nova_cell_compute_group": "`cell`",
        "nova_cell_conductor_group": "`cell`",
        "nova_cell_name": "`cell`",
        "nova_cell_novncproxy_group": "`cell`",
        "nova_cell_serialproxy_group": "`cell`",
        "nova_cell_spicehtml5proxy_group": "`cell`",
    },
)
