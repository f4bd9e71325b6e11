"""Score the verdicts of copydesk on a folder of conformance cases; `scripts/conformance` runs it.

The folder holds `packages.json` (packages with the verdict of the reference implementation) and
`probes.json` (packages with the verdict of the standard), and the packages themselves under
`packages/` and `probes/`. Every case is checked once, by the command itself, in a process of its
own that is measured and limited; what is printed is compared in three ways:

    packages   verdict and set of (type, row, field) of every case without flags
    probes     verdict of every case that the standard decides
    survival   every case ends with exit code 0, 1 or 2, in time, in memory, without a traceback
"""

from __future__ import annotations

import argparse
import json
import os
import resource
import signal
import sys
import time
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

SHARED = Path(__file__).resolve().parent.parent.parent / "shared" / "conformance"
KINDS = ("packages", "probes", "survival")
SECONDS = 20.0
MEGABYTES = 1024
FUSE = 8 << 30
"""Address space at which a case is stopped, so that none can take the machine with it."""
THRESHOLDS = {"verdict": 99.5, "cells": 99.0, "probes": 98.0, "survival": 100.0}

Place = tuple[str, int, str]
"""A frictionless error type, the number of the row (0: the header or the file), a field."""


@dataclass(frozen=True)
class Case:
    """One package and what is known of it; `valid` None: undecided, `places` None: unknown."""

    id: str
    kind: str
    target: Path
    valid: bool | None
    places: frozenset[Place] | None = None
    about: str = ""


@dataclass(frozen=True)
class Outcome:
    """What the command said and did; `code` is negative where a signal ended it."""

    code: int
    valid: bool = False
    places: frozenset[Place] = frozenset()
    said: str = ""
    seconds: float = 0.0
    megabytes: int = 0


@dataclass
class Score:
    """How many were right, and a line for each that was not."""

    right: int = 0
    wrong: list[str] = field(default_factory=list)

    def add(self, line: str) -> None:
        """Count a case: right if there is nothing to say about it."""
        if line:
            self.wrong.append(line)
        else:
            self.right += 1

    @property
    def percent(self) -> float:
        """Return the share that was right, rounded down so that 99.5 is never flattered."""
        total = self.right + len(self.wrong)
        return int(10_000 * self.right / total) / 100 if total else 100.0


def cases(folder: Path) -> Iterator[Case]:
    """Yield the cases of a folder, packages first."""
    for one in json.loads((folder / "packages.json").read_text(encoding="utf-8")):
        said, core = one["reference"], not one["flags"]
        comparable = core and not said["stopped_at_descriptor"] and not said["truncated"]
        yield Case(
            one["case"], "packages", folder / "packages" / one["case"] / one["descriptor"],
            valid=said["valid"] if core else None,
            places=frozenset(reference_places(said)) if comparable else None,
            about=one["from"],
        )  # fmt: skip
    for name, one in json.loads((folder / "probes.json").read_text(encoding="utf-8")).items():
        target = folder / "probes" / name / "datapackage.json"
        yield Case(name, "probes", target, one["valid"], about=one["says"])


def reference_places(said: Mapping[str, Any]) -> Iterator[Place]:
    """Yield the errors of the reference; those of a file or a descriptor have no row."""
    yield from ((kind, row or 0, name or "") for _, kind, row, name in said["errors"])
    yield from ((kind, 0, "") for kind in said["other"])


def report_places(report: Mapping[str, Any]) -> Iterator[Place]:
    """Yield the errors of a report as the reference would place them.

    Four conventions differ: the reference numbers neither the row of a label nor the field of a
    primary key or of a whole row, it writes the fields of a foreign key as `a+b`, and it has no
    name for some errors, of which only the verdict can be compared.
    """
    for found in report["findings"]:
        if found["severity"] != "error" or not found["equivalent"]:
            continue
        kind, row, name = found["equivalent"], found["row"] or 0, found["field"]
        if kind.endswith("-label"):
            row = 0
        elif kind == "foreign-key":
            name = "+".join(found["fields"]) or name
        elif kind in ("primary-key", "blank-row", "row-error"):
            name = ""
        yield kind, row, name


