"""What all parts of the front end share: files, diagnostics, limits, and the trace of causes."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any, NamedTuple

from blueprint import typesys as ts
from blueprint.diagnostics import Diagnostic, names, syntax
from blueprint.evaluate.code import Code, Stop
from blueprint.loader import Loader
from blueprint.resolve.rows import RowUses
from blueprint.source import Span

#: Rounds of loops and members of families in one compile, in all.
WORK_LIMIT = 5_000_000
#: Errors after which no more are looked for.
ERROR_LIMIT = 500
#: Values that wait for each other.
NEED_LIMIT = 200
#: Modules, each of the members of a family of them counted.
USE_LIMIT = 5_000
#: Members of all families.
MEMBER_LIMIT = 500_000


@dataclass(frozen=True, slots=True)
class Options:
    """What the command line adds to a blueprint: parameters, files of them, the name of an environment."""

    sets: tuple[tuple[str, str], ...] = ()
    params: tuple[str, ...] = ()
    env: str | None = None
    targets: tuple[str, ...] = ()
    #: The release that runs now, where the layers are there already and are to be upgraded.
    origin: str | None = None
    #: With an origin: the text of a file of a layer, by the layer's folder and its path, as it was written last.
    before: Callable[[str, str], str | None] | None = field(default=None, compare=False)


class Enough(Exception):  # noqa: N818  # not an error of ours: ends the front end
    """So much is wrong that nobody reads on."""


class Site(NamedTuple):
    """One cause of a value: what it is (`let`, `parameter`, `cell`, `template` …), where, and its name."""

    role: str
    place: Span | Callable[[], Span | None] | None
    name: str

    @property
    def span(self) -> Span | None:
        """Where; of a cell it is worked out now, since finding it reads the whole file."""
        return self.place() if callable(self.place) else self.place


@dataclass
class Trace:
    """The causes seen while a value is evaluated, where anybody wants to know them."""

    is_on: bool = False
    sites: list[Site] = field(default_factory=list)

    def add(self, role: str, place: Span | Callable[[], Span | None] | None, name: str) -> None:
        """Notes a cause."""
        self.sites.append(Site(role, place, name))

    @contextmanager
    def inner(self) -> Iterator[list[Site]]:
        """Collects the causes of one value apart, so that they can be kept with it."""
        outer, self.sites = self.sites, []
        try:
            yield self.sites
        finally:
            outer.extend(self.sites)
            self.sites = outer


@dataclass
class World:
    """The state of one compile's front end."""

    loader: Loader
    options: Options
    diagnostics: list[Diagnostic] = field(default_factory=list)
    trace: Trace = field(default_factory=Trace)
    work: int = 0
    work_limit: int = WORK_LIMIT
    members: int = 0
    uses: int = 0
    wrong: set[tuple[str, int, int, str, str]] = field(default_factory=set)
    codes: dict[tuple[int, int, str], tuple[Any, Any, Code]] = field(default_factory=dict)
    families: dict[str, Any] = field(default_factory=dict)
    things: dict[str, Any] = field(default_factory=dict)
    rows: RowUses = field(default_factory=RowUses)
    address_of: Callable[[str, str, Span], Any] | None = None
    loop: list[tuple[Any, str, Span]] = field(default_factory=list)
    checked_branches: dict[tuple[int, int], Any] = field(default_factory=dict)
    template_loops: set[frozenset[str]] = field(default_factory=set)

    def report(self, diagnostic: Diagnostic | None) -> None:
        """Keeps a diagnostic; raises Enough where there are too many errors already."""
        if diagnostic is None:
            return
        self.diagnostics.append(diagnostic)
        if diagnostic.is_error:
            self.wrong.add(diagnostic.sort_key)
            if len(self.wrong) >= ERROR_LIMIT:
                self.diagnostics.append(syntax.too_many_errors(diagnostic.span, ERROR_LIMIT))
                raise Enough

    def report_cycle(self, loop: list[tuple[str, Span]]) -> None:
        """Reports declarations that are like each other, each loop once, from the earliest."""
        members = frozenset(name for name, _ in loop)
        if members not in self.template_loops:
            self.template_loops.add(members)
            at = min(range(len(loop)), key=lambda i: (loop[i][1].source.path, loop[i][1].start))
            turned = [*loop[at:], *loop[:at]]
            shown = [name for name, _ in turned]
            self.report(names.template_cycle(turned[0][1], [*shown, shown[0]]))

    @property
    def has_errors(self) -> bool:
        """Whether anything found so far stops a compile."""
        return any(d.is_error for d in self.diagnostics)

    def spend(self, amount: int, span: Span) -> None:
        """Counts rounds of loops; raises Stop beyond the limit."""
        if self.work + amount > self.work_limit:
            raise Stop(
                names.too_large(span, "the loops take too many rounds in all", self.work_limit)
            )
        self.work += amount

    def enroll(self, amount: int, span: Span) -> None:
        """Counts members of families; raises Stop beyond the limit."""
        if self.members + amount > MEMBER_LIMIT:
            raise Stop(
                names.too_large(span, "the families have too many members in all", MEMBER_LIMIT)
            )
        self.members += amount

    def use(self, amount: int, span: Span) -> None:
        """Counts modules; raises Stop beyond the limit."""
        if self.uses + amount > USE_LIMIT:
            raise Stop(names.too_large(span, "modules are used too many times in all", USE_LIMIT))
        self.uses += amount

    @contextmanager
    def needing(self, token: Any, name: str, span: Span) -> Iterator[None]:
        """Marks a value as being worked out; raises Stop with the loop where it needs itself."""
        for at, (known, _, _) in enumerate(self.loop):
            if known == token:
                loop = [(n, s) for _, n, s in self.loop[at:]]
                start = min(
                    range(len(loop)), key=lambda i: (loop[i][1].source.path, loop[i][1].start)
                )
                raise Stop(names.cycle(loop[start:] + loop[:start]))
        if len(self.loop) >= NEED_LIMIT:
            raise Stop(
                names.too_large(span, "values need each other in too long a chain", NEED_LIMIT)
            )
        self.loop.append((token, name, span))
        try:
            yield
        finally:
            self.loop.pop()

    def attempt(self, run: Callable[[], Any], default: Any = None) -> Any:
        """The result of a step, or `default` where it stopped; then its diagnostic is kept."""
        try:
            return run()
        except Stop as stop:
            self.report(stop.diagnostic)
            return default


BROKEN = ts.BROKEN
