"""The configuration files of the services of a release: sections, options, types.

A file is made of namespaces, as in oslo.config. Sections that only a deployment names (a Cinder
back end, a federation protocol) match a pattern and take their options from a known section; paste
files (`*-paste.ini`) are not oslo.config's and are open in section and option. The JSON of `catalog/` is
derived by `targets/kolla_ansible/catalog/derive.py`; each file is read on first use only.
"""

import json
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from fnmatch import fnmatch
from functools import cache, cached_property
from importlib.resources import files
from typing import Any, Literal

OptionType = Literal[
    "bool",
    "int",
    "float",
    "port",
    "string",
    "list",
    "dict",
    "ip",
    "host",
    "hostname",
    "uri",
    "range",
]
_PASTE_FILE = re.compile(r"[a-z-]*paste\.ini$")
_PASTE_SECTION = re.compile(r"(app|composite|filter|filter-app|pipeline|server):[A-Za-z0-9_./ -]+$")


@dataclass(frozen=True, slots=True)
class Option:
    """One option: the type of its value and the limits that oslo.config puts on it."""

    name: str
    type: OptionType
    item_type: OptionType
    choices: tuple[str | int, ...]
    minimum: float | None
    maximum: float | None
    pattern: str | None
    is_repeatable: bool
    deprecated_names: tuple[str, ...]
    is_secret: bool = False
    #: The default, of the few options whose default a blueprint adds to.
    default: tuple[str, ...] | None = None


class Section(Mapping[str, Option]):
    """The options of one section by name; a deprecated name of an option is not one of them."""

    def __init__(self, raw: Mapping[str, Any], *, is_open: bool = False) -> None:
        """Keep the raw entries; each becomes an `Option` when asked for."""
        self._raw = raw
        self.is_open = is_open

    def __getitem__(self, name: str) -> Option:
        return _option(name, self._raw[name])

    def __iter__(self) -> Iterator[str]:
        return iter(self._raw)

    def __len__(self) -> int:
        return len(self._raw)

    def renamed(self, name: str) -> str | None:
        """Return the option that `name` is a deprecated name of, `section/name` if it moved."""
        return next((option for option in self if name in self[option].deprecated_names), None)


class ConfigFile:
    """One configuration file of a service."""

    def __init__(
        self,
        name: str,
        namespaces: Mapping[str, Mapping[str, Mapping[str, Any]]],
        dynamic: Sequence[Mapping[str, Any]],
    ) -> None:
        """Keep what the file is made of."""
        self.name = name
        self.namespace_names = tuple(namespaces)
        self._namespaces = tuple(namespaces.values())
        self.dynamic = tuple(dynamic)
        self._sections: dict[str, Section | None] = {}

    @property
    def sections(self) -> tuple[str, ...]:
        """The sections with fixed names, sorted, `DEFAULT` among them."""
        return tuple(sorted({name for namespace in self._namespaces for name in namespace}))

    def section(self, name: str) -> Section | None:
        """Return the section, a fixed or a dynamic one, or None where there is none."""
        if name not in self._sections:
            self._sections[name] = self._found(name)
        return self._sections[name]

    def _found(self, name: str) -> Section | None:
        if is_paste_file(self.name):
            return Section({}, is_open=True) if _PASTE_SECTION.match(name) else None
        parts = [namespace[name] for namespace in self._namespaces if name in namespace]
        if parts:
            return Section({key: entry for part in parts for key, entry in part.items()})
        for entry in self.dynamic:
            if re.fullmatch(entry["pattern"], name):
                return Section({**self._alike(entry.get("like", ())), **entry.get("options", {})})
        return None

    def _alike(self, patterns: Sequence[str]) -> dict[str, Any]:
        return {
            key: entry
            for namespace in self._namespaces
            for section, entries in namespace.items()
            if any(fnmatch(section, pattern) for pattern in patterns)
            for key, entry in entries.items()
        }


class OptionCatalog:
    """The configuration files of one release."""

    def __init__(self, release: str) -> None:
        """Name the release; nothing is read yet."""
        self.release = release

    @cached_property
    def config_files(self) -> Mapping[str, str]:
        """The configuration files whose options are known, and the service of each."""
        return {name: entry["project"] for name, entry in self._index.items()}

    def options(self, file_name: str) -> ConfigFile:
        """Return the options of a configuration file; `KeyError` where they are not known."""
        if file_name not in self._config_files:
            self._config_files[file_name] = self._config_file(file_name)
        return self._config_files[file_name]

    def _config_file(self, file_name: str) -> ConfigFile:
        if is_paste_file(file_name):
            return ConfigFile(file_name, {}, ())
        entry = self._index[file_name]
        own = self._read(f"{entry['project']}.json")["namespaces"]
        return ConfigFile(
            file_name,
            {
                name: (own[name] if name in own else self._shared_namespaces[name]) or {}
                for name in entry["namespaces"]
            },
            entry.get("dynamic", ()),
        )

    @cached_property
    def _config_files(self) -> dict[str, ConfigFile]:
        return {}

    @cached_property
    def _index(self) -> Mapping[str, Any]:
        files_by_name: Mapping[str, Any] = self._read("index.json")["files"]
        return files_by_name

    @cached_property
    def _shared_namespaces(self) -> Mapping[str, Any]:
        namespaces: Mapping[str, Any] = self._read("shared.json")["namespaces"]
        return namespaces

    def _read(self, name: str) -> dict[str, Any]:
        text = files(__package__).joinpath("catalog", self.release, name).read_bytes()
        document: dict[str, Any] = json.loads(text)
        return document


@cache
def option_catalog(release: str) -> OptionCatalog:
    """Return the options of `release`."""
    return OptionCatalog(release)


def is_paste_file(name: str) -> bool:
    """Tell whether a file holds a paste pipeline rather than options."""
    return _PASTE_FILE.match(name) is not None


def _option(name: str, entry: Any) -> Option:
    if isinstance(entry, str):
        entry = {"t": entry}
    return Option(
        name,
        entry["t"],
        entry.get("i", "string"),
        tuple(entry.get("c", ())),
        entry.get("n", 0 if entry["t"] == "port" else None),
        entry.get("x", 65535 if entry["t"] == "port" else None),
        entry.get("r"),
        entry.get("m", False),
        tuple(entry.get("d", ())),
        entry.get("s", False),
        tuple(entry["v"]) if "v" in entry else None,
    )
