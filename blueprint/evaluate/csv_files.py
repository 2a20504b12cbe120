"""CSV files as tables: each cell read as the type of its column, faulty ones reported at their place."""

from __future__ import annotations

import csv
import io
from collections.abc import Callable
from typing import Any

from blueprint import typesys as ts
from blueprint.diagnostics import Diagnostic, did_you_mean, fields, names
from blueprint.evaluate.convert import Unfit, reader_of
from blueprint.evaluate.data import ROW_LIMIT, Row, Table, keys_are_unique, may_be_absent
from blueprint.source import Source, Span


def read_csv(
    source: Source,
    call: Span,
    key: str | None,
    row_type: ts.Type | None,
    report: Callable[[Diagnostic], None],
) -> Table | None:
    """The rows of a CSV file with a header line, each cell read as its column's type."""
    delimiter = ";" if source.line(1).count(";") > source.line(1).count(",") else ","
    try:
        lines = list(csv.reader(io.StringIO(source.text), delimiter=delimiter, strict=True))
    except csv.Error:
        report(
            names.bad_data(
                call, f"`{source.path}` is no CSV: a quote is not closed or stands wrong"
            )
        )
        return None
    while lines and not any(cell.strip() for cell in lines[-1]):
        lines.pop()
    if not lines:
        report(names.bad_data(call, f"`{source.path}` has no header line"))
        return None
    header = [name.strip() for name in lines[0]]
    cells = CsvCells(source, delimiter)
    record = row_type if isinstance(row_type, ts.Record) else None
    if not _columns_fit(header, record, key, cells, call, report):
        return None
    if len(lines) - 1 > ROW_LIMIT:
        report(names.too_large(call, f"`{source.path}` has {len(lines) - 1:,} rows", ROW_LIMIT))
        return None
    readers = []
    for column, name in enumerate(header):
        if record is not None and name not in record.fields:
            continue
        wanted = record.fields[name] if record else ts.STRING
        readers.append((column, name, reader_of(wanted), wanted, may_be_absent(wanted)))
    rows: list[Row] = []
    is_sound = True
    placeholder = Table.of(
        (), source, key, lambda row, name: cells.span(row + 1, header.index(name))
    )
    width = len(header)
    for number, line in enumerate(lines[1:]):
        if len(line) != width:
            if not any(cell.strip() for cell in line):
                continue
            report(
                names.bad_data(
                    cells.line_span(number + 1),
                    f"this row has {len(line)} cells; the header names {width}",
                )
            )
            is_sound = False
            continue
        values: dict[str, Any] = {}
        for column, name, read, wanted, optional in readers:
            text = line[column].strip()
            if not text and optional:
                continue
            try:
                values[name] = read(text)
            except Unfit as unfit:
                report(
                    fields.bad_cell(
                        cells.span(number + 1, column),
                        name,
                        unfit.wanted or str(wanted),
                        text,
                        unfit.example,
                    )
                )
                is_sound = False
        rows.append(Row(values, placeholder, number))
    if not is_sound:
        # Keys are told beside the other faults; one that is faulty itself has been told.
        known = [row for row in rows if key is not None and key in row]
        keys_are_unique(Table.of(known, source, key, placeholder.cell_span, row_type), report)
        return None
    table = Table.of(rows, source, key, placeholder.cell_span, row_type)
    return table if keys_are_unique(table, report) else None


def _columns_fit(
    header: list[str],
    record: ts.Record | None,
    key: str | None,
    cells: CsvCells,
    call: Span,
    report: Callable[[Diagnostic], None],
) -> bool:
    is_sound = True
    seen: set[str] = set()
    for column, name in enumerate(header):
        if name in seen:
            report(
                fields.wrong_columns(
                    cells.span(0, column), f"the column `{name}` stands twice", None
                )
            )
            is_sound = False
        seen.add(name)
    if record is not None:
        for name, wanted in record.fields.items():
            if name not in seen and not may_be_absent(wanted):
                report(
                    fields.wrong_columns(
                        cells.line_span(0), f"there is no column `{name}`",
                        did_you_mean(name, seen - set(record.fields)),
                    )
                )  # fmt: skip
                is_sound = False
    if key is not None and key not in seen and is_sound:
        report(fields.wrong_columns(call, f"the key `{key}` is no column", did_you_mean(key, seen)))
        is_sound = False
    return is_sound


class CsvCells:
    """Finds cells in a CSV text, only when somebody asks for a place."""

    def __init__(self, source: Source, delimiter: str) -> None:
        self.source = source
        self.delimiter = delimiter
        self._rows: list[list[tuple[int, int]]] | None = None
        self._starts: list[int] | None = None
        self._has_quotes: bool | None = None
        #: The row that was asked for last: checks ask for one cell of a row after the other.
        self._last: tuple[int, list[tuple[int, int]]] | None = None

    def span(self, row: int, column: int) -> Span:
        """The cell without its quotes; row 0 is the header."""
        cells = self._cells(row)
        start, end = cells[min(column, len(cells) - 1)]
        return Span(self.source, start, end)

    def line_span(self, row: int) -> Span:
        """The whole row."""
        cells = self._cells(row)
        return Span(self.source, cells[0][0], cells[-1][1])

    def _cells(self, row: int) -> list[tuple[int, int]]:
        """First and last place of each cell of a row; where nothing is quoted, rows are lines."""
        if self._has_quotes is None:  # looked for once: it reads the whole file
            self._has_quotes = '"' in self.source.text
        if self._has_quotes:
            return self._scan()[row]
        if self._last is not None and self._last[0] == row:
            return self._last[1]
        if self._starts is None:
            at, self._starts = 0, []
            for line in self.source.text.split("\n"):
                self._starts.append(at)
                at += len(line) + 1
        at = self._starts[row]
        cells = []
        for cell in self.source.text[at : self._end(row)].split(self.delimiter):
            cells.append(self._trim(at, at + len(cell)))
            at += len(cell) + len(self.delimiter)
        self._last = row, cells
        return cells

    def _end(self, row: int) -> int:
        assert self._starts is not None, row
        following = row + 1
        last = len(self.source.text)
        return self._starts[following] - 1 if following < len(self._starts) else last

    def _scan(self) -> list[list[tuple[int, int]]]:
        if self._rows is not None:
            return self._rows
        text, rows, row = self.source.text, [], []
        start = at = 0
        quoted = False
        while at <= len(text):
            char = text[at] if at < len(text) else "\n"
            if quoted:
                if at >= len(text):
                    quoted = False
                    continue
                if char == '"':
                    quoted = text[at + 1 : at + 2] == '"'
                    at += 1 if quoted else 0
            elif char == '"' and at == start:
                quoted = True
            elif char in (self.delimiter, "\n"):
                row.append(self._trim(start, at))
                start = at + 1
                if char == "\n":
                    rows.append(row)
                    row = []
            at += 1
        self._rows = [row for row in rows if row]
        return self._rows

    def _trim(self, start: int, end: int) -> tuple[int, int]:
        text = self.source.text
        while start < end and text[start] in ' \t"':
            start += 1
        while end > start and text[end - 1] in ' \t"':
            end -= 1
        return start, end
