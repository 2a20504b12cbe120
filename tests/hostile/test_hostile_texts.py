"""Hostile texts in every text of a blueprint: each arrives everywhere as the text that it is, or is refused where it stands."""

from __future__ import annotations

import csv
import io
import re
import shlex
import unicodedata
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache, cached_property
from pathlib import Path
from typing import Any

from blueprint import drawing
from blueprint.diagnostics.display import escaped
from blueprint.diagnostics.render_text import render_text
from blueprint.driver import Compilation, Options, compile_blueprint
from blueprint.loader import MemoryLoader
from blueprint.model import KINDS
from blueprint.model.schema import Block, fields_of
from blueprint.output.layout import CONSISTENCY
from blueprint.source import Span
from blueprint.values import keyed, labelled
from tests.hostile.blueprint import MAIN, Blueprint, Slot, Written, text_labels
from tests.hostile.reading import Unsafe, content, leaves
from tests.hostile.texts import TEXTS
from tests.properties.compiling import tree

HERE = Path(__file__).parent
FOLDERS = (
    *sorted(path for path in (HERE / "blueprints").iterdir() if path.is_dir()),
    HERE.parent / "unit" / "targets" / "openstack_resources" / "everything",
)
BLUEPRINTS = {folder.name: Blueprint(folder) for folder in FOLDERS}
#: Texts of the model that no blueprint can hold freely, or that are read before there is a model.
CLOSED = {
    "site.dns": "names of name servers are refused by the preparation of hosts",
    "hosts.address": "its names are those of networks, and its values addresses",
    "hosts.port[label]": "its labels are ports of the hardware",
    "openstack.barbican.backend<VaultKeys>.address": "no tool sets it up",
    "openstack.barbican.backend<VaultKeys>.mount": "no tool sets it up",
    "openstack.barbican.backend<VaultKeys>.role": "no tool sets it up",
    "starlingx.storage<RookCeph>.services": "its words are a closed list; one of them holds `file`",
}
#: Texts of which parts arrive in places of their own: tests of their targets hold them against hostile ones.
#: And what an image holds, which clusters that name the image have to agree with.
#: And secrets that a run-book lists once, however many fields name the same, and a second label of a host.
TAKEN_APART = {
    "ubuntu-24.04", "controllers", "1.34.1", "stx_admin", "stx_sysadmin", "stx_registry", "stx_bmc",
    "example.org/first",
}  # fmt: skip
#: What Helm, kubectl, Argo CD and Flux read: nothing in it is a template, but for what charts pass to `tpl`.
NOT_FOR_ANSIBLE = ("/values/", "/manifests/", "/argocd/", "/flux/", "/stx-openstack/")
#: Names of templates of machines end in a digest of what is in them.
_DIGEST = re.compile(r"-[0-9a-f]{8}(?![0-9A-Za-z])")
#: Characters that are not shown: controls, formats, separators, halves of pairs, and what is no character.
HIDDEN = frozenset({"Cc", "Cf", "Zl", "Zp", "Cs", "Cn"})
Texts = Mapping[Slot, str]


def compiled(blueprint: Blueprint, texts: Texts) -> tuple[Compilation, Written]:
    made = blueprint.written(texts)
    return compile_blueprint(MemoryLoader(made.files), Options()), made


def blamed(blueprint: Blueprint, found: Compilation, made: Written, texts: Texts) -> set[Slot]:
    """The texts that errors point to. Fails where an error points to none."""
    slots: set[Slot] = set()
    for diagnostic in (d for d in found.diagnostics if d.is_error):
        span = diagnostic.span
        assert span is not None, diagnostic.message
        here = set(_at(span, made, texts)) or set(_named_at(blueprint, span, made, texts))
        assert here, f"{span} {diagnostic.rule.code} {diagnostic.message[:300]}"
        slots |= here
    return slots


