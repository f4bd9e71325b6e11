"""The action and the comment, run as GitHub runs them, without GitHub."""

from __future__ import annotations

import gzip
import io
import json
import os
import re
import subprocess
import sys
import threading
import xml.etree.ElementTree as ET
import zipfile
from collections import Counter
from collections.abc import Iterator, Mapping
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path
from typing import Any, ClassVar

import jsonschema
import pytest
import yaml
from runner import Outcome, Runner

from copydesk.ci.comment import AUTHOR, MARK, body, number_in, post
from copydesk.ci.github import cut, job_of, run, since_of
from copydesk.errors import UserError
from copydesk.testing import make_package, own_environment

ROOT = Path(__file__).resolve().parent.parent
WORKFLOWS = sorted((ROOT / ".github" / "workflows").glob("*.yml"))
SCHEMA = {
    "fields": [{"name": "id"}, {"name": "n", "type": "integer"}, {"name": "t"}],
    "primaryKey": ["id"],
}
FORK = {"full_name": "stranger/data", "fork": True}


def git(root: Path, *arguments: str) -> str:
    names = {f"GIT_{who}_{what}": "a@b" for who in ("AUTHOR", "COMMITTER") for what in ("NAME",)}
    names |= {f"GIT_{who}_EMAIL": "a@example.org" for who in ("AUTHOR", "COMMITTER")}
    names |= {"GIT_CONFIG_GLOBAL": os.devnull, "GIT_CONFIG_NOSYSTEM": "1"}
    done = subprocess.run(
        ["git", "-C", str(root), *arguments], env=os.environ | names, check=True,
        capture_output=True, text=True,
    )  # fmt: skip
    return done.stdout.strip()


def dataset(root: Path, *rows: str) -> Path:
    text = "\n".join(["id,n,t", *rows]) + "\n"
    return make_package(root / "news", {"t": text}, schemas={"t": SCHEMA})


OLD = [f"r{i},x{i},a" for i in range(4)]


@pytest.fixture
def history(tmp_path: Path) -> Path:
    """A repository with `main`, and a change that adds a finding and mends one."""
    root = tmp_path / "origin"
    root.mkdir()
    git(root, "init", "--initial-branch=main")
    dataset(root, *OLD)
    git(root, "add", "--all")
    git(root, "commit", "--message=the data")
    git(root, "switch", "--create=change")
    dataset(root, "r0,0,a", *OLD[1:], "r9,y9,::error::evil")
    git(root, "commit", "--all", "--message=a change")
    git(root, "switch", "main")
    (root / "README").write_text("meanwhile", "utf-8")
    git(root, "add", "--all")
    git(root, "commit", "--message=meanwhile")
    git(root, "switch", "--create=merge")
    git(root, "merge", "--no-ff", "--message=as GitHub merges it", "change")
    return root


def clone(history: Path, branch: str, tmp_path: Path, depth: int = 2) -> Path:
    into = tmp_path / "clone"
    git(tmp_path, "clone", f"--depth={depth}", f"--branch={branch}", f"file://{history}", str(into))
    return into


def pull_request(history: Path) -> dict[str, Any]:
    return {
        "action": "synchronize",
        "pull_request": {
            "number": 7,
            "base": {"sha": git(history, "rev-parse", "main"), "repo": {"full_name": "o/data"}},
            "head": {"sha": git(history, "rev-parse", "change"), "repo": FORK},
        },
    }


def ran(
    workspace: Path, tmp_path: Path, name: str, event: Mapping[str, Any], ref: str, **inputs: str
) -> tuple[Outcome, Path]:
    temp = tmp_path / "temp"
    temp.mkdir()
    (temp / "event.json").write_text(json.dumps(event), "utf-8")
    runner = Runner(
        ROOT, workspace, temp, GITHUB_EVENT_NAME=name, GITHUB_EVENT_PATH=str(temp / "event.json"),
        GITHUB_REF=ref, GITHUB_SHA=git(workspace, "rev-parse", "HEAD"),
    )  # fmt: skip
    return runner.run(event, path="news", **inputs), temp


def annotations(log: str) -> list[str]:
    """The workflow commands that GitHub obeys: none between stop-commands and its token."""
    left = re.sub(r"^::stop-commands::(\w+)$.*?^::\1::$", "", log, flags=re.S | re.M)
    return [line for line in left.splitlines() if line.lstrip().startswith("::")]


