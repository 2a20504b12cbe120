"""The names of the IANA time zone database: a committed list, so that no machine's own decides.

`python -m targets.host_preparation.timezones` writes the list anew from the package `tzdata`.
"""

from __future__ import annotations

from functools import cache
from importlib.resources import files

_LIST = "timezones.txt"


@cache
def time_zones() -> frozenset[str]:
    """Every name of a time zone, older ones included."""
    lines = files(__package__ or "").joinpath(_LIST).read_text(encoding="utf-8").splitlines()
    return frozenset(line for line in lines if not line.startswith("#"))


def derived() -> str:
    """The list as the installed package `tzdata` has it. Raises ModuleNotFoundError without one."""
    version = files("tzdata").joinpath("__init__.py").read_text(encoding="utf-8")
    release = next(line for line in version.splitlines() if line.startswith("IANA_VERSION"))
    names = files("tzdata").joinpath("zones").read_text(encoding="utf-8").split()
    _, release, *_ = release.split('"')
    header = f"# Names of the IANA time zone database, release {release}."
    return "\n".join((header, *sorted(names))) + "\n"


if __name__ == "__main__":
    from pathlib import Path

    Path(__file__).with_name(_LIST).write_text(derived(), encoding="utf-8")