def _at(span: Span, made: Written, texts: Texts) -> Iterator[Slot]:
    """The slots that a place holds, or that hold it."""
    for slot in texts:
        if slot.path != MAIN:
            is_here = slot.path == span.source.path
            if is_here and (
                not slot.path.endswith(".csv") or _cell_at(span) == (slot.start, slot.end)
            ):
                yield slot
            continue
        place = made.places[slot]
        is_inside = place.start < max(span.end, span.start + 1) and span.start < place.end
        if span.source.path == MAIN and is_inside:
            yield slot


def _cell_at(span: Span) -> tuple[int, int]:
    """The row and the column of a place in a CSV file."""
    rows = list(csv.reader(io.StringIO(span.source.text[: span.start] + "x")))
    return len(rows) - 1, len(rows[-1]) - 1


def _named_at(blueprint: Blueprint, span: Span, made: Written, texts: Texts) -> Iterator[Slot]:
    """The slots whose variables are used on the line of a place, and those that stand on it."""
    line = span.source.line(span.line)
    first = span.source.text.rfind("\n", 0, span.start) + 1
    for slot in texts:
        names = blueprint.names_of.get(slot, ())
        is_used = any(re.search(rf"\b{name}\b", line) for name in names)
        stands = slot.path == MAIN and first <= made.places[slot].start < first + len(line)
        if is_used or stands:
            yield slot


@cache
def accepted(of: str, name: str) -> tuple[tuple[Slot, ...], Compilation, str]:
    """The places that take a text; what is compiled with it there; and what was said of the other places."""
    blueprint = BLUEPRINTS[of]
    slots = (slot for slot in blueprint.slots if slot.usual not in TAKEN_APART)
    texts: Texts = dict.fromkeys(slots, TEXTS[name])
    said = ""
    wrong: set[Slot] = set()
    for _ in range(20):
        found, made = compiled(blueprint, texts)
        said += render_text(found.diagnostics)
        wrong = blamed(blueprint, found, made, texts)
        if not wrong:
            assert found.is_ok
            return tuple(texts), found, said
        texts = {slot: text for slot, text in texts.items() if slot not in wrong}
    raise AssertionError(f"still wrong: {wrong}")


@cache
def read_with(of: str, name: str) -> dict[str, Any]:
    """What readers see of what was written with a text in every place that takes it."""
    return everything_of(accepted(of, name)[1])


def everything_of(found: Compilation) -> dict[str, Any]:
    assert found.graph is not None
    assert found.model is not None
    drawn = {
        f"graph.{form}": drawing.render(form, found.graph, found.model) for form in drawing.FORMATS
    }
    return content(found, tree(found), drawn)


@cache
def usual(of: str) -> dict[str, Any]:
    found, _ = compiled(BLUEPRINTS[of], {})
    assert [d.message for d in found.diagnostics if d.is_error] == []
    return everything_of(found)


