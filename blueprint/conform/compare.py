"""What is judged otherwise in one blueprint than in another."""

from __future__ import annotations

import json
from typing import Any

from blueprint.conform.verdicts import Conformance, Judgement
from blueprint.diagnostics.display import escaped


def changes(before: Conformance, after: Conformance) -> list[dict[str, Any]]:
    """Each requirement whose verdict, findings or waiver differ, in the order of the later run."""
    old = {j.requirement.full_id: j for j in before.judgements}
    new = {j.requirement.full_id: j for j in after.judgements}
    found = []
    for key in (*new, *(key for key in old if key not in new)):
        was, is_now = old.get(key), new.get(key)
        if _told(was) != _told(is_now):
            requirement = (is_now or was or next(iter(new.values()))).requirement
            found.append(
                {
                    "pack": requirement.pack,
                    "id": requirement.id,
                    "level": requirement.level,
                    "title": requirement.title,
                    "before": was.verdict if was else None,
                    "after": is_now.verdict if is_now else None,
                    "gone": sorted(_findings(was) - _findings(is_now)),
                    "new": sorted(_findings(is_now) - _findings(was)),
                }
            )
    return found


def _findings(judged: Judgement | None) -> set[str]:
    return {f.message for f in judged.findings} if judged is not None else set()


def _told(judged: Judgement | None) -> tuple[Any, ...]:
    if judged is None:
        return ()
    waiver = judged.waiver
    exception = (waiver.because, waiver.until) if waiver is not None else ()
    return judged.verdict, sorted(_findings(judged)), judged.count, exception


def render_changes(before: Conformance, after: Conformance, *, is_json: bool) -> str:
    """The changes as text, or as a list of objects."""
    found = changes(before, after)
    if is_json:
        return json.dumps(found, indent=2, ensure_ascii=False) + "\n"
    lines = [f"{before.blueprint} → {after.blueprint}: {len(found)} judged otherwise"]
    for change in found:
        was, now = change["before"] or "not judged", change["after"] or "not judged"
        verdicts = f"{was} → {now}".replace("_", " ")
        head = f"  {change['pack']} {change['id']} ({change['level']}): {verdicts}"
        lines.append(f"{head}  {escaped(change['title'])}")
        lines += [f"    - {escaped(message)}" for message in change["gone"]]
        lines += [f"    + {escaped(message)}" for message in change["new"]]
    return "\n".join(lines) + "\n"