def within_limits(outcome: Outcome, temp: Path) -> None:
    """GitHub's published limits, and the schema of SARIF."""
    kinds = Counter(line.split(" ")[0].split("::")[1] for line in annotations(outcome.log))
    assert set(kinds) <= {"error", "warning", "notice"}
    assert max(kinds.values(), default=0) <= 10
    assert (temp / "summary").stat().st_size < 2**20
    assert (temp / "env").read_bytes() == b""
    sarif = Path(outcome.outputs["sarif"]).read_bytes()
    assert len(gzip.compress(sarif)) < 10 * 10**6
    log = json.loads(sarif)
    assert max(len(one["results"]) for one in log["runs"]) <= 25_000
    file = ROOT / "build" / "standards" / "sarif.json"
    if file.is_file():
        jsonschema.Draft4Validator(json.loads(file.read_text("utf-8"))).validate(log)


def test_a_push_fails_for_all_there_is(history: Path, tmp_path: Path) -> None:
    event = {"ref": "refs/heads/main", "before": "0" * 40}
    done, temp = ran(clone(history, "main", tmp_path), tmp_path, "push", event, "refs/heads/main")
    within_limits(done, temp)
    assert (done.code, done.outputs["exit-code"], done.outputs["errors"]) == (1, "1", "4")
    told = annotations(done.log)
    assert told[0].startswith("::error file=news/data/t.csv,line=2,col=4,endColumn=5,title=FD001")
    assert done.used["actions/upload-artifact"]["path"] == str(temp / "copydesk-report")
    assert "github/codeql-action/upload-sarif" not in done.used
    reports = {file.name for file in (temp / "copydesk-report").iterdir()}
    assert reports == {"findings.sarif", "junit.xml", "report.html", "report.json"}
    assert "4 errors" in (temp / "summary").read_text("utf-8")


def test_a_pull_request_from_a_fork_fails_for_what_it_adds(history: Path, tmp_path: Path) -> None:
    event = pull_request(history)
    workspace = clone(history, "merge", tmp_path)
    done, temp = ran(workspace, tmp_path, "pull_request", event, "refs/pull/7/merge",
                     **{"upload-sarif": "true"})  # fmt: skip
    within_limits(done, temp)
    assert (done.code, done.outputs["errors"]) == (1, "1")
    (told, *rest) = annotations(done.log)
    assert told.startswith("::error file=news/data/t.csv,line=6,")
    assert not [line for line in rest if "evil" in line]
    summary = (temp / "summary").read_text("utf-8")
    assert "FD001 mended, t, id = r0" in summary
    assert "1 new error" in summary
    assert "r9" in summary.partition("## ")[2].rpartition("## ")[2]
    reports = {file.name for file in (temp / "copydesk-report").iterdir()}
    assert {"diff.html", "diff.txt", "pull-request.json"} <= reports
    sarif = json.loads(Path(done.outputs["sarif"]).read_text("utf-8"))
    assert len(sarif["runs"][0]["results"]) == 4  # GitHub compares by itself
    assert "github/codeql-action/upload-sarif" not in done.used


def test_a_pull_request_of_the_repository_itself_shows_its_findings_under_code_scanning(
    history: Path, tmp_path: Path
) -> None:
    event = pull_request(history)
    event["pull_request"]["head"]["repo"] = {"fork": False}
    workspace = clone(history, "merge", tmp_path)
    done, _ = ran(workspace, tmp_path, "pull_request", event, "refs/pull/7/merge",
                  **{"upload-sarif": "true", "since": "none", "artifact": ""})  # fmt: skip
    assert done.outputs["errors"] == "4"
    assert set(done.used) == {"actions/setup-python", "github/codeql-action/upload-sarif"}
    assert done.code == 1


def test_a_schedule_checks_everything(history: Path, tmp_path: Path) -> None:
    workspace = clone(history, "main", tmp_path)
    dataset(workspace, "r0,0,a")
    event = {"schedule": "17 5 * * 1"}
    done, temp = ran(workspace, tmp_path, "schedule", event, "refs/heads/main",
                     **{"upload-sarif": "true"})  # fmt: skip
    within_limits(done, temp)
    assert (done.code, annotations(done.log)) == (0, [])
    assert done.used["github/codeql-action/upload-sarif"]["sarif_file"] == done.outputs["sarif"]
    assert "nothing fails" in done.log


