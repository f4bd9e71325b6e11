"""Failures that are not findings: the user's mistakes and the exit codes of the commands."""

from __future__ import annotations

EXIT_CLEAN = 0
EXIT_FINDINGS = 1
EXIT_USER = 2
EXIT_BUG = 3
EXIT_INTERRUPTED = 130


class UserError(Exception):
    """Report a mistake of the user: what is wrong, where, and how to mend it.

    `place` is `file`, `file:line:column` or empty. `hint` is the cure, shown as `help:`.
    """

    def __init__(self, message: str, *, hint: str = "", place: str = "") -> None:
        super().__init__(message)
        self.message = message
        self.hint = hint
        self.place = place


class MissingDependency(UserError):
    """Report that an optional library is asked for but not installed."""

    def __init__(self, library: str, extra: str, purpose: str) -> None:
        super().__init__(
            f"{purpose} needs `{library}`, which is not installed",
            hint=f"pip install 'copydesk[{extra}]'",
        )
