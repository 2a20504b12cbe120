"""An Ansible callback that writes each failed task as one JSON line, for the judges to read."""

import json
import os
from pathlib import Path
from typing import Any

from ansible.plugins.callback import CallbackBase

DOCUMENTATION = """
    name: oib_failures
    type: notification
    short_description: write failed tasks as JSON lines
    description: Appends to the file named by OIB_FAILURES.
"""


class CallbackModule(CallbackBase):
    """Collects failures that nobody ignores."""

    CALLBACK_VERSION = 2.0
    CALLBACK_TYPE = "notification"
    CALLBACK_NAME = "oib_failures"

    def v2_runner_on_failed(self, result: Any, ignore_errors: bool = False) -> None:
        values = getattr(result, "result", None) or result._result
        if not ignore_errors and "results" not in values:  # its items were written one by one
            self._write(result)

    def v2_runner_item_on_failed(self, result: Any) -> None:
        self._write(result)

    def v2_runner_on_unreachable(self, result: Any) -> None:
        self._write(result)

    def _write(self, result: Any) -> None:
        task = getattr(result, "task", None) or result._task
        host = getattr(result, "host", None) or result._host
        values = getattr(result, "result", None) or result._result
        line = {
            "host": host.get_name(),
            "task": task.get_name(),
            "message": str(values.get("msg", values)),
            "item": self._label(values.get("item", "")),
        }
        with Path(os.environ["OIB_FAILURES"]).open("a", encoding="utf-8") as out:
            out.write(json.dumps(line, default=str) + "\n")

    def _label(self, item: Any) -> str:
        return str(item.get("key", item) if isinstance(item, dict) else item)[:200]