def test_what_cannot_be_checked_fails_with_an_annotation(history: Path, tmp_path: Path) -> None:
    workspace = clone(history, "main", tmp_path)
    (workspace / "news" / "datapackage.json").write_text("{", "utf-8")
    done, _ = ran(workspace, tmp_path, "push", {}, "refs/heads/main")
    assert done.code == 2
    (told,) = annotations(done.log)
    assert told.startswith("::error title=copydesk::")


def test_ten_thousand_findings_stay_within_the_limits(history: Path, tmp_path: Path) -> None:
    workspace = clone(history, "main", tmp_path)
    dataset(workspace, *(f"r{i},x{i}, {i}" for i in range(10_000)))
    done, temp = ran(workspace, tmp_path, "push", {}, "refs/heads/main")
    within_limits(done, temp)
    assert done.outputs["errors"] == "10000"
    told = annotations(done.log)
    assert re.search(r"::notice .*9,995 more errors", told[-1])


def environment(tmp_path: Path, event: object, **rest: str) -> dict[str, str]:
    file = tmp_path / "event.json"
    file.write_text(json.dumps(event), "utf-8")
    return {"GITHUB_WORKSPACE": str(tmp_path), "RUNNER_TEMP": str(tmp_path / "temp"),
            "GITHUB_EVENT_PATH": str(file), **rest}  # fmt: skip


def test_a_path_out_of_the_repository_is_refused(tmp_path: Path) -> None:
    with pytest.raises(UserError):
        run(environment(tmp_path, {}, COPYDESK_PATH="../elsewhere"))


def test_the_base_is_not_taken_from_a_merge_that_the_change_has_made_itself(
    history: Path, tmp_path: Path
) -> None:
    workspace = clone(history, "merge", tmp_path, depth=9)
    event = pull_request(history)
    event["pull_request"]["base"]["sha"] = "f" * 40
    rest = {"GITHUB_EVENT_NAME": "pull_request", "GITHUB_SHA": git(workspace, "rev-parse", "HEAD")}
    where = environment(tmp_path, event, **rest) | {"GITHUB_WORKSPACE": str(workspace)}
    assert since_of(job_of({**where, "GITHUB_REF": "refs/heads/change"})) == ""
    merged = since_of(job_of({**where, "GITHUB_REF": "refs/pull/7/merge"}))
    assert merged == git(workspace, "rev-parse", "HEAD^1")


def test_a_difference_is_cut_between_tables() -> None:
    text = "## head" + "".join(f"\n### table {i}\n" + "x" * 100 for i in range(50))
    short = cut(text, 2000)
    assert len(short.encode()) <= 2000
    kept = short.count("### table")
    assert 10 < kept < 20
    assert f"**{50 - kept} more tables** changed" in short
    assert cut(text, 10_000) == text


class Api(BaseHTTPRequestHandler):
    """As much of GitHub's interface as the comment needs; `told` is what it was asked."""

    reports: bytes = b""
    head = "c0ffee"
    comments: ClassVar[list[dict[str, Any]]] = []
    told: ClassVar[list[tuple[str, str, Any]]] = []

    def answer(self) -> None:
        size = int(self.headers.get("Content-Length") or 0)
        given = json.loads(self.rfile.read(size)) if size else None
        Api.told.append((self.command, self.path, given))
        assert self.headers["Authorization"] == "Bearer secret"
        path = self.path.removeprefix("/repos/o/data/")
        found: Any = {}
        if path.startswith("actions/runs/5/artifacts"):
            found = {"artifacts": [{"id": 3}]}
        elif path == "actions/artifacts/3/zip":
            return self.send(Api.reports)
        elif path == "pulls/7":
            found = {"head": {"sha": Api.head}}
        elif self.command == "GET":
            found = Api.comments
        return self.send(json.dumps(found).encode())

    def send(self, content: bytes) -> None:
        self.send_response(200)
        self.send_header("Content-Length", str(len(content)))
        self.end_headers()
        self.wfile.write(content)

    do_GET = do_POST = do_PATCH = answer  # noqa: N815

    def log_message(self, *_: object) -> None:
        pass


@pytest.fixture
def api() -> Iterator[str]:
    Api.told, Api.comments, Api.head, Api.reports = [], [], "c0ffee", b""
    server = HTTPServer(("127.0.0.1", 0), Api)
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    yield f"http://127.0.0.1:{server.server_port}"
    server.shutdown()
    server.server_close()
    thread.join()


