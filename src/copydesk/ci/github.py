"""A check in GitHub Actions: annotations, the summary of the step, and a folder of reports.

What depends on the event is decided here: a pull request fails for what it adds alone, everything
else for all there is.
"""

from __future__ import annotations

import json
import secrets
import sys
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from copydesk.cli import say
from copydesk.cli._options import base_of, here_of
from copydesk.cli.check import exit_code
from copydesk.engine import Settings
from copydesk.errors import UserError
from copydesk.findings import Report
from copydesk.ratchet import check_since
from copydesk.report import parts
from copydesk.report.markdown import code
from copydesk.revisions import repository
from copydesk.run import check

SUMMARY = 1_000_000
"""Bytes of a summary: GitHub takes 1 MiB for a step, and shows nothing of a longer one."""

PULL_REQUEST, REPORT, DIFF = "pull-request.json", "report.json", "diff.txt"
"""Files of the folder that the comment is made of."""

_FORMS = {"junit": "junit.xml", "html": "report.html", "json": REPORT}


@dataclass(frozen=True)
class Job:
    """What a run knows of itself: where it is, what happened, and where it may write.

    `merged` is the commit of a change as GitHub has merged it into its base, if that is checked.
    """

    folder: Path
    event: str
    payload: Mapping[str, Any]
    target: Path
    since: str
    fail_on: str
    merged: str


def run(environment: Mapping[str, str]) -> int:
    """Check a dataset, write every report, and return 0; the outputs hold the exit code.

    Raises UserError for what cannot be checked.
    """
    job = job_of(environment)
    since = since_of(job)
    report = check_since(job.target, since) if since else check(job.target)
    every = check(job.target, settings=Settings(shown=None)) if since or report.totals else report
    look: dict[str, Any] = {"base": base_of(job.target), "here": here_of(job.target)}
    for name, file in _FORMS.items():
        _write(job.folder / file, parts(report, name, **look))
    _write(job.folder / "findings.sarif", parts(every, "sarif", **look))
    say(_between(parts(report, "text", here=look["here"]), secrets.token_hex(16)))
    say(parts(report, "github", **look))
    changes = _changes(job, since) if since else ""
    _append(environment, "GITHUB_STEP_SUMMARY", summary(report, changes, look["here"]))
    _outputs(environment, job, report)
    return 0


def job_of(environment: Mapping[str, str]) -> Job:
    """Return what the environment says of a run."""
    workspace = Path(environment["GITHUB_WORKSPACE"]).resolve()
    target = (workspace / (environment.get("COPYDESK_PATH") or ".")).resolve()
    if not target.is_relative_to(workspace):
        raise UserError("the path of the dataset leads out of the repository")
    folder = Path(environment["RUNNER_TEMP"]) / "copydesk-report"
    folder.mkdir(parents=True, exist_ok=True)
    is_merge = environment.get("GITHUB_REF", "").endswith("/merge")
    return Job(
        folder, environment.get("GITHUB_EVENT_NAME", ""), payload_of(environment),
        target, environment.get("COPYDESK_SINCE") or "auto",
        environment.get("COPYDESK_FAIL_ON") or "error",
        environment.get("GITHUB_SHA", "") if is_merge else "",
    )  # fmt: skip


def payload_of(environment: Mapping[str, str]) -> Mapping[str, Any]:
    """Return what GitHub tells of the event; empty if it tells nothing."""
    file = Path(environment.get("GITHUB_EVENT_PATH") or "event.json")
    payload = json.loads(file.read_text("utf-8")) if file.is_file() else {}
    return payload if isinstance(payload, dict) else {}


def since_of(job: Job) -> str:
    """Return the version whose findings are not those of the change; empty: all count."""
    if job.since != "auto":
        return "" if job.since == "none" else job.since
    pull = job.payload.get("pull_request")
    if not job.event.startswith("pull_request") or not isinstance(pull, dict):
        return ""
    known = repository(job.target if job.target.is_dir() else job.target.parent)
    base = str(pull.get("base", {}).get("sha", ""))
    if job.merged and known.commit("HEAD") == job.merged and known.has("HEAD^2"):
        return known.commit("HEAD^1")
    if base.isalnum() and known.has(base):
        return base
    sys.stdout.write(
        "::notice title=copydesk::all findings count, for the base of the change is not in this "
        "clone: give actions/checkout `fetch-depth: 2`\n"
    )
    return ""


def summary(report: Report, changes: str, here: str = "") -> str:
    """Return the summary of a step: the findings, then the changes as far as they fit."""
    text = "".join(parts(report, "markdown", here=here))
    room = SUMMARY - len(text.encode())
    return f"{text}\n{cut(changes, room)}" if changes else text


def cut(markdown: str, room: int) -> str:
    """Return the sections of a text that fit into so many bytes, and say what is left out."""
    if len(markdown.encode()) <= room:
        return markdown
    head, *sections = markdown.split("\n### ")
    said = "\n**{} more tables** changed: see `diff.html` among the reports of this run.\n"
    room -= len(head.encode()) + len(said)
    kept: list[str] = []
    for section in sections:
        room -= len(section.encode()) + 5
        if room < 0:
            break
        kept.append(section)
    head = head if len(sections) else "## The change\n"
    return "\n### ".join([head, *kept]) + said.format(len(sections) - len(kept) or "Many")


def _changes(job: Job, since: str) -> str:
    """Write what a change changes to files, and return it as Markdown."""
    from copydesk.diff import compared
    from copydesk.diff.forms import parts as forms

    folder = job.target if job.target.is_dir() else job.target.parent
    try:
        with compared(since, None, package=folder) as found:
            _write(job.folder / "diff.html", forms(found, "html"))
            _write(job.folder / DIFF, forms(found, "text"))
            return "".join(forms(found, "markdown"))
    except UserError as error:
        return f"\nWhat changed cannot be told: {code(error.message)}\n"


def _outputs(environment: Mapping[str, str], job: Job, report: Report) -> None:
    """Tell later steps what was found: numbers, and paths of this run's own folder."""
    outputs = {
        "exit-code": exit_code(report, job.fail_on),
        "errors": report.errors,
        "warnings": report.warnings,
        "reports": job.folder,
        "sarif": job.folder / "findings.sarif",
    }
    _append(environment, "GITHUB_OUTPUT", "".join(f"{n}={v}\n" for n, v in outputs.items()))
    pull = job.payload.get("pull_request")
    if isinstance(pull, dict) and isinstance(pull.get("number"), int):
        said = {"number": pull["number"]}
        _write(job.folder / PULL_REQUEST, [json.dumps(said)])


def _between(text: Iterable[str], token: str) -> Iterator[str]:
    """Yield a text for the log, in which nothing is taken for a command."""
    yield f"::stop-commands::{token}\n"
    yield from text
    yield f"\n::{token}::\n"


def _append(environment: Mapping[str, str], name: str, text: str) -> None:
    if file := environment.get(name):
        with Path(file).open("a", encoding="utf-8") as stream:
            stream.write(text)


def _write(file: Path, text: Iterable[str]) -> None:
    with file.open("w", encoding="utf-8", newline="\n") as stream:
        stream.writelines(text)
