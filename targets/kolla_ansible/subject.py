"""What one subject, mostly a service, adds to the plan of a layer: a module of `subjects/` makes one each.

`plan` asks every subject in turn; none knows of another. What a subject derives is listed in
`derived_variables` and `derived_options`, so that nobody can set the same thing a second time.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, TypeAlias

from blueprint.diagnostics import Diagnostic, Rule
from blueprint.spans import Spans
from blueprint.target import Artifact, Cause, Step
from targets._formats.page import Traced
from targets.kolla_ansible.cloud import Cloud, HostClass

#: Variables by name, each with its cause.
Variables: TypeAlias = Iterable[tuple[str, Traced]]
#: A variable of each host of a class: its name, a value for each host, and the cause.
Columns: TypeAlias = Iterable[tuple[str, Sequence[str], Cause]]
#: Path below `config/`, section, option.
Files: TypeAlias = Mapping[str, Mapping[str, Mapping[str, Traced]]]


def _nothing(*_: Any) -> tuple[Any, ...]:
    return ()


def _no_files(*_: Any) -> Files:
    return {}


@dataclass(frozen=True, slots=True)
class Subject:
    """The parts of a plan that one subject decides; each is empty where it has nothing to say.

    `variables` go into globals.yml, which nothing can override. `class_variables` are variables of
    the inventory group of a class of hosts, `columns` those of its single hosts. `files` are options
    of services' files for all hosts, `class_files` those that only the hosts of a class have.
    `artifacts` are whole files of other forms below the target's folder. `groups` are inventory groups
    that the release's own inventory leaves to the operator, with their content. `supplies` are steps
    for what the operator provides, `prepares` those between readiness of the hosts and the deployment,
    `steps` come after it; both are done again with each upgrade where it `is_repeated`, since the tool
    undoes or restarts what they set up. `check` reports what the tool can't do, by `rules`.
    """

    name: str
    variables: Callable[[Cloud], Variables] = _nothing
    class_variables: Callable[[Cloud, HostClass], Variables] = _nothing
    columns: Callable[[Cloud, HostClass], Columns] = _nothing
    files: Callable[[Cloud], Files] = _no_files
    class_files: Callable[[Cloud, HostClass], Files] = _no_files
    artifacts: Callable[[Cloud], Iterable[Artifact]] = _nothing
    groups: Callable[[Cloud], Iterable[tuple[str, Traced]]] = _nothing
    supplies: Callable[[Cloud], Iterable[Step]] = _nothing
    prepares: Callable[[Cloud], Iterable[Step]] = _nothing
    steps: Callable[[Cloud], Iterable[Step]] = _nothing
    check: Callable[[Cloud, Spans], Iterable[Diagnostic]] = _nothing
    rules: tuple[Rule, ...] = ()
    is_repeated: bool = False
    #: Variable -> what to set in the blueprint, for people.
    derived_variables: Mapping[str, str] = field(default_factory=dict)
    #: Service, section and option -> what to set in the blueprint.
    derived_options: Mapping[tuple[str, str, str], str] = field(default_factory=dict)
    #: Service -> file -> the file whose options it takes where that has another name (see `files.py`).
    config_files: Mapping[str, Mapping[str, str]] = field(default_factory=dict)