def run(target: Path, scratch: Path) -> Outcome:
    """Run `copydesk check` on one target in a process of its own and return what came of it."""
    out, err = scratch / "out", scratch / "err"
    started = time.monotonic()
    pid = os.fork()
    if not pid:
        os.setsid()
        _command(target, out, err)
    status, usage = _wait(pid, started + SECONDS)
    seconds = time.monotonic() - started
    code = os.waitstatus_to_exitcode(status)
    printed = out.read_bytes().decode("utf-8", "replace")
    said = err.read_bytes().decode("utf-8", "replace").strip()
    valid, places = False, frozenset[Place]()
    if code in (0, 1) and printed:
        report = json.loads(printed)
        valid, places = report["valid"], frozenset(report_places(report))
        said = said or "; ".join(_brief(f) for f in report["findings"][:3])
    return Outcome(code, valid, places, said, seconds, usage.ru_maxrss >> 10)


def _brief(found: Mapping[str, Any]) -> str:
    return f"{found['code']} {found['path']}:{found['line']} {found['message']}"


def _command(target: Path, out: Path, err: Path) -> None:
    """Become the command, with streams and limits of its own."""
    try:
        for number, file in ((1, out), (2, err)):
            os.dup2(os.open(file, os.O_WRONLY | os.O_CREAT | os.O_TRUNC), number)
        resource.setrlimit(resource.RLIMIT_AS, (FUSE, FUSE))
        os.chdir(target.parent)
        sys.argv = ["copydesk", "check", target.name, "--format", "json", "--all"]
        from copydesk.cli import run as become

        become()
    except BaseException:
        import traceback

        traceback.print_exc()
    finally:
        os._exit(3)


def _wait(pid: int, until: float) -> tuple[int, resource.struct_rusage]:
    """Wait for a process, end it with its children when time is up, return status and usage."""
    pause = 0.002
    while True:
        ended, status, usage = os.wait4(pid, os.WNOHANG)
        if ended:
            return status, usage
        if time.monotonic() > until:
            os.killpg(pid, signal.SIGKILL)
            _, status, usage = os.wait4(pid, 0)
            return status, usage
        time.sleep(pause)
        pause = min(0.02, pause * 1.2)


def run_all(chosen: Sequence[Case], jobs: int) -> dict[str, Outcome]:
    """Return the outcome of each case by its id; `jobs` processes take turns.

    Each of them loads the libraries once and forks a process for every case.
    """
    with TemporaryDirectory(prefix="conformance-") as folder:
        workers = []
        for number in range(jobs):
            scratch = Path(folder) / str(number)
            scratch.mkdir()
            pid = os.fork()
            if not pid:
                _work(chosen[number::jobs], scratch)
            workers.append((pid, scratch))
        outcomes: dict[str, Outcome] = {}
        for pid, scratch in workers:
            _, status = os.waitpid(pid, 0)
            if status:
                raise RuntimeError(f"a worker ended with {os.waitstatus_to_exitcode(status)}")
            for name, one in json.loads((scratch / "outcomes").read_text(encoding="utf-8")).items():
                places = frozenset((k, r, f) for k, r, f in one.pop("places"))
                outcomes[name] = Outcome(places=places, **one)
        return outcomes


def _work(chosen: Sequence[Case], scratch: Path) -> None:
    code = 1
    try:
        _preload()
        outcomes = {case.id: run(case.target, scratch) for case in chosen}
        done = {name: vars(one) | {"places": list(one.places)} for name, one in outcomes.items()}
        (scratch / "outcomes").write_text(json.dumps(done), encoding="utf-8")
        code = 0
    finally:
        if code:
            import traceback

            traceback.print_exc()
        sys.stderr.flush()
        os._exit(code)


def _preload() -> None:
    """Load what cases need, so that a fork of this process begins with it; opens nothing."""
    import duckdb  # noqa: F401
    import frictionless  # noqa: F401

    import copydesk.cli.check
    import copydesk.engine.reference
    import copydesk.run  # noqa: F401


def verdict(case: Case, got: Outcome) -> str:
    """Return how the verdict differs from the expected one, or nothing."""
    if got.valid == case.valid:
        return ""
    words = {True: "valid", False: "invalid", None: "undecided"}
    return (
        f"{case.id} verdict: {words[case.valid]} expected, {words[got.valid]} got ({case.about})"
        f" {_first(got.said)}"
    ).rstrip()


