"""Applications of the platform: which the bootstrap installs, and which are installed by hand afterwards.

The playbook names an application by its archive, so one without a version is none of its; of the charts it takes
values for the first alone, in one file; and it reads that on the system itself, where nothing is while a subcloud
is bootstrapped from afar.
"""

from __future__ import annotations

import shlex
from collections.abc import Iterator
from typing import Any

from blueprint.model.starlingx_parts import Application
from blueprint.target import Cause
from targets._formats.page import Traced
from targets.starlingx.secrets import file_path
from targets.starlingx.secrets import path as secret_path
from targets.starlingx.system import System

#: Where the image of the release has the archives.
ARCHIVES = "/usr/local/share/applications/helm"


def at_bootstrap(system: System) -> Iterator[tuple[str, Any]]:
    """The key that lists applications, if the bootstrap installs any."""
    listed = []
    for label, application in system.layer.application.items():
        if not _is_of_bootstrap(system, application):
            continue
        where = ("application", label)
        version = Cause("the archive of the application", (system.path(*where, "version"),))
        values = {}
        for name, chart in application.chart.items():
            cause = Cause("values for a chart", (system.path(*where, "chart", name),))
            override = {
                "chart": name,
                "namespace": chart.namespace,
                "values-path": file_path(chart.values),
            }
            values["overrides"] = Traced([Traced(override, cause)], cause)
        archive = f"{ARCHIVES}/{label}-{application.version}.tgz"
        listed.append(Traced({archive: Traced(values or None, version)}, version))
    if listed:
        cause = Cause("the applications", (system.path("application"),))
        yield "applications", Traced(listed, cause)


def _is_of_bootstrap(system: System, application: Application) -> bool:
    charts = application.chart.values()
    is_told_all = all(chart.secret_values is None for chart in charts)
    few = len(charts) <= (0 if system.layer.is_subcloud else 1)
    return application.version is not None and few and is_told_all


def by_hand(system: System) -> Iterator[tuple[str, ...]]:
    """The commands for each application that the bootstrap leaves out."""
    for label, application in system.layer.application.items():
        if _is_of_bootstrap(system, application):
            continue
        version = "[0-9]*" if application.version is None else application.version
        commands = [f"system application-upload {ARCHIVES}/{label}-{version}.tgz"]
        for name, chart in application.chart.items():
            files = [file_path(chart.values)]
            if chart.secret_values is not None:
                files.append(secret_path(chart.secret_values))
            stated = " ".join(f"--values {shlex.quote(each)}" for each in files)
            commands.append(
                f"system helm-override-update {label} {name} {chart.namespace} {stated}"
            )
        yield (*commands, f"system application-apply {label}")


def value_files(system: System) -> Iterator[tuple[str, str]]:
    """The files with values of charts: where each is read, and its name beside the blueprint."""
    for application in system.layer.application.values():
        for chart in application.chart.values():
            yield file_path(chart.values), chart.values


__all__ = ["ARCHIVES", "at_bootstrap", "by_hand", "value_files"]
