"""Files of a class of hosts that are the same on all of them, copied as they are: `files/GROUP/NAME`."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping

from blueprint.target import Artifact, Cause
from targets._formats.page import Page, Traced
from targets.host_preparation.host_files import NOTICE
from targets.host_preparation.kernel import kernel_arguments, module_options, modules, page_files
from targets.host_preparation.layer import HostClass, Preparation
from targets.host_preparation.security import PLACES, said, write_lines
from targets.host_preparation.surroundings import environment
from targets.host_preparation.systems import distribution_of
from targets.host_preparation.timekeeping import chrony, clock_port, keeps_time, ptp_units

FOLDER = "host_preparation/files"


def class_files(layer: Preparation, hosts: HostClass) -> Iterator[Artifact]:
    """The files of a class.

    Files for the kernel are there also where they say nothing, so that hosts keep nothing of what a
    blueprint said before.
    """
    writers: Mapping[str, Callable[[Preparation, HostClass, Page], None]] = {
        "chrony.conf": _chrony,
        "environment": _environment,
        "grub.cfg": _grub,
        "hugepages.conf": _pages,
        "modprobe.conf": _modprobe,
        "modules.conf": _modules,
        "oib-phc2sys.service": _phc2sys,
        "oib-ptp4l.service": _ptp4l,
        **{name: _guarding(name) for name in PLACES},
    }
    for name, write in writers.items():
        page = Page()
        write(layer, hosts, page)
        artifact = page.artifact(f"{FOLDER}/{hosts.inventory_group}/{name}")
        if artifact.text:
            yield artifact


def _guarding(name: str) -> Callable[[Preparation, HostClass, Page], None]:
    """A file of what guards the hosts, where it says anything."""

    def write_file(_: Preparation, hosts: HostClass, page: Page) -> None:
        if said(hosts, name):
            write_lines(hosts, name, _noted(page))

    return write_file


def _noted(page: Page) -> Page:
    page.line(f"# {NOTICE}")
    return page


def _chrony(layer: Preparation, hosts: HostClass, page: Page) -> None:
    if keeps_time(layer, hosts):
        chrony(layer, hosts, _noted(page))


def _environment(layer: Preparation, hosts: HostClass, page: Page) -> None:
    """Lines of /etc/environment; programs differ in the case that they look for."""
    for name, value in environment(layer, hosts).items():
        for spelled in (name, name.upper()):
            page.line(f'{spelled}="{value.value}"', value.cause)


def _grub(_: Preparation, hosts: HostClass, page: Page) -> None:
    """What GRUB adds to the kernel's command line, where the system has such a file."""
    if hosts.family != "debian":
        return
    _noted(page)
    for argument in kernel_arguments(hosts):
        line = f'GRUB_CMDLINE_LINUX_DEFAULT="$GRUB_CMDLINE_LINUX_DEFAULT {argument.value}"'
        page.line(line, argument.cause)
    if hosts.spec.kernel == "low_latency" and distribution_of(hosts.spec.os) == "ubuntu":
        cause = Cause("the kernel for low latency starts by itself", (hosts.field("kernel"),))
        page.line('GRUB_FLAVOUR_ORDER="lowlatency"', cause)


def _pages(_: Preparation, hosts: HostClass, page: Page) -> None:
    _lines(page_files(hosts), page)


def _modprobe(_: Preparation, hosts: HostClass, page: Page) -> None:
    _lines(module_options(hosts), page)


def _modules(_: Preparation, hosts: HostClass, page: Page) -> None:
    _lines(iter(modules(hosts)), page)


def _lines(lines: Iterator[Traced], page: Page) -> None:
    _noted(page)
    for line in lines:
        page.line(line.value, line.cause)


def _ptp4l(_: Preparation, hosts: HostClass, page: Page) -> None:
    _unit(hosts, page, "oib-ptp4l", "PTP clock of the network card")


def _phc2sys(_: Preparation, hosts: HostClass, page: Page) -> None:
    _unit(hosts, page, "oib-phc2sys", "Clock of the network card for chrony", "oib-ptp4l.service")


def _unit(hosts: HostClass, page: Page, name: str, title: str, after: str | None = None) -> None:
    port = clock_port(hosts) if hosts.spec.clock == "ptp" else None
    if port is None:
        return
    command = ptp_units(hosts, port)[name]
    _noted(page)
    page.line("[Unit]", command.cause)
    page.line(f"Description={title}", command.cause)
    page.line(f"After=network.target {after or ''}".rstrip(), command.cause)
    if after is not None:
        page.line(f"Requires={after}", command.cause)
    for line in ("", "[Service]", f"ExecStart={command.value}", "Restart=always", "RestartSec=5"):
        page.line(line, command.cause)
    for line in ("", "[Install]", "WantedBy=multi-user.target"):
        page.line(line, command.cause)
