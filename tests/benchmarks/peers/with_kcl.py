"""The work in KCL: the program is `cloud.k`, which writes the files itself; the number of hosts is its input.

python with_kcl.py HOSTS SETTINGS.json OUT
"""

import json
import sys
from pathlib import Path

import kcl_lib.api as kcl


def main(hosts: str, settings: str, out: str) -> None:
    stated = Path(settings).read_text(encoding="utf-8")
    for path in _paths(json.loads(stated)):
        Path(out, path).parent.mkdir(parents=True, exist_ok=True)  # KCL makes no folders
    arguments = {"computes": hosts, "settings": json.dumps(stated), "out": json.dumps(out)}
    result = kcl.API().exec_program(
        kcl.ExecProgramArgs(
            # Files are written below the program's folder only: it is given as if it stood in `out`.
            k_filename_list=[str(Path(out, "cloud.k"))],
            k_code_list=[(Path(__file__).parent / "cloud.k").read_text(encoding="utf-8")],
            path_selector=["written"],
            args=[kcl.Argument(name=name, value=value) for name, value in arguments.items()],
        )
    )
    if result.err_message:
        sys.exit(result.err_message)


def _paths(settings: dict[str, dict[str, object]]) -> list[str]:
    return ["inventory/hosts.yml", *(path for part in settings.values() for path in part)]


if __name__ == "__main__":
    main(*sys.argv[1:])
