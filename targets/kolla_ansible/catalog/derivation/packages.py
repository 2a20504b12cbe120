"""Opens the package of Kolla-Ansible; what every derivation needs is in `targets/_derivation`."""

import zipfile
from collections.abc import Iterator
from pathlib import Path


class SharedFiles:
    """The files under `share/kolla-ansible` of a Kolla-Ansible wheel, and its Python code."""

    def __init__(self, path: Path) -> None:
        """Open the wheel at `path`."""
        self._archive = zipfile.ZipFile(path)
        marker = "/data/share/kolla-ansible/"
        self._names = {
            name.split(marker, 1)[1]: name for name in self._archive.namelist() if marker in name
        }

    def __iter__(self) -> Iterator[str]:
        """Yield the paths below `share/kolla-ansible`, sorted."""
        return iter(sorted(self._names))

    def text(self, path: str) -> str:
        """Return the text of one shared file."""
        return self._archive.read(self._names[path]).decode()

    def code(self, path: str) -> str:
        """Return the text of one module of the `kolla_ansible` Python package."""
        return self._archive.read(f"kolla_ansible/{path}").decode()

    def entry_points(self) -> str:
        """Return the text that names the package's commands."""
        (name,) = (n for n in self._archive.namelist() if n.endswith(".dist-info/entry_points.txt"))
        return self._archive.read(name).decode()
