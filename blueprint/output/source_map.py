"""The source map of a layer: for each line of its artifacts, the rule and the fields that it comes from.

One file for a layer, of lines of JSON. The first is the index: where the section of each artifact
begins, how long it is, and how many lines the artifact has; and the same for lists of members.
A section names each rule, path and cause once and then refers to them by number; its runs are
`[first line, [cause or null, …]]`, followed by the number of a list of members where the causes repeat
for each of them. Members of one family with consecutive numbers are kept as the first and the last.
So ten thousand hosts in one file cost a line, and a look-up reads the index, one section and one list.
Files that are each about one member, with the same causes otherwise, share one section: the index says
which member a file is about, and its runs have -1 in the place of a list. So do ten thousand files.
Places are counted from the end of the index, so that they do not depend on its length.
"""

from __future__ import annotations

import json
from bisect import bisect_right
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, BinaryIO

from blueprint.recursion import read_json
from blueprint.target import Artifact, Cause, Run
from blueprint.values import Ref, keyed

VERSION = 1
#: Stands for the member that the file is about, in the place of a list.
_OWN = -1

Place = tuple[int, int]


@dataclass(frozen=True, slots=True)
class Origin:
    """Why one line says what it says: the rule, the fields, and the member that it is about."""

    rule: str
    paths: tuple[str, ...]
    member: Ref | None = None


def encode(artifacts: Iterable[Artifact]) -> bytes:
    """The source map of the artifacts of one layer."""
    writer = _Writer()
    files: dict[str, tuple[Any, ...]] = {}
    for artifact in sorted(artifacts, key=lambda each: each.path):
        lines = artifact.text.count("\n") + (
            not artifact.text.endswith("\n") and artifact.text != ""
        )
        alone = _only_member(artifact.runs)
        if alone is None:
            files[artifact.path] = (*writer.section(artifact.runs), lines)
        else:
            files[artifact.path] = (*writer.shared_section(artifact.runs), lines, str(alone))
    index = {"oib-source-map": VERSION, "files": files, "members": writer.members}
    return b"".join((_line(index), *writer.lines))


def _only_member(runs: Sequence[Run]) -> Ref | None:
    """The one member that every run is about, once; None where there are several, or none."""
    lists = {run.members for run in runs}
    return next(iter(lists))[0] if len(lists) == 1 and all(len(m) == 1 for m in lists) else None


def _line(value: Any) -> bytes:
    text = json.dumps(value, ensure_ascii=False, separators=(",", ":"))
    return text.encode("utf-8", "surrogatepass") + b"\n"


class _Writer:
    """Sections and lists of members, each list kept once."""

    def __init__(self) -> None:
        self.lines: list[bytes] = []
        self.members: list[Place] = []
        self._length = 0
        self._by_text: dict[bytes, int] = {}
        self._by_identity: dict[int, tuple[tuple[Ref, ...], int]] = {}
        #: Sections of files about one member, with the causes, which must outlive their identity.
        self._shared: dict[tuple[tuple[int, int], ...], tuple[Sequence[Run], Place]] = {}

    def shared_section(self, runs: Sequence[Run]) -> Place:
        """The section of an artifact about one member, which others may have added already."""
        identity = tuple((run.first, id(run.causes)) for run in runs)
        known = self._shared.get(identity)
        if known is None:
            known = self._shared[identity] = (runs, self.section(runs, is_shared=True))
        return known[1]

    def section(self, runs: Sequence[Run], *, is_shared: bool = False) -> Place:
        """Adds the section of one artifact."""
        rules: dict[str, int] = {}
        paths: dict[str, int] = {}
        causes: dict[Cause, int] = {}
        #: Numbers by identity: most lines have the very cause of another; the runs keep them all.
        known: dict[int, int | None] = {id(None): None}
        listed: list[Any] = []
        for run in sorted(runs, key=lambda each: each.first):
            for cause in run.causes:
                if id(cause) not in known:
                    known[id(cause)] = self._cause(cause, causes, rules, paths)
            numbers = [known[id(cause)] for cause in run.causes]
            entry: list[Any] = [run.first, numbers]
            if is_shared:
                entry.append(_OWN)
            elif run.members:
                entry.append(self._list(run.members))
            listed.append(entry)
        described = [[rules[cause.rule], [paths[path] for path in cause.paths]] for cause in causes]
        return self._add(
            _line({"rules": [*rules], "paths": [*paths], "causes": described, "runs": listed})
        )

    @staticmethod
    def _cause(
        cause: Cause | None,
        causes: dict[Cause, int],
        rules: dict[str, int],
        paths: dict[str, int],
    ) -> int | None:
        if cause is None:
            return None
        number = causes.get(cause)
        if number is None:
            number = causes[cause] = len(causes)
            rules.setdefault(cause.rule, len(rules))
            for path in cause.paths:
                paths.setdefault(path, len(paths))
        return number

    def _list(self, members: tuple[Ref, ...]) -> int:
        known = self._by_identity.get(id(members))
        if known is not None:
            return known[1]
        text = _line(_packed(members))
        number = self._by_text.get(text)
        if number is None:
            number = self._by_text[text] = len(self.members)
            self.members.append(self._add(text))
        self._by_identity[id(members)] = (members, number)
        return number

    def _add(self, line: bytes) -> Place:
        place = (self._length, len(line))
        self.lines.append(line)
        self._length += len(line)
        return place


