"""What Nova itself makes of a compute's nova.conf. Run by the interpreter that has Nova, on its own.

Input: the path of the file. Output on stdout: counts of CPUs by kind, aliases, device specifications,
reserved huge pages.
"""

import json
import sys

import nova.conf
from nova.pci import request, whitelist
from nova.virt import hardware


def main() -> None:
    """Read the file as nova-compute does."""
    conf = nova.conf.CONF
    conf(["--config-file", sys.argv[1]], project="nova")
    pages = hardware.numa_get_reserved_huge_pages()
    json.dump(
        {
            "dedicated": sorted(hardware.get_cpu_dedicated_set() or ()),
            "shared": sorted(hardware.get_cpu_shared_set() or ()),
            "aliases": {
                name: policy for name, (policy, _) in request.get_alias_from_config().items()
            },
            "devices": len(whitelist.Whitelist(conf.pci.device_spec).specs),
            "shares": conf.devices.enabled_mdev_types,
            "pages": {str(node): found for node, found in pages.items()},
        },
        sys.stdout,
    )


if __name__ == "__main__":
    main()