def cells(case: Case, got: Outcome) -> str:
    """Return how the places of the errors differ from the expected ones, or nothing."""
    assert case.places is not None
    missing, extra = case.places - got.places, got.places - case.places
    if not missing and not extra:
        return ""
    return f"{case.id} cells: {_some('missing', missing)} {_some('extra', extra)} ({case.about})"


def survival(case: Case, got: Outcome) -> str:
    """Return in which way the command did not survive the case, or nothing."""
    faults = []
    if got.code not in (0, 1, 2):
        faults.append(f"exit code {got.code}")
    if "Traceback" in got.said:
        faults.append("a traceback")
    if got.seconds > SECONDS:
        faults.append(f"{got.seconds:.0f} s")
    if got.megabytes > MEGABYTES:
        faults.append(f"{got.megabytes} MB")
    return f"{case.id} survival: {', '.join(faults)}: {got.said[-300:]}" if faults else ""


def _first(text: str, width: int = 200) -> str:
    line = " ".join(text.split())
    return line if len(line) <= width else line[: width - 1] + "…"


def _some(word: str, places: Iterable[Place], most: int = 4) -> str:
    shown = sorted(places)
    rest = f" and {len(shown) - most} more" if len(shown) > most else ""
    return f"{word} {len(shown)}: {shown[:most]}{rest}" if shown else f"{word} 0"


def score(chosen: Iterable[Case], outcomes: Mapping[str, Outcome]) -> dict[str, Score]:
    """Return the scores by the names of their thresholds."""
    scores = {name: Score() for name in THRESHOLDS}
    for case in chosen:
        got = outcomes[case.id]
        scores["survival"].add(survival(case, got))
        if case.valid is None:
            continue
        scores["verdict" if case.kind == "packages" else "probes"].add(verdict(case, got))
        if case.places is not None:
            scores["cells"].add(cells(case, got))
    return scores


def failed(scores: Mapping[str, Score], thresholds: Mapping[str, float] = THRESHOLDS) -> list[str]:
    """Return the names of the scores that are below their thresholds."""
    return [name for name, one in scores.items() if one.percent < thresholds[name]]


def text(scores: Mapping[str, Score]) -> str:
    """Return every difference, and then the numbers."""
    lines = [line for one in scores.values() for line in one.wrong]
    for name, one in scores.items():
        total = one.right + len(one.wrong)
        if total:
            lines.append(
                f"{name:<9} {one.right} of {total} right, {one.percent} %"
                f" (at least {THRESHOLDS[name]} %)"
            )
    return "\n".join(lines) + "\n"


def chosen_cases(folder: Path, only: Sequence[str], ids: Sequence[str]) -> list[Case]:
    """Return the cases that were asked for; survival needs those of both kinds."""
    found = [c for c in cases(folder) if not ids or c.id in ids]
    if only and "survival" not in only:
        found = [c for c in found if c.kind in only and c.valid is not None]
    return found


def main(arguments: Sequence[str] | None = None) -> int:
    """Return the exit code: 1 if a threshold is not met, 2 if there is nothing to compare with."""
    parser = argparse.ArgumentParser(prog="scripts/conformance", description=__doc__.split("\n")[0])
    parser.add_argument("ids", nargs="*", metavar="CASE", help="only these cases")
    parser.add_argument("--only", action="append", choices=KINDS, default=[], help="repeatable")
    parser.add_argument("--folder", type=Path, default=SHARED, help="where the cases are")
    parser.add_argument("--jobs", type=int, default=2, help="processes at a time (default: 2)")
    asked = parser.parse_args(arguments)
    if not (asked.folder / "packages.json").is_file():
        sys.stderr.write(f"error: `{asked.folder}` has no conformance cases\n")
        return 2
    chosen = chosen_cases(asked.folder.resolve(), asked.only, asked.ids)
    scores = score(chosen, run_all(chosen, max(1, asked.jobs)))
    if asked.only:
        names = {"packages": ("verdict", "cells"), "probes": ("probes",), "survival": ("survival",)}
        wanted = {name for kind in asked.only for name in names[kind]}
        scores = {name: one for name, one in scores.items() if name in wanted}
    sys.stdout.write(text(scores))
    return 1 if failed(scores) else 0


if __name__ == "__main__":
    sys.exit(main())
