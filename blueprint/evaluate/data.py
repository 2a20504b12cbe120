"""Tables of data: typed rows, of which every cell knows where it stands."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from typing import Any

from blueprint import typesys as ts
from blueprint.diagnostics import Diagnostic, fields, names
from blueprint.source import Source, Span

#: Rows of one table.
ROW_LIMIT = 200_000


class Row(dict[str, Any]):
    """A row of a table: values by column, and where it came from."""

    __slots__ = ("number", "table")

    def __init__(self, values: dict[str, Any], table: Table, number: int) -> None:
        super().__init__(values)
        self.table = table
        self.number = number

    def __hash__(self) -> int:  # type: ignore[override]  # rows are never changed once made
        return hash((id(self.table), self.number))


class Table(tuple[Any, ...]):  # noqa: SLOT001  # a tuple with attributes has no slots
    """The rows of a data file, with the name of the column that identifies them."""

    source: Source
    key: str | None
    #: The type that every row was read as, where one was asked for.
    row_type: ts.Type | None
    cell_span: Callable[[int, str], Span]
    _indexes: dict[str, dict[str, tuple[Row, ...]]]

    def where(self, column: str, word: str) -> tuple[Row, ...]:
        """The rows whose cell in a column is a text, in their order; a column is looked through once."""
        index = self._indexes.get(column)
        if index is None:
            found: dict[str, list[Row]] = {}
            for row in self:
                found.setdefault(row.get(column), []).append(row)
            index = self._indexes[column] = {text: tuple(rows) for text, rows in found.items()}
        return index.get(word, ())

    @classmethod
    def of(
        cls,
        rows: Sequence[Any],
        source: Source,
        key: str | None,
        cell: Callable[[int, str], Span],
        row_type: ts.Type | None = None,
    ) -> Table:
        """A table; its rows are told of it."""
        table = cls(rows)
        table.source = source
        table.key = key
        table.row_type = row_type
        table._indexes = {}
        table.cell_span = cell
        for row in table:
            if isinstance(row, Row):
                row.table = table
        return table


def may_be_absent(wanted: ts.Type) -> bool:
    """Whether a column may have empty cells."""
    return isinstance(wanted, ts.OptionalOf)


def keys_are_unique(table: Table, report: Callable[[Diagnostic], None]) -> bool:
    """Whether no two rows have one key; reports those that do."""
    if table.key is None:
        return True
    first: dict[str, int] = {}
    is_sound = True
    for number, row in enumerate(table):
        if table.key not in row:
            report(fields.bad_cell(table.cell_span(row.number, table.key), table.key, "a key", ""))
            is_sound = False
            continue
        folded = str(row[table.key]).lower()
        if folded in first:
            report(
                names.duplicate_key(
                    table.cell_span(row.number, table.key),
                    str(row[table.key]),
                    table.cell_span(table[first[folded]].number, table.key),
                )
            )
            is_sound = False
        first.setdefault(folded, number)
    return is_sound


def rows_of(table: Table) -> Iterator[Row]:
    """The rows of a table that have columns."""
    return (row for row in table if isinstance(row, Row))
