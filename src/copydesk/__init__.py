"""Check, compare, version and publish hand-curated datasets that live as CSV in git.

The path of the data, one module for each step: `package` (what is promised) → `plan` (one list of
checks) → `scan` and `engine` (what the files hold) → `findings` → `report`, or `release`.
`run.check` shows it whole.

    import copydesk

    report = copydesk.check("datapackage.json")
    quotes = copydesk.load("structured-news-0.1.0.zip")["quotes"].pandas()
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from copydesk.errors import MissingDependency as MissingDependency
    from copydesk.errors import UserError as UserError
    from copydesk.findings import Finding as Finding
    from copydesk.findings import Report as Report
    from copydesk.loading import load as load
    from copydesk.run import check as check

__version__ = "0.1.0"

_HOME = {
    "Finding": "findings",
    "MissingDependency": "errors",
    "Report": "findings",
    "UserError": "errors",
    "check": "run",
    "load": "loading",
}

__all__ = ["Finding", "MissingDependency", "Report", "UserError", "__version__", "check", "load"]


def __getattr__(name: str) -> Any:
    """Import a public name when it is first asked for, so that `import copydesk` costs nothing."""
    if name not in _HOME:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    import importlib

    value = getattr(importlib.import_module(f"{__name__}.{_HOME[name]}"), name)
    globals()[name] = value
    return value