def report(**rest: Any) -> dict[str, Any]:
    evil = "@everyone ``` <img src=x> \u202e [x](http://y)\n::error::"
    finding = {
        "code": "FD001", "name": "a-name", "severity": "error", "table": evil, "path": evil,
        "row": 2, "line": 2, "column": 4, "field": evil, "fields": [evil], "key": {}, "value": evil,
        "message": evil, "why": evil, "help": evil, "origin": "", "equivalent": "", "related": [],
    }  # fmt: skip
    stats = {"errors": 1, "warnings": 0, "infos": 0, "waived": 0, "rows": 3, "checks": 5}
    return {
        "report": "copydesk/1", "valid": False,
        "package": {"name": evil, "version": "", "path": "."}, "tables": [],
        "findings": [finding],
        "totals": [{"code": "FD001", "table": "t", "field": "n", "count": 1, "shown": 1}],
        "waived": [], "since": None, "skipped": [],
        "stats": {**stats, "tables": 1, "seconds": 0.1},
    } | rest  # fmt: skip


def zipped(**members: bytes) -> bytes:
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in members.items():
            archive.writestr(name.replace("__", "-").replace("_", "."), content)
    return stream.getvalue()


def commented(api: str, tmp_path: Path, **run_of: Any) -> int:
    run_ = {"id": 5, "event": "pull_request", "head_sha": "c0ffee", "html_url": "https://x/run/5"}
    where = environment(tmp_path, {"workflow_run": run_ | run_of})
    return post(
        where | {"GITHUB_API_URL": api, "GITHUB_REPOSITORY": "o/data", "GH_TOKEN": "secret"}
    )


def test_the_comment_is_written_once_and_then_kept_up_to_date(api: str, tmp_path: Path) -> None:
    Api.reports = zipped(
        report_json=json.dumps(report()).encode(), pull__request_json=b'{"number": 7}',
        diff_txt=b"t: 1 row added",
    )  # fmt: skip
    assert commented(api, tmp_path) == 0
    method, path, sent = Api.told[-1]
    assert (method, path) == ("POST", "/repos/o/data/issues/7/comments")
    assert "### ❌ copydesk: 1 error, no warnings" in sent["body"]
    assert "t: 1 row added" in sent["body"]
    stranger = {"id": 8, "user": {"login": "stranger"}, "body": MARK}
    Api.comments = [stranger, {"id": 9, "user": {"login": AUTHOR}, "body": MARK + " old"}]
    assert commented(api, tmp_path) == 0
    assert Api.told[-1][:2] == ("PATCH", "/repos/o/data/issues/comments/9")


