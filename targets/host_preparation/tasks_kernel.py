"""Tasks for the kernel: its command line, modules, huge pages, the restart that they need, virtual functions."""

from __future__ import annotations

from collections.abc import Iterator

from targets.host_preparation.kernel import kernel_package
from targets.host_preparation.layer import Preparation
from targets.host_preparation.systems import Family
from targets.host_preparation.tasks import STATE, Task, about, needed, task

_DEBIAN = "ansible_facts.os_family == 'Debian'"
_REDHAT = "ansible_facts.os_family == 'RedHat'"
_FIELDS = ("cores", "memory", "iommu")
#: Names that kernels for low latency bear in each distribution.
_LOW_LATENCY = "lowlatency|[-+.]rt"


_PLACES = {
    "grub.cfg": "/etc/default/grub.d/90-oib.cfg",
    "hugepages.conf": "/etc/tmpfiles.d/oib-hugepages.conf",
    "modprobe.conf": "/etc/modprobe.d/oib.conf",
    "modules.conf": "/etc/modules-load.d/oib.conf",
}


def _has(layer: Preparation, family: Family) -> bool:
    return needed(layer, lambda each: each.family == family)


def kernel_tasks(layer: Preparation) -> Iterator[Task]:
    """What the kernel is started with, and the restart where it runs with something else."""
    yield from _files(layer)
    if needed(layer, lambda each: bool(each.spec.passthrough)):
        yield from _early(layer)
    if _has(layer, "redhat"):
        yield from _grubby(layer)
    if needed(layer, lambda each: kernel_package(each) is not None):
        yield from _package(layer)
    yield from _restart(layer)


def _files(layer: Preparation) -> Iterator[Task]:
    """Files that the kernel's surroundings read; one that says nothing only takes an earlier one's place."""
    cause = about(layer, "arguments, modules and huge pages", *_FIELDS, "nested_virtualization")
    if _has(layer, "debian"):
        yield task(
            "Make a place for the kernel's arguments",
            "ansible.builtin.file",
            {"path": "/etc/default/grub.d", "state": "directory", "mode": "0755"},
            cause,
            when=_DEBIAN,
        )
    yield task(
        "Look for files for the kernel",
        "ansible.builtin.stat",
        {"path": "{{ item.place }}"},
        cause,
        loop=[{"name": name, "place": place} for name, place in _PLACES.items()],
        loop_control={"label": "{{ item.place }}"},
        register="oib_present",
    )
    yield task(
        "Put files for the kernel in place",
        "ansible.builtin.copy",
        {
            "src": "{{ oib_class }}/{{ item.item.name }}",
            "dest": "{{ item.item.place }}",
            "mode": "0644",
        },
        cause,
        loop="{{ oib_present.results }}",
        loop_control={"label": "{{ item.item.place }}"},
        when="item.item.name in oib_kernel_files or item.stat.exists",
        register="oib_placed",
        notify=[handler.value["name"] for handler in kernel_handlers(layer)],
    )


def _early(layer: Preparation) -> Iterator[Task]:
    """Devices for guests are taken before the first file system's own drivers could take them."""
    cause = about(layer, "devices that guests are given whole", "passthrough")
    wanted = "'vfio-pci' in oib_modules"
    handlers = [handler.value["name"] for handler in kernel_handlers(layer)]
    if _has(layer, "debian"):
        yield task(
            "Load the driver of guests' devices early",
            "ansible.builtin.lineinfile",
            {"path": "/etc/initramfs-tools/modules", "line": "vfio-pci"},
            cause,
            when=[_DEBIAN, wanted],
            notify=handlers,
        )
    if _has(layer, "redhat"):
        yield task(
            "Load the driver of guests' devices early in the Red Hat family",
            "ansible.builtin.copy",
            {
                "content": 'force_drivers+=" vfio-pci "\n',
                "dest": "/etc/dracut.conf.d/oib.conf",
                "mode": "0644",
            },
            cause,
            when=[_REDHAT, wanted],
            notify=handlers,
        )


