"""Proves by rendering which values a template reads: a value is changed, and the output is looked at.

One rendering for each value would take hours, so values are changed together. A text or number
becomes a mark of its own, and whoever's mark shows up in the output is read. Marks hide each other
(a changed back end switches whole templates off), so those that did not show up are tried again in
halves, down to single values: one whose change alters nothing, alone, is not read. A change that makes
the rendering fail is a proof too, since only what is read can fail.
"""

import re
from collections.abc import Callable, Mapping, Sequence
from typing import Any

from .charts import Chart, Path_, merged, nested

#: Keys whose numbers are counted up to by templates; a large one would never end.
_COUNTED = re.compile(r"replicas|count|num_|_num|workers|size|min|max")
_FIRST_NUMBER = 41017
_MARK = re.compile(r"oibm(\d+)x")
_FIRST_SUM = 70_000_000
_SUM = re.compile(r"oib(7\d{7})")
_NUMBER = re.compile(r"\b4\d{4}\b")


class Variant:
    """A chart with one set of values, in which changes are tried."""

    def __init__(self, chart: Chart, name: str, values: Mapping[str, Any]) -> None:
        """Render it once without a change."""
        self.chart = chart
        self.name = name
        self.values = values
        self.values_are_own = name == "own"
        self.output = chart.render(values)
        #: Whether two renderings are the same; where keys are generated, only marks prove anything.
        self.is_stable = self.output is not None and self.output == chart.render(values)

    def read(self, candidates: Sequence[Path_], held: Callable[[Path_], Any]) -> set[Path_]:
        """Those of the candidates that change what is rendered; `held` is what each is now."""
        if self.output is None:
            return set()
        marks: dict[Path_, Any] = {}
        others: dict[Path_, Any] = {}
        for number, path in enumerate(candidates, start=1):
            value = held(path)
            mark = _mark(path, value, number)
            (others if mark is None else marks)[path] = changed(value) if mark is None else mark
        found = self._shown(marks)
        while found:  # what was found hid others while it was changed
            more = self._shown({path: mark for path, mark in marks.items() if path not in found})
            found |= more
            if not more:
                break
        rest = {path: changed(held(path)) for path in marks if path not in found}
        found |= self._different(rest)
        if self.values_are_own:  # nearly all switches are read: halving would only add renderings
            switches = [path for path, value in others.items() if isinstance(value, (bool, int))]
            for path in switches:
                found |= self._different({path: others.pop(path)})
        return found | self._different(others)

    def shown(self, entries: Mapping[Path_, Any]) -> set[Path_]:
        """Those of the entries, each with a mark of its own in it, whose mark is rendered."""
        return set() if self.output is None else self._shown(entries)

    def evaluated(self, entries: Mapping[Path_, int]) -> set[Path_]:
        """Those of the places, each with a number, whose text the chart runs as a template."""
        if self.output is None or not entries:
            return set()
        stated = {
            path: f"oib{{{{ add {_FIRST_SUM} {number} }}}}" for path, number in entries.items()
        }
        text = self._with(stated)
        if text is None:
            if len(entries) == 1:
                return set()
            first, second = _halves(entries)
            return self.evaluated(first) | self.evaluated(second)
        sums = set(_SUM.findall(text))
        return {path for path, number in entries.items() if str(_FIRST_SUM + number) in sums}

    def _shown(self, entries: Mapping[Path_, Any]) -> set[Path_]:
        """Those whose marks are in the output; none of a single one that can't be rendered."""
        if not entries:
            return set()
        text = self._with(entries)
        if text is None:
            if len(entries) == 1:
                return set()
            first, second = _halves(entries)
            return self._shown(first) | self._shown(second)
        words = set(_MARK.findall(text))
        numbers = set(_NUMBER.findall(text))
        return {path for path, value in entries.items() if _is_in(value, words, numbers)}

    def _different(self, entries: Mapping[Path_, Any]) -> set[Path_]:
        """Those that change the output, or make it fail, each on its own."""
        if not entries or not self.is_stable:
            return set()
        text = self._with(entries)
        if text == self.output:
            return set()
        if len(entries) == 1:
            return set(entries)
        first, second = _halves(entries)
        return self._different(first) | self._different(second)

    def _with(self, entries: Mapping[Path_, Any]) -> str | None:
        return self.chart.render(merged(self.values, nested(entries)))


def changed(value: Any) -> Any:
    """Another value of the same kind."""
    if isinstance(value, bool):
        return not value
    if isinstance(value, (int, float)):
        return value + 1
    if isinstance(value, str):
        return f"{value}oibm0x"
    if isinstance(value, list):
        return [] if value else ["oibm0x"]
    if isinstance(value, dict):
        return {"oibm0x": "oibm0x"}
    return "oibm0x"


def mark(number: int) -> str:
    """The text that stands for one candidate."""
    return f"oibm{number}x"


def _mark(path: Path_, value: Any, number: int) -> Any:
    if isinstance(value, bool):
        return None
    if isinstance(value, int):
        counted = _COUNTED.search(".".join(path[-2:]))
        return None if counted or number > 8000 else _FIRST_NUMBER + number
    if isinstance(value, str):
        return f"{value}{mark(number)}"
    if isinstance(value, list) and all(isinstance(item, str) for item in value):
        return [*value, mark(number)]
    return None


def _is_in(value: Any, words: set[str], numbers: set[str]) -> bool:
    if isinstance(value, int):
        return str(value) in numbers
    return any(found in words for found in _MARK.findall(str(value)) if found != "0")


def _halves(
    entries: Mapping[Path_, Any],
) -> tuple[dict[Path_, Any], dict[Path_, Any]]:
    items = list(entries.items())
    middle = len(items) // 2
    return dict(items[:middle]), dict(items[middle:])
