"""What modules of the collection take, and what flavors and images of each release may say.

The JSON beside this file is derived by `derive.py` from the upstream packages and committed; each
file is read on first use only.
"""

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache, cached_property
from importlib.resources import files
from typing import Any, Literal, TypeAlias

from .releases import RELEASES

#: A value of an extra spec or a property, as a blueprint states it.
Value: TypeAlias = str | int | bool
#: Names that only a deployment gives, in Placement (os_traits and os_resource_classes).
CUSTOM = re.compile(r"CUSTOM_[A-Z0-9_]+").fullmatch
_TRAIT = re.compile(r"trait[a-zA-Z0-9_-]{0,64}:(.*)", re.DOTALL).fullmatch
_RESOURCE = re.compile(r"resources[a-zA-Z0-9_-]{0,64}:(.*)", re.DOTALL).fullmatch
#: Words that oslo.utils takes for a truth value.
_TRUTHS = frozenset({"1", "t", "true", "on", "y", "yes", "0", "f", "false", "off", "n", "no"})


@dataclass(frozen=True, slots=True)
class Word:
    """One extra spec or property: its name, which may hold `{parameter}`, and what its value may be."""

    name: str
    type: Literal["bool", "int", "string"]
    choices: tuple[str, ...] = ()
    minimum: int | None = None
    maximum: int | None = None
    pattern: str | None = None

    def wanted(self, value: Value) -> str | None:
        """What the value should be instead, or None where it is allowed."""
        text = written(value)
        if self.type == "bool" and text.lower() not in _TRUTHS:
            return "`true` or `false`"
        if self.type == "int":
            return self._number(text)
        if self.choices and text not in self.choices:
            return " or ".join(f"`{choice}`" for choice in self.choices)
        if self.pattern is not None and re.fullmatch(self.pattern, text) is None:
            return f"a text of the form `{self.pattern}`"
        return None

    def _number(self, text: str) -> str | None:
        bounds = [f"at least {self.minimum}"] if self.minimum is not None else []
        bounds += [f"at most {self.maximum}"] if self.maximum is not None else []
        wanted = " of ".join(("a whole number", *([" and ".join(bounds)] if bounds else [])))
        if re.fullmatch(r"[+-]?[0-9]+", text) is None:
            return wanted
        number = int(text)
        low = self.minimum is not None and number < self.minimum
        high = self.maximum is not None and number > self.maximum
        return wanted if low or high else None


class Vocabulary:
    """The extra specs of flavors, the properties of images, and Placement's names, in one release."""

    def __init__(self, release: str) -> None:
        """Name the release; nothing is read yet."""
        self.release = release

    @cached_property
    def openstacksdk(self) -> str:
        """The version of openstacksdk that the release was tested with."""
        return str(self._document["openstacksdk"])

    @cached_property
    def traits(self) -> frozenset[str]:
        """The standard traits."""
        return frozenset(self._document["traits"])

    @cached_property
    def resource_classes(self) -> frozenset[str]:
        """The standard resource classes."""
        return frozenset(self._document["resource_classes"])

    def extra_spec(self, name: str) -> Word | None:
        """What Nova knows an extra spec as, or None where it knows none of that name."""
        trait, resource = _TRAIT(name), _RESOURCE(name)
        if trait is not None:
            return (
                Word(name, "string", ("required", "forbidden")) if self.is_trait(trait[1]) else None
            )
        if resource is not None:
            known = resource[1] in self.resource_classes or CUSTOM(resource[1])
            return Word(name, "int", minimum=0) if known else None
        return _found(self._document["extra_specs"], name)

    def image_property(self, name: str) -> Word | None:
        """What Nova or Glance know a property as, or None where neither knows one of that name."""
        if name.startswith("trait:"):
            known = self.is_trait(name.removeprefix("trait:"))
            return Word(name, "string", ("required",)) if known else None
        return _found({**self._document["image_properties"], **OF_OTHERS}, name)

    def is_trait(self, name: str) -> bool:
        """Whether a name is a trait's, standard or one's own."""
        return name in self.traits or CUSTOM(name) is not None

    @cached_property
    def extra_spec_names(self) -> tuple[str, ...]:
        """Names to choose the nearest of."""
        return (
            *self._document["extra_specs"],
            *(f"trait:{name}" for name in sorted(self.traits)),
            *(f"resources:{name}" for name in sorted(self.resource_classes)),
        )

    @cached_property
    def image_property_names(self) -> tuple[str, ...]:
        """Names to choose the nearest of."""
        own = (*self._document["image_properties"], *OF_OTHERS)
        return (*own, *(f"trait:{name}" for name in sorted(self.traits)))

    @cached_property
    def _document(self) -> Mapping[str, Any]:
        return _document(f"{self.release}.json")


#: Properties that neither Nova nor Glance read, and who does.
OF_OTHERS: Mapping[str, Mapping[str, Any]] = {
    "cinder_img_volume_type": {"t": "string"},  # Cinder: the type of volumes made of the image
    "kube_tag": {"t": "string"},  # Magnum with Cluster API: the version, an older name
    "kube_version": {"t": "string"},  # Magnum with Cluster API: the version of Kubernetes inside
}


@dataclass(frozen=True, slots=True)
class Module:
    """One module of the collection: its arguments by name, and the rules between them."""

    name: str
    arguments: Mapping[str, Mapping[str, Any]]
    rules: Mapping[str, Any]


@cache
def vocabulary(release: str) -> Vocabulary:
    """Return what is known of `release`; `KeyError` where nothing is."""
    if release not in RELEASES:
        raise KeyError(release)
    return Vocabulary(release)


def collection_version() -> str:
    """The version of the collection that the playbook is written for."""
    return str(_document("collection.json")["source"]).split()[-1]


def ansible_version() -> str:
    """The version of Ansible's package that brings that collection."""
    return str(_document("collection.json")["ansible"])


def modules() -> Mapping[str, Module]:
    """The modules of the collection by name."""
    return {
        name: Module(
            name,
            entry["arguments"],
            {
                key: value
                for key, value in entry.items()
                if key not in ("arguments", "has_check_mode")
            },
        )
        for name, entry in _document("collection.json")["modules"].items()
    }


def written(value: Value) -> str:
    """A value as the APIs take it, which is as text."""
    if isinstance(value, bool):
        return "true" if value else "false"
    return str(value)


def _found(words: Mapping[str, Mapping[str, Any]], name: str) -> Word | None:
    """The word of a name, by itself or with its parameters filled in."""
    if name in words and "p" not in words[name]:
        return _word(name, words[name])
    for pattern, entry in words.items():
        if "p" in entry and re.fullmatch(_named(pattern, entry["p"]), name):
            return _word(name, entry)
    return None


def _named(name: str, parameters: Mapping[str, str]) -> str:
    """The pattern of a name that holds parameters, as Nova makes it."""
    found = re.escape(name)
    for parameter, pattern in parameters.items():
        found = found.replace(re.escape(f"{{{parameter}}}"), f"(?:{pattern})")
    return found


def _word(name: str, entry: Mapping[str, Any]) -> Word:
    return Word(
        name,
        entry["t"],
        tuple(str(choice) for choice in entry.get("c", ())),
        entry.get("n"),
        entry.get("x"),
        entry.get("r"),
    )


@cache
def _document(name: str) -> dict[str, Any]:
    document: dict[str, Any] = json.loads(files(__package__).joinpath(name).read_bytes())
    return document
