"""The command line: one module for each command, imported when it is called.

Commands only read options, call one function and print; exit codes are decided here.
"""

from __future__ import annotations

import importlib
import os
import pkgutil
import shutil
import sys
import traceback
from collections.abc import Iterable
from typing import Any, NoReturn

import click

import copydesk
from copydesk.errors import EXIT_BUG, EXIT_INTERRUPTED, EXIT_USER, UserError

CONTEXT = {"help_option_names": ["-h", "--help"], "max_content_width": 96}


class _Commands(click.Group):
    """A group whose commands are the modules beside this one."""

    def list_commands(self, _ctx: click.Context) -> list[str]:
        return sorted(m.name for m in pkgutil.iter_modules(__path__) if m.name[0] != "_")

    def get_command(self, ctx: click.Context, name: str) -> click.Command | None:
        if name not in self.list_commands(ctx):
            return None
        found: click.Command = importlib.import_module(f"{__name__}.{name}").command
        return found

    def resolve_command(self, ctx: click.Context, args: list[str]) -> Any:
        import difflib

        known = self.list_commands(ctx)
        if args and args[0] not in known and not args[0].startswith("-"):
            near = difflib.get_close_matches(args[0], known, 1, 0.5)
            hint = f"did you mean `{near[0]}`?" if near else f"the commands are {', '.join(known)}"
            raise UserError(f"no command is called `{args[0]}`", hint=hint)
        return super().resolve_command(ctx, args)


@click.command(cls=_Commands, context_settings=CONTEXT)
@click.version_option(copydesk.__version__, "-V", "--version", message="copydesk %(version)s")
def group() -> None:
    """Check and publish hand-curated datasets that live as CSV in git."""


def colour_of(stream: Any) -> bool:
    """Return whether a stream is a terminal that wants colours."""
    return bool(stream.isatty()) and not os.environ.get("NO_COLOR")


def width_of(stream: Any) -> int:
    """Return the columns of the terminal behind a stream, or 100 where there is none."""
    return shutil.get_terminal_size((100, 24)).columns if stream.isatty() else 100


def say(text: str | bytes | Iterable[str]) -> None:
    """Write a text, whole or in parts, to standard output as UTF-8, whatever the locale."""
    out = sys.stdout
    out.flush()
    parts = [text] if isinstance(text, str | bytes) else text
    out.buffer.writelines(part if isinstance(part, bytes) else part.encode() for part in parts)
    out.flush()


def main(args: list[str] | None = None) -> NoReturn:
    """Run the command line and exit with its code."""
    given = sys.argv[1:] if args is None else args
    try:
        code = group.main(given or ["--help"], standalone_mode=False)
        sys.exit(code if isinstance(code, int) else 0)
    except UserError as error:
        _user_error(error.message, error.hint, error.place)
    except click.UsageError as error:
        command = error.ctx.command_path if error.ctx else "copydesk"
        _user_error(_plain(error.format_message()), f"`{command} --help` lists what can be said")
    except click.ClickException as error:
        _user_error(_plain(error.format_message()), "")
    except (KeyboardInterrupt, click.Abort):
        sys.stderr.write("interrupted\n")
        sys.exit(EXIT_INTERRUPTED)
    except BrokenPipeError:
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        sys.exit(EXIT_INTERRUPTED)
    except Exception as error:  # the last door: whatever else comes here is our fault
        if _is_interrupt(error):
            sys.stderr.write("interrupted\n")
            sys.exit(EXIT_INTERRUPTED)
        _bug()


def _is_interrupt(error: BaseException | None) -> bool:
    """Return whether an exception is Ctrl-C as DuckDB tells it, or was raised by it."""
    while error is not None:
        if isinstance(error, KeyboardInterrupt) or str(error) == "Query interrupted":
            return True
        error = error.__cause__ or error.__context__
    return False


def run() -> NoReturn:
    """Run the command line as a process of its own.

    Nothing is left to do when a command has returned, so that the process ends there: taking
    down all that was loaded would take longer than many a check.
    """
    code = 0
    try:
        main()
    except SystemExit as stopped:
        code = stopped.code if isinstance(stopped.code, int) else int(stopped.code is not None)
    try:
        sys.stdout.flush()
        sys.stderr.flush()
    except BrokenPipeError:
        code = EXIT_INTERRUPTED
    os._exit(code)


def _plain(message: str) -> str:
    return (message[:1].lower() + message[1:]).rstrip(".")


def _user_error(message: str, hint: str, place: str = "") -> NoReturn:
    colour = colour_of(sys.stderr)
    start = "\033[1;31merror\033[0m" if colour else "error"
    lines = [f"{start}: {message}"]
    if place and place not in message:
        lines.append(f"  --> {place}")
    if hint:
        lines.append(f"  = help: {hint}")
    sys.stderr.write("\n".join(lines) + "\n")
    sys.exit(EXIT_USER)


def _bug() -> NoReturn:
    import platform

    traceback.print_exc()
    versions = f"copydesk {copydesk.__version__}, Python {platform.python_version()}"
    sys.stderr.write(
        f"\nThis is a fault of copydesk, not of your data. Please report it with the lines above.\n"
        f"{versions}, {platform.platform()}\n"
    )
    sys.exit(EXIT_BUG)
