"""Golden files: what a test gives is compared with what stands in the repository, whole files and whole trees.

`pytest --update-golden` writes what the tests give; the difference is then read and explained in the commit.
"""

from __future__ import annotations

import difflib
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True)
class Golden:
    """Compares with the files below `root`, or rewrites them."""

    root: Path
    is_updating: bool

    def check(self, name: str, text: str) -> None:
        """One file holds exactly this text."""
        path = self.root / name
        if self.is_updating:
            _write(path, text)
            return
        assert path.is_file(), (
            f"{path} is missing: run pytest with --update-golden, and read what it wrote"
        )
        expected = path.read_text(encoding="utf-8")
        if expected != text:
            lines = difflib.unified_diff(
                expected.splitlines(),
                text.splitlines(),
                f"{name} as it was",
                f"{name} now",
                lineterm="",
                n=1,
            )
            raise AssertionError("\n".join(lines) or f"{name} differs in its line ends")

    def check_tree(self, name: str, files: Mapping[str, str]) -> None:
        """A folder holds exactly these files: a missing one fails, and so does one too many."""
        folder = self.root / name
        standing = {
            path.relative_to(folder).as_posix() for path in folder.rglob("*") if path.is_file()
        }
        if self.is_updating:
            for path in standing - set(files):
                (folder / path).unlink()
            standing = set(files)
        assert sorted(files) == sorted(standing), f"files of {folder}"
        for path, text in sorted(files.items()):
            self.check(f"{name}/{path}", text)


def _write(path: Path, text: str) -> None:
    if not path.is_file() or path.read_text(encoding="utf-8") != text:
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