def _grubby(layer: Preparation) -> Iterator[Task]:
    """Arguments of all kernels; those that an earlier blueprint asked for are taken out."""
    cause = about(layer, "arguments of the kernel", *_FIELDS)
    record = f"{STATE}/kernel-arguments"
    yield task(
        "Read the kernel's arguments",
        "ansible.builtin.command",
        {"argv": ["grubby", "--info=DEFAULT"]},
        cause,
        when=_REDHAT,
        check_mode=False,
        changed_when=False,
        register="oib_entry",
    )
    yield task(
        "Read which of them were ours",
        "ansible.builtin.command",
        {"argv": ["cat", record]},
        cause,
        when=_REDHAT,
        check_mode=False,
        changed_when=False,
        failed_when=False,
        register="oib_former",
    )
    yield task(
        "Take arguments out that are no longer wanted",
        "ansible.builtin.command",
        {"argv": ["grubby", "--update-kernel=ALL", "--remove-args={{ oib_gone | join(' ') }}"]},
        cause,
        when=[_REDHAT, "oib_gone | length > 0"],
        changed_when=True,
        vars={"oib_gone": "{{ oib_former.stdout.split() | difference(oib_kernel_arguments) }}"},
    )
    yield task(
        "Add arguments of the kernel",
        "ansible.builtin.command",
        {
            "argv": [
                "grubby",
                "--update-kernel=ALL",
                "--args={{ oib_kernel_arguments | join(' ') }}",
            ]
        },
        cause,
        when=[
            _REDHAT,
            "oib_kernel_arguments | difference(oib_entry.stdout.replace('\"', ' ').split()) | length > 0",
        ],
        changed_when=True,
    )
    yield task(
        "Keep which of them are ours",
        "ansible.builtin.copy",
        {"content": "{{ oib_kernel_arguments | join(' ') }}\n", "dest": record, "mode": "0644"},
        cause,
        when=_REDHAT,
    )


def _package(layer: Preparation) -> Iterator[Task]:
    cause = about(layer, "the kernel for low latency", "kernel")
    yield task(
        "Install the kernel for low latency",
        "ansible.builtin.apt",
        {"name": "{{ oib_kernel_package }}"},
        cause,
        when=[_DEBIAN, "oib_kernel_package is defined"],
    )
    yield task(
        "Install the kernel for low latency of the Red Hat family",
        "ansible.builtin.dnf",
        {"name": "{{ oib_kernel_package }}", "enablerepo": "rt"},
        cause,
        when=[_REDHAT, "oib_kernel_package is defined"],
    )
    yield task(
        "Look for the kernel for low latency",
        "ansible.builtin.find",
        {"paths": "/boot", "patterns": "vmlinuz-*rt*"},
        cause,
        when=[_REDHAT, "oib_kernel_package is defined"],
        register="oib_kernels",
    )
    newest = "{{ (oib_kernels.files | sort(attribute='mtime') | last).path }}"
    yield task(
        "Start the kernel for low latency from now on",
        "ansible.builtin.command",
        {"argv": ["grubby", f"--set-default={newest}"]},
        cause,
        when=[_REDHAT, "oib_kernels.matched | default(0) > 0"],
        changed_when=False,
    )


