"""The files of a repository at one revision, as texts by path."""

from __future__ import annotations

import io
import subprocess
import tarfile
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path

_TEXTS = (".j2", ".py", ".xml", ".yaml", ".yml")


@dataclass(frozen=True, slots=True)
class Tree:
    """Texts by path, every path there is (links too), and the commit that they are of."""

    texts: Mapping[str, str]
    paths: frozenset[str]
    source: str

    def below(self, folder: str) -> Iterable[str]:
        """The paths below a folder, in order."""
        return sorted(path for path in self.texts if path.startswith(folder))


def tree_of(repository: Path, revision: str, parts: Iterable[str]) -> Tree:
    """The parts of a git repository at a revision; parts that are not there are left out."""
    there = _git(repository, "ls-tree", "-r", "--name-only", revision).decode().splitlines()
    wanted = [part for part in parts if any(_is_below(path, part) for path in there)]
    packed = _git(repository, "archive", "--format=tar", revision, *wanted)
    with tarfile.open(fileobj=io.BytesIO(packed)) as archive:
        members = archive.getmembers()
        texts = {
            member.name: stream.read().decode()
            for member in members
            if member.isfile() and member.name.endswith(_TEXTS)
            if (stream := archive.extractfile(member)) is not None
        }
    commit = _git(repository, "log", "-1", "--format=%h %cs", revision).decode().strip()
    return Tree(texts, frozenset(member.name for member in members), commit)


def _is_below(path: str, part: str) -> bool:
    return path == part or path.startswith(part.rstrip("/") + "/")


def _git(repository: Path, *words: str) -> bytes:
    command = ["git", "-C", str(repository), *words]
    return subprocess.run(command, capture_output=True, check=True).stdout  # noqa: S603 - our own words
