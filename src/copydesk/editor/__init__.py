"""Help for editors: what they need to know to complete and to check suites and rules.

`suite.schema.json`, `rule.schema.json` and `rules.code-snippets` beside this module are written by
`scripts/gen_docs.py` from what the code itself goes by, so that they cannot say anything else.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from copydesk.editor.rule import rule_schema, rule_snippets
from copydesk.editor.suite import suite_schema
from copydesk.errors import UserError

FOLDER = Path(__file__).parent
SUITE, RULE, SNIPPETS = "suite.schema.json", "rule.schema.json", "rules.code-snippets"
_PLACES = {SUITE: ".vscode/copydesk-suite.schema.json", SNIPPETS: ".vscode/copydesk.code-snippets"}

SETTINGS: Mapping[str, Any] = {
    "json.schemas": [
        {"fileMatch": ["*.expectations.json"], "url": "./.vscode/copydesk-suite.schema.json"}
    ]
}

MATCHER = r"^(.+?):(\d+)(?::(\d+))?: (error|warning|info) ([A-Z]{2}\d{3}) (.*)$"
"""What a line of `copydesk check --format concise` looks like to an editor."""

TASKS: Mapping[str, Any] = {
    "version": "2.0.0",
    "tasks": [
        {
            "label": "copydesk check",
            "type": "shell",
            "command": "copydesk check --format concise --all",
            "group": {"kind": "test", "isDefault": True},
            "presentation": {"reveal": "silent"},
            "problemMatcher": {
                "owner": "copydesk",
                "fileLocation": ["relative", "${workspaceFolder}"],
                "pattern": {
                    "regexp": MATCHER, "file": 1, "line": 2, "column": 3, "severity": 4,
                    "code": 5, "message": 6,
                },
            },
        }
    ],
}  # fmt: skip


def generated() -> Mapping[Path, str]:
    """Return what each generated file beside this module should hold."""
    made = {SUITE: suite_schema(), RULE: rule_schema(), SNIPPETS: rule_snippets()}
    return {FOLDER / name: _text(value) for name, value in made.items()}


def setup(folder: Path) -> dict[Path, str]:
    """Return the files that set VS Code up for a dataset."""
    if not folder.is_dir():
        raise UserError(f"`{folder}` is not a folder", hint="name the folder of the dataset")
    copied = {
        folder / place: (FOLDER / name).read_text(encoding="utf-8")
        for name, place in _PLACES.items()
    }
    own = {"settings.json": SETTINGS, "tasks.json": TASKS}
    return copied | {folder / ".vscode" / name: _text(value) for name, value in own.items()}


def _text(value: Mapping[str, Any]) -> str:
    return json.dumps(value, ensure_ascii=False, indent=2) + "\n"