@dataclass(frozen=True)
class Comparison:
    """Holds contents against the usual ones, in which some places have taken a hostile text."""

    taken: tuple[Slot, ...]
    hostile: str

    @cached_property
    def replaced(self) -> dict[str, str]:
        """The usual texts of these places, longest first, each with a pattern of what may be there now."""
        found: dict[str, str] = {}
        one_line = " ".join(self.hostile.split())
        spaced = self.hostile.replace("\n", " ")
        seen = (self.hostile, one_line, spaced, escaped(one_line), escaped(self.hostile))
        keys = {bracketed(text) for text in seen} | {f'["{text}"]' for text in seen}
        label = labelled("o", "k", self.hostile).removeprefix("o.k")
        for slot in self.taken:
            found[slot.usual] = self.shapes(slot.usual)
            for old, new in (
                (bracketed(slot.usual), keys),
                (f'."{slot.usual}"', {label}),
                (f"-{slot.usual}", {f"-{self.hostile}", self.hostile}),  # of members with numbers
                (slot.usual.rstrip("."), {self.hostile}),  # of names that end in a dot
            ):
                found.setdefault(old, "|".join(map(re.escape, (old, *sorted(new)))))
        return dict(sorted(found.items(), key=lambda item: (-len(item[0]), item[0])))

    def shapes(self, usual_text: str) -> str:
        """The usual text, or the hostile one: as it is, or as people are shown it where it can't be seen."""
        one_line = " ".join(self.hostile.split())
        visible = "".join(
            "\ufffd" if unicodedata.category(c) in HIDDEN else c for c in self.hostile
        )
        in_address, shown_address = (
            text.replace("\\", "\\\\").replace('"', '\\"') for text in (self.hostile, one_line)
        )
        shown = [
            self.hostile, one_line, escaped(one_line), escaped(self.hostile), visible, in_address, shown_address,
            f'"{in_address}"', shlex.quote(self.hostile), self.hostile.strip("`"), "",
        ]  # fmt: skip
        return "|".join(re.escape(text) for text in dict.fromkeys([usual_text, *shown]))

    def fits(self, old: str, new: str) -> bool:
        """Whether a text is the old one with the hostile text in the place of some of its parts."""
        old, new = _DIGEST.sub("-digest", old), _DIGEST.sub("-digest", new)
        if old == new:
            return True
        known = [text for text in self.replaced if text in old]
        if not known:
            return False
        parts = re.split(f"({'|'.join(map(re.escape, known))})", old)
        pattern = (
            f"(?:{self.replaced[part]})" if number % 2 else re.escape(part)
            for number, part in enumerate(parts)
        )
        if re.fullmatch("".join(pattern), new, re.DOTALL):
            return True
        members = old.split(",")  # of a list in one text equal members are one
        return len(members) > 1 and all(
            any(self.fits(m, n) for m in members) for n in new.split(",")
        )

    def differences(self, old: Any, new: Any, at: str) -> list[str]:
        """Where a content is something else than it should be."""
        if isinstance(old, str) and isinstance(new, str):
            return [] if self.fits(old, new) else [f"{at}: {old[:300]!r} became {new[:300]!r}"]
        if isinstance(old, Mapping) and isinstance(new, Mapping):
            return self._of_maps(old, new, at)
        if isinstance(old, list | tuple) and isinstance(new, list | tuple):
            if len(old) != len(new):
                return [f"{at}: {len(old)} became {len(new)}"]
            pairs = enumerate(zip(old, new, strict=True))
            found = [d for n, (a, b) in pairs for d in self.differences(a, b, f"{at}[{n}]")]
            return [] if found and self._are_one_set(old, new) else found
        return [] if old == new and type(old) is type(new) else [f"{at}: {old!r} became {new!r}"]

    def _of_maps(self, old: Mapping[str, Any], new: Mapping[str, Any], at: str) -> list[str]:
        found, left = [], dict(new)
        for key, value in old.items():
            name = (
                key if key in left else next((n for n in left if self.fits(str(key), str(n))), None)
            )
            if name is None:
                found.append(f"{at}: {key!r} is gone; left are {list(left)[:5]!r}"[:500])
                continue
            found += self.differences(value, left.pop(name), f"{at}.{str(key)[:40]}")
        return found + [f"{at}: {str(key)[:100]!r} is new" for key in left]

    def _are_one_set(self, old: Sequence[Any], new: Sequence[Any]) -> bool:
        """Whether lists differ in their order only, which may depend on the texts."""
        left = list(new)
        for each in old:
            fitting = next((n for n in left if not self.differences(each, n, "")), None)
            if fitting is None:
                return False
            left.remove(fitting)
        return True


def bracketed(key: str) -> str:
    return keyed("", key) if key else '[""]'


def named_alike(path: str) -> str:
    """The path of an artifact without the key that names it: keys are made plain there."""
    return re.sub(r"zones/[^/]*$", "zones/of", path)


def test_a_text_is_refused_where_it_stands_or_taken(of, name):
    taken, _, _ = accepted(of, name)
    assert taken or name != "plain"


def test_what_is_written_is_the_usual_with_the_text_in_it(of, name):
    taken, _, _ = accepted(of, name)
    if not TEXTS[name].strip():
        return  # an empty title or caption has something else in its place, or no line
    comparison = Comparison(taken, TEXTS[name])
    old, new = (
        # The report of facts tells in which lines a text stands as it is: another one stands in others.
        {named_alike(path): data for path, data in files.items() if path != CONSISTENCY}
        for files in (usual(of), read_with(of, name))
    )
    assert comparison.differences(old, new, "") == []