def _restart(layer: Preparation) -> Iterator[Task]:
    cause = about(
        layer, "a kernel that runs with other arguments is started anew", *_FIELDS, "kernel"
    )
    yield task("Do what the changes ask for", "ansible.builtin.meta", "flush_handlers", cause)
    yield task(
        "Read the arguments that the kernel runs with",
        "ansible.builtin.command",
        {"argv": ["cat", "/proc/cmdline"]},
        cause,
        check_mode=False,
        changed_when=False,
        register="oib_running",
    )
    differing = {
        "oib_arguments_differ": (
            "{{ oib_kernel_arguments | difference(oib_running.stdout.split()) | length > 0 }}"
        )
    }
    if needed(layer, lambda each: kernel_package(each) is not None):
        differing["oib_kernel_differs"] = (
            "{{ oib_kernel_package is defined "
            f"and ansible_facts.kernel is not search('{_LOW_LATENCY}') }}}}"
        )
    reasons = [*(f"({name} | bool)" for name in differing), "oib_placed is changed"]
    yield task(
        "Restart the host where its kernel runs with something else",
        "ansible.builtin.reboot",
        {"reboot_timeout": 1800},
        cause,
        when=["oib_restart | default(true) | bool", " or ".join(reasons)],
        vars=differing,
    )
    yield task(
        "Load the modules",
        "community.general.modprobe",
        {"name": "{{ item }}"},
        cause,
        loop="{{ oib_modules }}",
    )


def function_tasks(layer: Preparation) -> Iterator[Task]:
    """Virtual functions: the network files make them, here they get their driver, for good."""
    if not needed(layer, lambda e: any(e.functions(link) is not None for link in e.links)):
        return
    cause = about(layer, "virtual functions of ports", "port")
    yield task(
        "Count the virtual functions",
        "ansible.builtin.command",
        {"argv": ["cat", "/sys/class/net/{{ item.port }}/device/sriov_numvfs"]},
        cause,
        changed_when=False,
        loop="{{ oib_virtual_functions }}",
        register="oib_counted",
        failed_when="oib_counted.rc != 0 or oib_counted.stdout | int != item.count",
    )
    if not needed(
        layer,
        lambda e: any((f := e.functions(x)) is not None and f.driver == "vfio" for x in e.links),
    ):
        return
    yield task(
        "Find the virtual functions that guests poll",
        "ansible.builtin.find",
        {
            "paths": "{{ oib_polled | map('regex_replace', '^(.*)$', '/sys/class/net/\\1/device/') }}",
            "patterns": "virtfn*",
            "file_type": "any",
        },
        cause,
        when="oib_polled | length > 0",
        vars={
            "oib_polled": (
                "{{ oib_virtual_functions | selectattr('driver', 'eq', 'vfio-pci') "
                "| map(attribute='port') }}"
            )
        },
        register="oib_found",
    )
    yield task(
        "Read their PCI addresses",
        "ansible.builtin.stat",
        {"path": "{{ item.path }}"},
        cause,
        loop="{{ oib_found.files | default([]) }}",
        loop_control={"label": "{{ item.path }}"},
        register="oib_functions",
    )
    yield task(
        "Bind them to the driver of guests, now and at each start",
        "ansible.builtin.command",
        {
            "argv": ["driverctl", "set-override", "{{ oib_address_of_function }}", "vfio-pci"],
            "creates": "/etc/driverctl.d/{{ oib_address_of_function }}",
        },
        cause,
        loop="{{ oib_functions.results }}",
        loop_control={"label": "{{ item.stat.path }}"},
        vars={"oib_address_of_function": "{{ item.stat.lnk_source | basename }}"},
    )


def kernel_handlers(layer: Preparation) -> Iterator[Task]:
    """What boot loaders and first file systems are made of anew."""
    cause = about(layer, "arguments and modules of the kernel", *_FIELDS)
    commands: tuple[tuple[Family, str, list[str]], ...] = (
        ("debian", "Write GRUB's menu", ["update-grub"]),
        ("debian", "Make the first file system anew", ["update-initramfs", "-u", "-k", "all"]),
        ("redhat", "Make the first file systems anew", ["dracut", "--regenerate-all", "--force"]),
    )
    for family, name, words in commands:
        if _has(layer, family):
            when = _DEBIAN if family == "debian" else _REDHAT
            arguments = {"argv": words}
            yield task(
                name, "ansible.builtin.command", arguments, cause, when=when, changed_when=True
            )
