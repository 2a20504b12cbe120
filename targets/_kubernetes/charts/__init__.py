"""The charts that targets install: where each is from, its pinned version, and which values it knows and reads.

`chart("metallb")` gives the chart with its catalogue; `chart("metallb").strays(values)` says what of a tree of
values it does not know or never reads. `derive.py` makes the catalogues out of the charts, which are not committed.
"""

from targets._kubernetes.charts.catalogue import Chart, Stray, chart, names

__all__ = ["Chart", "Stray", "chart", "names"]
