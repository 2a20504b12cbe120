"""What is judged otherwise than before: between two blueprints, or a blueprint and a report that was kept."""

from __future__ import annotations

import json
from collections.abc import Sequence
from typing import Any, TypeAlias

from blueprint.diagnostics.display import escaped

#: A judgement as `--format json` writes it.
Row: TypeAlias = dict[str, Any]


def changes(before: Sequence[Row], after: Sequence[Row]) -> list[dict[str, Any]]:
    """Each requirement whose verdict, findings or waiver differ, in the order of the later run."""
    old = {(row["pack"], row["id"]): row for row in before}
    new = {(row["pack"], row["id"]): row for row in after}
    found = []
    for key in (*new, *(key for key in old if key not in new)):
        was, now = old.get(key), new.get(key)
        if _told(was) == _told(now):
            continue
        row = now or old[key]
        found.append(
            {
                "pack": row["pack"],
                "id": row["id"],
                "level": row["level"],
                "title": row["title"],
                "before": was["verdict"] if was else None,
                "after": now["verdict"] if now else None,
                "gone": sorted(_findings(was) - _findings(now)),
                "new": sorted(_findings(now) - _findings(was)),
            }
        )
    return found


def _findings(row: Row | None) -> set[str]:
    return {finding["message"] for finding in row["findings"]} if row is not None else set()


def _told(row: Row | None) -> tuple[Any, ...]:
    if row is None:
        return ()
    waiver = row["waiver"] or {}
    exception = (
        waiver.get("because"),
        waiver.get("until"),
        tuple(map(str, waiver.get("only", ()))),
    )
    return row["verdict"], sorted(_findings(row)), row["failures"], exception


def read_report(text: str) -> list[Row] | None:
    """The judgements of a report that was kept; None where the text is no such report."""
    try:
        rows = json.loads(text)
    except (ValueError, RecursionError):
        return None
    return rows if isinstance(rows, list) and all(map(_is_row, rows)) else None


def _is_row(row: Any) -> bool:
    if not isinstance(row, dict):
        return False
    texts = all(isinstance(row.get(n), str) for n in ("pack", "id", "level", "title", "verdict"))
    findings = row.get("findings")
    is_listed = isinstance(findings, list) and all(
        isinstance(f, dict) and isinstance(f.get("message"), str) for f in findings
    )
    waiver = row.get("waiver")
    is_waived = waiver is None or (
        isinstance(waiver, dict)
        and isinstance(waiver.get("only", []), list)
        and all(isinstance(waiver.get(n), str | None) for n in ("because", "until"))
    )
    return texts and is_listed and is_waived and isinstance(row.get("failures"), int)


def render_changes(
    before: Sequence[Row], after: Sequence[Row], names: tuple[str, str], *, is_json: bool
) -> str:
    """The changes as text, or as a list of objects."""
    found = changes(before, after)
    if is_json:
        return json.dumps(found, indent=2, ensure_ascii=False) + "\n"
    lines = [f"{escaped(names[0])} → {escaped(names[1])}: {len(found)} judged otherwise"]
    for change in found:
        was, now = change["before"] or "not judged", change["after"] or "not judged"
        verdicts = escaped(f"{was} → {now}".replace("_", " "))
        head = f"  {change['pack']} {change['id']} ({change['level']})"
        lines.append(f"{escaped(head)}: {verdicts}  {escaped(change['title'])}")
        lines += [f"    - {escaped(message)}" for message in change["gone"]]
        lines += [f"    + {escaped(message)}" for message in change["new"]]
    return "\n".join(lines) + "\n"


__all__ = ["Row", "changes", "read_report", "render_changes"]
