"""The comment on a pull request: written by a job of the base, from the reports of the change.

The job that made the reports ran what a stranger wrote, so nothing of them is believed: numbers
must be numbers, texts stand in code, and the pull request must be that of the run.
"""

from __future__ import annotations

import io
import json
import sys
import zipfile
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from importlib.resources import files
from typing import Any
from urllib.parse import quote
from urllib.request import Request, urlopen

from copydesk.ci.github import DIFF, PULL_REQUEST, REPORT, payload_of
from copydesk.errors import UserError
from copydesk.report._words import counted, place, visible
from copydesk.report.markdown import fenced

MARK = "<!-- copydesk: the comment that is kept up to date -->"
AUTHOR = "github-actions[bot]"
MOST = 60_000
"""Characters of a comment: GitHub takes 65,536."""

_SIZES = {REPORT: 20 * 2**20, PULL_REQUEST: 2**10, DIFF: 5 * 2**20}
_PAGES = 10


@dataclass(frozen=True)
class Api:
    """The interface of GitHub, for one repository."""

    root: str
    repository: str
    token: str

    def ask(self, path: str, method: str = "GET", body: object = None) -> Any:
        """Return the answer of GitHub as JSON."""
        return json.loads(self.bytes(f"{self.root}/repos/{self.repository}/{path}", method, body))

    def bytes(self, url: str, method: str = "GET", body: object = None) -> bytes:
        """Return the answer of GitHub; the token is told to nobody to whom it leads on."""
        data = None if body is None else json.dumps(body).encode()
        request = Request(url, data, method=method)
        request.add_header("Accept", "application/vnd.github+json")
        request.add_header("X-GitHub-Api-Version", "2022-11-28")
        request.add_unredirected_header("Authorization", f"Bearer {self.token}")
        with urlopen(request, timeout=60) as answer:
            content: bytes = answer.read(sum(_SIZES.values()) + 1)
        return content


def post(environment: Mapping[str, str]) -> int:
    """Write or renew the comment on the pull request whose check has just ended."""
    run = payload_of(environment).get("workflow_run", {})
    if run.get("event") != "pull_request":
        return _stop("the run was not one of a pull request")
    root = environment.get("GITHUB_API_URL", "https://api.github.com")
    api = Api(root, quote(environment["GITHUB_REPOSITORY"]), environment["GH_TOKEN"])
    reports = reports_of(api, int(run["id"]), environment.get("COPYDESK_ARTIFACT", ""))
    if REPORT not in reports or PULL_REQUEST not in reports:
        return _stop("the run has left no report")
    number = number_in(reports[PULL_REQUEST])
    pull = api.ask(f"pulls/{number}")
    if pull["head"]["sha"] != run["head_sha"]:
        return _stop(f"the run is not that of the last commit of pull request {number}")
    text = body(reports[REPORT], reports.get(DIFF, b""), str(run.get("html_url", "")))
    if (known := _known(api, number)) is None:
        api.ask(f"issues/{number}/comments", "POST", {"body": text})
    else:
        api.ask(f"issues/comments/{known}", "PATCH", {"body": text})
    return 0


def reports_of(api: Api, run: int, name: str) -> dict[str, bytes]:
    """Return the reports that a run has left, none of them larger than it may be."""
    artifact = name or "copydesk-report"
    listed = api.ask(f"actions/runs/{run}/artifacts?name={quote(artifact)}")["artifacts"]
    if not listed:
        return {}
    content = api.bytes(f"{api.root}/repos/{api.repository}/actions/artifacts/"
                        f"{int(listed[0]['id'])}/zip")  # fmt: skip
    try:
        return dict(_members(content))
    except (zipfile.BadZipFile, NotImplementedError, RuntimeError) as error:
        raise UserError(f"the reports of the run cannot be read: {error}") from None


def _members(content: bytes) -> Iterator[tuple[str, bytes]]:
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        for name, most in _SIZES.items():
            if name in archive.namelist():
                with archive.open(name) as member:
                    read = member.read(most + 1)
                if len(read) > most:
                    raise UserError(f"`{name}` is larger than a report is")
                yield name, read


def number_in(content: bytes) -> int:
    """Return the number that a report gives its pull request; raises UserError if it is none."""
    try:
        number = json.loads(content)["number"]
    except (ValueError, KeyError, TypeError):
        number = None
    if type(number) is not int or number < 1:
        raise UserError("the report names no pull request")
    return number


def body(report: bytes, diff: bytes, url: str) -> str:
    """Return the comment; raises UserError for a report that is not of its form."""
    document = _validated(report)
    stats, since = document["stats"], document["since"]
    sign = "❌" if stats["errors"] else "⚠️" if stats["warnings"] else "✅"
    new = "new error" if since else "error"
    said = [counted(stats["errors"], new), counted(stats["warnings"], "warning")]
    if since:
        said += [f"{since['mended']:,} mended", f"{since['kept']:,} there before"]
    if stats["waived"]:
        said.append(f"{stats['waived']:,} waived")
    lines = [_line(finding) for finding in document["findings"]]
    total = sum(one["count"] for one in document["totals"])
    blocks = [MARK, f"### {sign} copydesk: {', '.join(said)}", ""]
    if lines:
        blocks.append(fenced(_kept(lines, MOST // 2, total)))
    told = [visible(line) for line in diff.decode("utf-8", "replace").splitlines()]
    if told:
        inner = fenced(_kept(told, MOST // 3, len(told)))
        blocks.append(f"<details><summary>What changes</summary>\n\n{inner}\n</details>\n")
    if url.startswith("https://") and not set(url) & set("()<> \n"):
        blocks.append(f"[All reports of this run]({url})")
    return "\n".join(blocks) + "\n"


def _validated(report: bytes) -> dict[str, Any]:
    import jsonschema

    schema = json.loads(files("copydesk.report").joinpath("report.schema.json").read_text("utf-8"))
    try:
        document: dict[str, Any] = json.loads(report)
        jsonschema.validate(document, schema, jsonschema.Draft202012Validator)
    except (ValueError, RecursionError, jsonschema.ValidationError):
        raise UserError("the report of the run is not of the form of a report") from None
    return document


def _line(finding: Mapping[str, Any]) -> str:
    where = place(finding["path"], finding["line"], finding["column"])
    message = visible(" ".join(finding["message"].split()))
    return f"{where}: {finding['severity']} {finding['code']} {message}"


def _kept(lines: list[str], room: int, total: int) -> str:
    """Return the lines that fit, each cut, and how many there are beyond."""
    kept: list[str] = []
    for line in lines:
        short = line if len(line) <= 500 else line[:499] + "…"
        room -= len(short) + 1
        if room < 0:
            break
        kept.append(short)
    if total > len(kept):
        kept.append(f"… {total - len(kept):,} more")
    return "\n".join(kept)


def _known(api: Api, number: int) -> int | None:
    """Return the comment that was written before, by this job and nobody else."""
    for page in range(1, _PAGES + 1):
        comments = api.ask(f"issues/{number}/comments?per_page=100&page={page}")
        for one in comments:
            if one["user"]["login"] == AUTHOR and one["body"].startswith(MARK):
                return int(one["id"])
        if len(comments) < 100:
            break
    return None


def _stop(why: str) -> int:
    sys.stdout.write(f"::notice title=copydesk::no comment: {why}\n")
    return 0