def test_a_report_can_name_no_other_pull_request_than_that_of_its_run(
    api: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    Api.reports = zipped(
        report_json=json.dumps(report()).encode(), pull__request_json=b'{"number": 7}'
    )
    Api.head = "another"
    assert commented(api, tmp_path) == 0
    assert {method for method, _, _ in Api.told} == {"GET"}
    assert "no comment" in capsys.readouterr().out
    assert commented(api, tmp_path, event="push") == 0
    Api.reports = zipped()
    assert commented(api, tmp_path) == 0
    assert {method for method, _, _ in Api.told} == {"GET"}


@pytest.mark.parametrize(
    "members",
    [
        {"report_json": b"[]", "pull__request_json": b'{"number": 7}'},
        {"report_json": b"[" * 100_000, "pull__request_json": b'{"number": 7}'},
        {"report_json": b"x" * (21 * 2**20), "pull__request_json": b'{"number": 7}'},
        {"report_json": b"{}", "pull__request_json": b'{"number": "7/../8"}'},
        {"report_json": b"{}", "pull__request_json": b"7"},
    ],
    ids=["no report", "deep", "huge", "no number", "no object"],
)
def test_reports_that_are_none_are_refused(
    members: dict[str, bytes], api: str, tmp_path: Path
) -> None:
    Api.reports = zipped(**members)
    with pytest.raises(UserError):
        commented(api, tmp_path)
    assert {method for method, _, _ in Api.told} == {"GET"}


def test_an_artifact_that_is_no_archive_is_refused(api: str, tmp_path: Path) -> None:
    Api.reports = b"PK nothing"
    with pytest.raises(UserError):
        commented(api, tmp_path)


def test_nothing_of_a_report_is_markup_in_the_comment() -> None:
    text = body(json.dumps(report()).encode(), b"``` @x\n<b>\n\x1b[2J", "https://x/run")
    left = re.sub(r"^(`{3,})text\n.*?^\1$", "", text, flags=re.S | re.M)
    assert not re.search(r"@|<img|\(http://|everyone|<b>", left)
    assert "\x1b" not in text
    assert text.startswith(MARK)


def test_a_comment_is_no_longer_than_github_takes() -> None:
    many = [{**report()["findings"][0], "message": "x" * 900, "path": f"{i}"} for i in range(900)]
    totals = [{"code": "FD001", "table": "t", "field": "n", "count": 5000, "shown": 900}]
    text = body(
        json.dumps(report(findings=many, totals=totals)).encode(), b"y" * 300_000, "javascript:x"
    )
    assert len(text) < 65_536
    shown = text.count(": error FD001 ")
    assert 0 < shown < 900
    assert f"… {5000 - shown:,} more" in text
    assert "javascript" not in text


def test_a_number_must_be_one() -> None:
    assert number_in(b'{"number": 7}') == 7
    for wrong in (b'{"number": true}', b'{"number": 0}', b"", b'{"number": 7.0}'):
        with pytest.raises(UserError):
            number_in(wrong)


@pytest.mark.parametrize("base", ["", "main"], ids=["a branch", "a merge request"])
def test_the_job_for_gitlab_leaves_its_reports(base: str, history: Path, tmp_path: Path) -> None:
    file = ROOT / ".gitlab" / "copydesk.gitlab-ci.yml"
    job = yaml.safe_load(file.read_text("utf-8"))["copydesk"]
    git(history, "switch", "change")
    command = tmp_path / "bin" / "copydesk"
    command.parent.mkdir()
    command.write_text(f'#!/bin/sh\nexec {sys.executable} -m copydesk "$@"\n')
    command.chmod(0o755)
    more = {"DATASET": "news", "PATH": f"{command.parent}{os.pathsep}{os.environ['PATH']}"}
    if base:
        more["CI_MERGE_REQUEST_DIFF_BASE_SHA"] = git(history, "rev-parse", base)
    ended = [
        subprocess.run(
            ["bash", "-c", line], cwd=history, env=own_environment(**more), capture_output=True,
            check=False,
        ).returncode
        for line in job["script"]
    ]  # fmt: skip
    assert ended == [0, 1]
    reports = job["artifacts"]["reports"]
    entries = json.loads((history / reports["codequality"]).read_text("utf-8"))
    assert [e["location"]["path"] for e in entries] == ["news/data/t.csv"] * 4
    suites = ET.parse(history / reports["junit"]).getroot()
    assert ("y9" in "".join(suites.itertext()), "x1" in "".join(suites.itertext())) == (
        True,
        not base,
    )
    assert (history / job["artifacts"]["paths"][0]).is_file()


def steps_of(document: Mapping[str, Any]) -> Iterator[Mapping[str, Any]]:
    yield from document.get("runs", {}).get("steps", [])
    for job in document.get("jobs", {}).values():
        yield from job.get("steps", [])
        if "uses" in job:
            yield job


@pytest.mark.parametrize("file", [ROOT / "action.yml", *WORKFLOWS], ids=lambda file: file.name)
def test_what_others_wrote_is_pinned_by_hash_and_no_shell_reads_an_expression(file: Path) -> None:
    document = yaml.safe_load(file.read_text("utf-8"))
    steps = list(steps_of(document))
    assert steps
    for step in steps:
        used = step.get("uses", "./")
        assert used.startswith("./") or re.fullmatch(r"[\w./-]+@[0-9a-f]{40}", used), used
        assert "${{" not in step.get("run", "")
        if used.startswith("actions/checkout@"):
            assert step["with"]["persist-credentials"] is False


def test_the_job_that_reads_the_files_of_a_fork_has_no_token_to_write_comments() -> None:
    check, comment = (
        yaml.safe_load((ROOT / ".github" / "workflows" / name).read_text("utf-8"))
        for name in ("check-dataset.yml", "comment-findings.yml")
    )
    assert check["permissions"] == comment["permissions"] == {}
    assert check["jobs"]["check"]["permissions"] == {"contents": "read", "security-events": "write"}
    assert "token" not in (ROOT / "action.yml").read_text("utf-8")
    for step in comment["jobs"]["comment"]["steps"]:
        assert "head" not in json.dumps(step)  # it never checks out the change


def test_the_workflows_that_the_page_shows_have_at_most_15_lines() -> None:
    page = (ROOT / "docs" / "pull-requests.md").read_text("utf-8")
    blocks = re.findall(r"^```yaml\n(.*?)^```", page, re.S | re.M)
    assert len(blocks) >= 3
    for block in blocks:
        assert len(block.splitlines()) <= 15, block
        assert yaml.safe_load(block)