def test_ansible_finds_nothing_to_evaluate(of, name):
    for path, data in read_with(of, name).items():
        is_for_ansible = not any(folder in path for folder in NOT_FOR_ANSIBLE)
        if path.endswith((".yml", ".yaml")) and "secrets" not in path and is_for_ansible:
            open_texts = [
                text
                for text in leaves(data)
                if any(mark in text for mark in ("{{", "{%", "{#")) and not isinstance(text, Unsafe)
            ]
            assert open_texts == [text for text in open_texts if text in _ours(of)], path


@cache
def _ours(of: str) -> frozenset[str]:
    """Templates that we write ourselves."""
    return frozenset(leaves(list(usual(of).values())))


def test_what_is_said_to_a_terminal_shows_every_character(of, name):
    _, _, said = accepted(of, name)
    hidden = {c for c in said if unicodedata.category(c) in HIDDEN - {"Cn"}}
    assert hidden <= {"\n"}


# -------------------------------------------------------------------------------- is every text there?


def free_texts(model: type[Block], path: str) -> Iterator[str]:
    """Every attribute and label of a kind that holds free text."""
    for name, spec in fields_of(model).items():
        inner = f"{path}.{name}"
        match spec.form:
            case "attribute":
                if any(kind in str(spec.type) for kind in ("string", "file", "secret", "map")):
                    yield inner
            case "labelled":
                yield f"{inner}[label]"
                for block in spec.block:
                    yield from free_texts(block, f"{inner}[]")
            case "block":
                for block in spec.block:
                    yield from free_texts(block, inner)
            case "choice":
                for block in spec.block:
                    if not spec.choices:
                        yield f"{inner}<{block.__name__}>"
                    yield from free_texts(block, f"{inner}<{block.__name__}>")


def stated_texts(thing: Block, path: str) -> Iterator[str]:
    """What a thing states of these."""
    for name, spec in fields_of(type(thing)).items():
        value = getattr(thing, name, None)
        inner = f"{path}.{name}"
        if isinstance(value, Block) and spec.form == "choice":
            yield f"{inner}<{type(value).__name__}>"
            yield from stated_texts(value, f"{inner}<{type(value).__name__}>")
        elif isinstance(value, Block):
            yield from stated_texts(value, inner)
        elif spec.form == "labelled":
            for each in value.values():
                yield from stated_texts(each, f"{inner}[]")
        elif value not in (None, spec.default):
            yield inner


def stated(blueprint: Blueprint) -> Iterator[str]:
    """Every text that a blueprint states, and the labels that are texts or keys."""
    found, _ = compiled(blueprint, {})
    assert found.model is not None
    for ref, thing in found.model.things.items():
        yield from stated_texts(thing, ref.kind)
    for host in found.model.host.values():
        yield from stated_texts(host.spec, "hosts")
        own = {
            "name": host.name, "serial": host.serial, "boot.switch": host.switch,
            "boot.switch_port": host.switch_port, "bmc.credentials": host.bmc_credentials,
        }  # fmt: skip
        yield from (f"hosts.{name}" for name, value in own.items() if value)
    labels = text_labels(blueprint) | {"rack", "zone", "segment"}
    for kind, model in KINDS.items():
        for path in free_texts(model, kind):
            if path.endswith("[label]") and path[:-7].rpartition(".")[2] in labels:
                yield path


def test_every_free_text_of_the_model_is_in_one_of_the_blueprints():
    wanted = {slot for kind, model in KINDS.items() for slot in free_texts(model, kind)}
    there = {path for blueprint in BLUEPRINTS.values() for path in stated(blueprint)}
    missing = wanted - there - CLOSED.keys()
    assert missing == set(), "state these in tests/hostile/blueprints"


def test_most_places_take_a_plain_text():
    """Else little of the above could fail."""
    for of, blueprint in BLUEPRINTS.items():
        taken, _, _ = accepted(of, "plain")
        assert len(taken) > len(blueprint.slots) / 4, of
