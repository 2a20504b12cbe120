"""The files of Kubespray at one tag, out of a git repository, or of a folder that holds some of them."""

import io
import subprocess
import tarfile
from collections.abc import Iterator, Mapping
from pathlib import Path

#: What the catalogue is derived from; the rest of the repository is documentation and tests.
PARTS = (
    "README.md", "docs/ansible/vars.md", "inventory/sample", "playbooks", "requirements.txt", "roles",
)  # fmt: skip
_TEXTS = (".j2", ".md", ".txt", ".yaml", ".yml")


class Tree(Mapping[str, str]):
    """Texts by path."""

    def __init__(self, texts: Mapping[str, str]) -> None:
        """Keep the texts."""
        self._texts = dict(sorted(texts.items()))

    def __getitem__(self, path: str) -> str:
        return self._texts[path]

    def __iter__(self) -> Iterator[str]:
        return iter(self._texts)

    def __len__(self) -> int:
        return len(self._texts)


def tree_of_tag(repository: Path, tag: str) -> Tree:
    """Return the files of a tag of a git repository, with or without a work tree."""
    command = ["git", "-C", str(repository), "archive", "--format=tar", tag, *PARTS]
    packed = subprocess.run(command, capture_output=True, check=True).stdout  # noqa: S603 - our own words
    with tarfile.open(fileobj=io.BytesIO(packed)) as archive:
        return Tree(
            {
                member.name: stream.read().decode()
                for member in archive.getmembers()
                if member.isfile() and member.name.endswith(_TEXTS)
                if (stream := archive.extractfile(member)) is not None
            }
        )


def tree_of_folder(folder: Path) -> Tree:
    """Return the files below a folder, such as a work tree or a part of one."""
    return Tree(
        {
            str(path.relative_to(folder)): path.read_text(encoding="utf-8")
            for path in folder.rglob("*")
            if path.is_file() and path.name.endswith(_TEXTS)
        }
    )
