"""What Kolla-Ansible's own templates write into services' files, whatever a blueprint says."""

import re
from functools import cache
from pathlib import Path

from .kolla import tool

_SECTION = re.compile(r"^\s*\[(?P<name>[^\]\n]+)\]\s*$")
_OPTION = re.compile(r"^\s*(?P<name>[A-Za-z][A-Za-z0-9_.-]*)\s*=")
#: Stands for the name of a section that a template works out, and for that of none.
_ANY = "*"


@cache
def written(release: str) -> frozenset[tuple[str, str]]:
    """Return (section, option) of every line that a template of the release's roles may write."""
    roles = tool(release).path / "share" / "kolla-ansible" / "ansible" / "roles"
    found: set[tuple[str, str]] = set()
    for path in sorted(roles.glob("*/templates/**/*.j2")):
        found.update(_lines(path.read_text(encoding="utf-8")))
    return frozenset(found)


def _lines(text: str) -> set[tuple[str, str]]:
    section, found = _ANY, set()
    for line in text.splitlines():
        if header := _SECTION.match(line):
            name = header["name"].strip()
            section = _ANY if "{{" in name else name
        elif option := _OPTION.match(line):
            found.add((section, option["name"]))
    return found


def is_written(release: str, section: str, option: str) -> bool:
    """Return whether a template of the release writes an option into a section."""
    return bool({(section, option), (_ANY, option)} & written(release))


def stated(emitted: Path) -> frozenset[tuple[str, str]]:
    """Return (section, option) of every option in the service files that `oib` emitted."""
    found: set[tuple[str, str]] = set()
    for path in sorted((emitted / "config").rglob("*")):
        if path.suffix in (".conf", ".ini"):
            found |= _lines(path.read_text(encoding="utf-8"))  # conditions of Jinja stand between
    return frozenset(found)