def _packed(members: Iterable[Ref]) -> list[Any]:
    """Members as `address`, `[family, first, last]` or `[family, [keys]]`, in their order."""
    packed: list[Any] = []
    for member in members:
        if not member.endswith("]"):
            packed.append(str(member))
            continue
        at = member.rindex("[")
        family, inner = member[:at], member[at + 1 : -1]
        last = packed[-1] if packed and isinstance(packed[-1], list) else None
        is_same = last is not None and last[0] == family
        if inner.isascii() and inner.isdigit() and str(int(inner)) == inner:
            number = int(inner)
            if is_same and last is not None and len(last) == 3 and last[2] == number - 1:
                last[2] = number
            else:
                packed.append([family, number, number])
        else:
            key = Ref(f"x{member[at:]}").key
            if is_same and last is not None and len(last) == 2:
                last[1].append(key)
            else:
                packed.append([family, [key]])
    return packed


def _member(packed: Sequence[Any], position: int) -> Ref:
    """The member at a position of a packed list."""
    for entry in packed:
        if isinstance(entry, str):
            count = 1
        elif len(entry) == 3:
            count = entry[2] - entry[1] + 1
        else:
            count = len(entry[1])
        if position >= count:
            position -= count
            continue
        if isinstance(entry, str):
            return Ref(entry)
        key = str(entry[1] + position) if len(entry) == 3 else entry[1][position]
        return keyed(entry[0], key)
    raise IndexError(position)


class SourceMap:
    """A source map that lies in a file; only what a question needs is read."""

    def __init__(self, stream: BinaryIO) -> None:
        """Reads the index. Raises ValueError where the stream holds no source map of this form."""
        self._stream = stream
        index = read_json(stream.readline())
        if not isinstance(index, dict) or index.get("oib-source-map") != VERSION:
            raise ValueError("not a source map of this version")
        self._files: Mapping[str, Sequence[Any]] = index["files"]
        self._members: Sequence[Place] = index["members"]
        self._start = stream.tell()

    @property
    def paths(self) -> tuple[str, ...]:
        """The artifacts that the map knows, by their paths in the layer's folder."""
        return tuple(self._files)

    def line_count(self, path: str) -> int:
        """How many lines an artifact has. Raises KeyError where it is unknown."""
        count: int = self._files[path][2]
        return count

    def origin(self, path: str, line: int) -> Origin | None:
        """Where a line (from 1) comes from; None where nothing in the blueprint decided it.

        Raises KeyError where the artifact is unknown.
        """
        offset, length, _, *own = self._files[path]
        section = self._read((offset, length))
        runs = section["runs"]
        at = bisect_right(runs, line, key=lambda run: run[0]) - 1
        if at < 0:
            return None
        first, numbers, *listed = runs[at]
        if not numbers:
            return None
        turn, position = divmod(line - first, len(numbers))
        member = None
        if listed == [_OWN]:
            if turn:
                return None
            member = Ref(own[0])
        elif listed:
            try:
                member = _member(self._read(self._members[listed[0]]), turn)
            except IndexError:
                return None
        elif turn:
            return None
        number = numbers[position]
        if number is None:
            return None
        rule, paths = section["causes"][number]
        names = (section["paths"][each] for each in paths)
        return Origin(section["rules"][rule], tuple(about(path, member) for path in names), member)

    def _read(self, place: Place) -> Any:
        offset, length = place
        self._stream.seek(self._start + offset)
        return read_json(self._stream.read(length))


def about(path: str, member: Ref | None) -> str:
    """The path with the member in place of its `[*]` family."""
    _, star, rest = path.partition("[*]")
    return f"{member}{rest}" if star and member is not None else path


__all__ = ["VERSION", "Origin", "SourceMap", "about", "encode"]
