"""Judges rendered service configuration by the services themselves: names and values of options."""

import json
import subprocess
from collections.abc import Iterator, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass
from pathlib import Path

from targets._derivation.packages import pinned_environment
from targets.kolla_ansible.catalog import catalog, releases
from targets.kolla_ansible.catalog.derivation.releases import RELEASES
from targets.kolla_ansible.catalog.derive import pins

from . import kolla_templates
from .tools import OracleUnavailableError

_READER = Path(__file__).parent / "readers" / "oslo_values.py"


@dataclass(frozen=True, slots=True)
class Finding:
    """What a service would say about one option; `file` is the last one that it reads."""

    service: str
    file: str
    section: str
    option: str
    kind: str
    message: str


def service_python(release: str) -> Path:
    """Return the interpreter that has the services of `release`."""
    try:
        return pinned_environment(pins(RELEASES[release]))
    except (subprocess.CalledProcessError, OSError) as reason:
        raise OracleUnavailableError(f"the services can't be installed: {reason}") from reason


def check(release: str, services: Sequence[Sequence[Path]]) -> tuple[Finding, ...]:
    """Return what each service finds wrong with its files, given in the order it reads them."""
    alike: dict[tuple[str, ...], list[Sequence[Path]]] = {}
    read = ([f for f in files if f.name in catalog(release).config_files] for files in services)
    for files in (files for files in read if files):
        alike.setdefault(_namespaces(release, files), []).append(files)
    return tuple(
        finding
        for namespaces, group in alike.items()
        for finding in _judged(release, namespaces, group)
    )


def _namespaces(release: str, files: Sequence[Path]) -> tuple[str, ...]:
    known = catalog(release)
    return tuple(sorted({n for file in files for n in known.options(file.name).namespace_names}))


def _judged(
    release: str, namespaces: Sequence[str], services: Sequence[Sequence[Path]]
) -> Iterator[Finding]:
    names = dict.fromkeys(file.name for files in services for file in files)
    request = {
        "namespaces": namespaces,
        "dynamic": [dict(d) for name in names for d in catalog(release).options(name).dynamic],
        "services": [[str(file) for file in files] for files in services],
    }
    finished = subprocess.run(
        [str(service_python(release)), str(_READER)],
        input=json.dumps(request),
        capture_output=True,
        text=True,
        check=False,
    )
    if finished.returncode:
        raise AssertionError(f"{services} can't be read: {finished.stderr.strip()[-2000:]}")
    for files, findings in zip(services, json.loads(finished.stdout), strict=True):
        for section, option, kind, message in findings:
            yield Finding(files[-1].parent.name, files[-1].name, section, option, kind, message)


def rendered_services(host: Path) -> tuple[tuple[Path, ...], ...]:
    """Return the files of each OpenStack service below a host's folder, in the order it reads them.

    Equal files are judged once: Kolla renders the same text for many services of a kind.
    """
    known = {name for release in releases() for name in catalog(release).config_files}
    seen: set[tuple[bytes, ...]] = set()
    services = []
    for folder in sorted(each for each in host.iterdir() if each.is_dir()):
        found = [file for file in folder.iterdir() if file.name in known]
        # Agents read the main file first, and nothing of theirs stands twice in it.
        files = tuple(sorted(found, key=lambda file: (file.suffix != ".conf", file.name)))
        content = tuple(file.read_bytes() for file in files)
        if files and content not in seen:
            seen.add(content)
            services.append(files)
    return tuple(services)


def unexplained(
    release: str, findings: Sequence[Finding], emitted: Path | None = None
) -> tuple[Finding, ...]:
    """Return the findings that are not Kolla-Ansible's own doing.

    Old names still work. Names that a service does not know are inert, and Kolla's own templates write
    many; one in a file that `oib` emitted is ours, whoever else writes it.
    """
    ours = kolla_templates.stated(emitted) if emitted is not None else frozenset()
    return tuple(f for f in findings if f.kind != "deprecated" and not _is_kollas(release, f, ours))


def _is_kollas(release: str, finding: Finding, ours: AbstractSet[tuple[str, str]]) -> bool:
    is_ours = (finding.section, finding.option) in ours
    return (
        finding.kind == "unknown"
        and not is_ours
        and kolla_templates.is_written(release, finding.section, finding.option)
    )
