"""Where the cells of a CSV file stand: rows that are plain lines are found as all others are."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from blueprint.evaluate.csv_files import CsvCells
from blueprint.source import Source


@given(st.text(alphabet="ab ,;\t\n", min_size=1, max_size=60), st.sampled_from(",;"))
def test_a_row_without_quotes_stands_where_reading_every_character_finds_it(
    text: str, delimiter: str
) -> None:
    source = Source("data.csv", text)
    quick, thorough = CsvCells(source, delimiter), CsvCells(source, delimiter)
    rows = thorough._scan()
    assert [quick._cells(row) for row in range(len(rows))] == rows
