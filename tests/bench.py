"""Speed and memory of `copydesk check` beside its peers: what `scripts/bench` runs.

`scripts/bench` measures schemas alone, `scripts/bench suites` a suite of expectations beside them.
Everything is measured in one run, each in a process of its own, in turns, so that what else the
machine does falls on all of them. Nothing here is asserted: times are no tests.
"""

from __future__ import annotations

import argparse
import json
import os
import platform
import random
import statistics
import subprocess
import sys
import tempfile
from collections.abc import Iterator, Sequence
from datetime import UTC, datetime
from importlib.metadata import version
from multiprocessing import get_context
from pathlib import Path
from typing import Any, NamedTuple

ROOT = Path(__file__).resolve().parent.parent
PAGE = ROOT / "docs/benchmarks.md"
SEED = 20_18
KINDS = ("direct", "partial", "indirect")
HEADER = "quote_id,article_id,seq,quote_type,start,end,text,speaker_id,said_date"
FAULTS = ("clean", "broken", "ragged")
WRONG = ("q1", "nowhere", "x", "dirct", "1.5", "", "long " * 110, "nobody", "2019-02-31")
"""For each column a cell that breaks a promise."""

BARE = """
import duckdb, sys
for file in sys.argv[1:]:
    cells = f"read_csv('{file}', all_varchar = true, header = true, delim = ',', quote = '\\"')"
    duckdb.sql(f"SELECT max(COLUMNS(*)) FROM {cells}").fetchall()
"""
FRICTIONLESS = """
import frictionless, sys
frictionless.system.trusted = True
frictionless.validate(sys.argv[1])
"""
GX = """
import json, sys
import great_expectations as gx, pandas
cells = pandas.read_csv(sys.argv[1], parse_dates=["said_date"])
context = gx.get_context(mode="ephemeral")
asset = context.data_sources.add_pandas("pandas").add_dataframe_asset("quotes")
batch = asset.add_batch_definition_whole_dataframe("all").get_batch({"dataframe": cells})
suite = json.load(open(sys.argv[2]))
result = batch.validate(gx.ExpectationSuite(**suite))
sys.exit(0 if result.success else "the suite fails: " + str(result)[:5000])
"""


class Cost(NamedTuple):
    """What a process took: seconds of the clock, of the processors, and its largest size."""

    wall: float
    cpu: float
    megabytes: float


# Data


def quotes(rows: int, fault: str) -> Iterator[str]:
    """Yield the lines of the largest table: clean, 1 % of cells broken, 1 % of rows ragged."""
    dice = random.Random(SEED)
    yield HEADER
    for n in range(rows):
        start = n * 7 % 4000
        cells = [
            f"q{n}", f"a{n % 50_000}", str(n // 50_000), KINDS[n % 3], str(start), str(start + 40),
            f'"the quoted words number {n}, said by someone"', f"p{n % 20_000}",
            f"2019-{n % 12 + 1:02d}-{n % 28 + 1:02d}",
        ]  # fmt: skip
        if fault == "broken":
            cells = [w if dice.random() < 0.01 else c for c, w in zip(cells, WRONG, strict=True)]
        elif fault == "ragged" and dice.random() < 0.01:
            cells = cells[:-1] if dice.random() < 0.5 else [*cells, "too many"]
        yield ",".join(cells)


def write_package(folder: Path, rows: int, fault: str = "clean") -> Path:
    """Write articles, people and that many quotes to a folder and return it."""
    articles = (
        f"a{n},Headline number {n} about things,20{n % 20 + 4:02d}-{n % 12 + 1:02d}-01"
        for n in range(50_000)
    )
    people = (f"p{n},Person {n}" for n in range(20_000))
    _write(folder / "articles.csv", ("article_id,headline,published_date", *articles))
    _write(folder / "people.csv", ("person_id,name", *people))
    _write(folder / "quotes.csv", quotes(rows, fault))
    (folder / "datapackage.json").write_text(json.dumps(_descriptor()), encoding="utf-8")
    return folder


def _write(file: Path, lines: Sequence[str] | Iterator[str]) -> None:
    file.parent.mkdir(parents=True, exist_ok=True)
    with file.open("w", encoding="utf-8", newline="") as stream:
        stream.writelines(f"{line}\n" for line in lines)


def _descriptor() -> dict[str, Any]:
    def field(name: str, kind: str = "string", **constraints: Any) -> dict[str, Any]:
        return {"name": name, "type": kind} | ({"constraints": constraints} if constraints else {})

    def refers(name: str, table: str) -> dict[str, Any]:
        key = name.replace("speaker", "person")
        return {"fields": name, "reference": {"resource": table, "fields": key}}

    def table(name: str, fields: list[dict[str, Any]], **keys: Any) -> dict[str, Any]:
        schema = {"fields": fields, "primaryKey": fields[0]["name"], **keys}
        return {"name": name, "path": f"{name}.csv", "schema": schema}

    said = [
        field("quote_id", pattern="q[0-9]+"), field("article_id", required=True),
        field("seq", "integer", minimum=0), field("quote_type", enum=list(KINDS)),
        field("start", "integer", minimum=0), field("end", "integer", minimum=1),
        field("text", maxLength=500), field("speaker_id"),
        field("said_date", "date", minimum="1990-01-01"),
    ]  # fmt: skip
    written = [field("article_id"), field("headline", minLength=5), field("published_date", "date")]
    keys = [refers("article_id", "articles"), refers("speaker_id", "people")]
    return {
        "$schema": "https://datapackage.org/profiles/2.0/datapackage.json",
        "name": "scale",
        "resources": [
            table("articles", written),
            table("people", [field("person_id"), field("name", required=True)]),
            table("quotes", said, foreignKeys=keys),
        ],
    }


def write_suite(folder: Path) -> Path:
    """Write a suite of 15 expectations beside the quotes of a package and return its file."""
    dates = {"min_value": "1990-01-01", "max_value": "2030-01-01"}
    expected: list[tuple[str, dict[str, Any]]] = [
        ("table_row_count_to_be_between", {"min_value": 1}),
        ("table_columns_to_match_ordered_list", {"column_list": HEADER.split(",")}),
        ("column_values_to_not_be_null", {"column": "article_id"}),
        ("column_values_to_be_unique", {"column": "quote_id"}),
        ("column_values_to_match_regex", {"column": "quote_id", "regex": "^q[0-9]+$"}),
        ("column_values_to_be_in_set", {"column": "quote_type", "value_set": list(KINDS)}),
        ("column_values_to_be_between", {"column": "start", "min_value": 0, "max_value": 4000}),
        ("column_values_to_be_between", {"column": "said_date", **dates}),
        ("column_value_lengths_to_be_between", {"column": "text", "max_value": 500}),
        ("column_values_to_not_be_null", {"column": "speaker_id", "mostly": 0.95}),
        ("column_pair_values_a_to_be_greater_than_b", {"column_A": "end", "column_B": "start"}),
        ("column_mean_to_be_between", {"column": "start", "min_value": 1000, "max_value": 3000}),
        ("column_max_to_be_between", {"column": "end", "max_value": 4040}),
        ("column_distinct_values_to_be_in_set", {"column": "quote_type", "value_set": list(KINDS)}),
        ("column_unique_value_count_to_be_between", {"column": "speaker_id", "max_value": 20_000}),
    ]
    listed = [{"type": f"expect_{name}", "kwargs": kwargs} for name, kwargs in expected]
    file = folder / "quotes.expectations.json"
    file.write_text(json.dumps({"name": "quotes", "expectations": listed}), encoding="utf-8")
    return file


# Measuring


def cost(command: Sequence[str | Path]) -> Cost:
    """Return what a command took; it may fail as `check` does, with 1."""
    before = datetime.now(UTC)
    child = subprocess.Popen(
        list(map(str, command)), cwd=ROOT, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE
    )
    assert child.stderr is not None
    said = child.stderr.read().decode()
    _, status, used = os.wait4(child.pid, 0)
    wall = (datetime.now(UTC) - before).total_seconds()
    child.returncode = os.waitstatus_to_exitcode(status)
    if child.returncode not in (0, 1):
        sys.exit(f"error: {command} ended with {child.returncode}\n{said}")
    return Cost(wall, used.ru_utime + used.ru_stime, used.ru_maxrss / 1024)


def check(target: Path, *options: str) -> list[str | Path]:
    """Return the command that checks a package."""
    return [sys.executable, "-m", "copydesk", "check", target, "--quiet", *options]


def bare(folder: Path) -> list[str | Path]:
    """Return the command that makes DuckDB read every cell of a package as text, and no more."""
    return [sys.executable, "-c", BARE, *sorted(folder.glob("*.csv"))]


def in_turns(commands: dict[str, list[str | Path]], rounds: int) -> dict[str, Cost]:
    """Return the medians of each command's costs, forwards and backwards by turns."""
    seen: dict[str, list[Cost]] = {name: [] for name in commands}
    for turn in range(rounds):
        names = list(commands) if turn % 2 == 0 else list(reversed(commands))
        for name in names:
            seen[name].append(cost(commands[name]))
    return {
        name: Cost(*(statistics.median(values) for values in zip(*costs, strict=True)))
        for name, costs in seen.items()
    }


def frictionless_seconds(folder: Path, rows: int) -> float:
    """Return how long frictionless would take: the slope between 20,000 and 100,000 quotes."""
    python = [sys.executable, "-c", FRICTIONLESS]
    sizes = {str(n): n for n in (20_000, 100_000)}
    found = in_turns(
        {
            name: [*python, write_package(folder / name, n) / DESCRIPTOR]
            for name, n in sizes.items()
        },
        3,
    )
    few, more = found.values()
    return few.wall + (more.wall - few.wall) / 80_000 * (rows - 20_000)


DESCRIPTOR = "datapackage.json"


# The page


def machine() -> str:
    """Return what the numbers were seen on."""
    names = ("copydesk", "duckdb", "frictionless", "great_expectations")
    versions = ", ".join(f"{name} {version(name)}" for name in names)
    load = ", ".join(f"{value:.1f}" for value in os.getloadavg())
    memory = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") / 2**30
    return (
        f"{platform.system()} {platform.machine()}, {os.cpu_count()} cores, {memory:.0f} GiB; "
        f"Python {platform.python_version()}, {versions}; {datetime.now(UTC):%Y-%m-%d}; "
        f"load average at the end {load}."
    )


def table(rows: Sequence[Sequence[str]]) -> str:
    """Return a table in Markdown; the first row is its header."""
    head, *body = ["| " + " | ".join(row) + " |" for row in rows]
    return "\n".join([head, "|" + "---|" * len(rows[0]), *body])


def line(name: str, seen: Cost, base: float | None = None, budget: str = "") -> list[str]:
    """Return a row of the table."""
    ratio = f"{seen.wall / base:.1f}" if base else ""
    return [
        name, f"{seen.wall:.2f}", f"{seen.cpu:.2f}", f"{seen.megabytes:,.0f}", ratio, budget,
    ]  # fmt: skip


def measured(folder: Path, rows: int, rounds: int) -> list[list[str]]:
    """Return the rows of the table for the shipped dataset and for the scale packages."""
    made = {name: write_package(folder / name, rows, name) for name in FAULTS}
    commands = {"bare": bare(made["clean"])} | {name: check(p) for name, p in made.items()}
    seen = in_turns(commands, rounds)
    shipped = in_turns({"shipped": check(ROOT)}, 2 * rounds)["shipped"]
    base, clean = seen["bare"].wall, seen["clean"].wall
    reference = frictionless_seconds(folder / "few", rows)
    return [
        line("the shipped dataset, cold", shipped, None, "at most 0.4 s"),
        line(f"bare DuckDB scan of {rows:,} quotes", seen["bare"]),
        line("clean, beside the bare scan", seen["clean"], base, "at most 3.5"),
        line("1 % of cells broken, beside clean", seen["broken"], clean, "at most 1.5"),
        line("1 % of rows ragged, beside clean", seen["ragged"], clean, "at most 4"),
        [
            "frictionless on the clean package, beside clean (extrapolated)",
            f"{reference:,.0f}", "", "", f"{reference / clean:,.0f}", "at least 50",
        ],
    ]  # fmt: skip


def measured_suites(folder: Path, rows: int, rounds: int) -> list[list[str]]:
    """Return the rows of the table for a schema with a suite and without one."""
    alone = write_package(folder / "alone", rows)
    both = write_package(folder / "both", rows)
    suite = write_suite(both)
    seen = in_turns({"alone": check(alone), "both": check(both)}, rounds)
    base, with_suite = seen["alone"].wall, seen["both"].wall
    reference = frictionless_seconds(folder / "few", rows)
    of_gx = cost([sys.executable, "-c", GX, both / "quotes.csv", suite])
    together = reference + of_gx.wall
    return [
        line(f"the schemas of {rows:,} quotes alone", seen["alone"]),
        line("with a suite of 15 expectations, beside that", seen["both"], base, "at most 1.4"),
        line("Great Expectations, the suite alone, beside both", of_gx, with_suite),
        [
            "frictionless (extrapolated) and Great Expectations, beside both",
            f"{together:,.0f}", "", "", f"{together / with_suite:,.0f}", "at least 60",
        ],
    ]  # fmt: skip


def write_later(folder: Path, rows: int, share: float) -> None:
    """Write a later version of the package: shuffled, some rows gone and new, a share changed."""
    write_package(folder, rows)
    dice = random.Random(SEED)
    head, *lines = quotes(rows, "clean")
    kept = [line for line in lines if dice.random() >= share / 5]
    later = [line.replace("said by", "told by") if dice.random() < share else line for line in kept]
    later += [f"qn{line[1:]}" for line in lines[: int(rows * share / 5)]]
    dice.shuffle(later)
    _write(folder / "quotes.csv", (head, *later))


def measured_diff(folder: Path, rows: int, rounds: int) -> list[list[str]]:
    """Return the rows of the table for the difference between two versions."""
    base = write_package(folder / "base", rows)
    few, all_ = (folder / str(n) for n in (1, 100))
    for later, share in ((few, 0.01), (all_, 1.0)):
        # In a process of its own: what this one holds would count as the size of the others.
        one = get_context("spawn").Process(target=write_later, args=(later, rows, share))
        one.start()
        one.join()
    command = [sys.executable, "-m", "copydesk", "diff", base]
    seen = in_turns(
        {
            "check": check(base), "few": [*command, few], "all": [*command, all_],
            "json": [*command, few, "--format", "json"],
        },
        rounds,
    )  # fmt: skip
    once = seen["check"].wall
    return [
        line(f"a check of {rows:,} quotes", seen["check"]),
        line("1 % changed, all in another order", seen["few"], once, "at most 10 s, 1 GB"),
        line("the same as JSON", seen["json"], once),
        line("every row changed, gone or new", seen["all"], once),
    ]


NOTES_OF_DIFF = """\
Written by `scripts/bench diff`: medians of {rounds} rounds in one run as above. Two versions of the
same data, the later one shuffled; `times` is beside one check of one of them.
"""

NOTES_OF_SUITES = """\
Written by `scripts/bench suites`: medians of {rounds} rounds in one run as above, the same data,
once with their schemas alone and once with a suite of 15 expectations beside the quotes. Great
Expectations judges the same suite in one process of its own on all rows, once, read by pandas; it
checks no types, keys or references. The time of frictionless is extrapolated as above.
"""

NOTES = """\
Written by `scripts/bench`: medians of {rounds} rounds in one run, each a process of its own, by
turns, start-up included. The *bare scan* is a process in which DuckDB reads every cell of the
same files as text (`SELECT max(COLUMNS(*))`) with all cores and does nothing else. The time of
frictionless is taken at 20,000 and 100,000 quotes, three times by turns, and extrapolated in a
straight line. The data are made up, always the same: 50,000 articles, 20,000 people, and quotes
with a primary key, two foreign keys and nine fields with constraints.
"""


KINDS_OF_WORK = {
    "schemas": (measured, NOTES),
    "suites": (measured_suites, NOTES_OF_SUITES),
    "diff": (measured_diff, NOTES_OF_DIFF),
}
"""What can be measured: how, and what is said of it."""


def write_section(title: str, text: str) -> None:
    """Write a section of the page anew and leave the others."""
    head, *sections = PAGE.read_text(encoding="utf-8").split("\n## ")
    named = {section.partition("\n")[0]: section for section in sections}
    named[title] = f"{title}\n\n{text}"
    PAGE.write_text("\n## ".join([head, *named.values()]), encoding="utf-8")


def main(arguments: Sequence[str]) -> None:
    """Measure, print the table and write the page."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("what", nargs="?", choices=tuple(KINDS_OF_WORK), default="schemas")
    parser.add_argument("--rows", type=int, default=2_000_000)
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--huge", action="store_true", help="20 million rows in 1 GB, too")
    parser.add_argument("--folder", type=Path, help="where to put the data for a while")
    options = parser.parse_args(arguments)
    with tempfile.TemporaryDirectory(dir=options.folder) as folder:
        measure, about = KINDS_OF_WORK[options.what]
        found = measure(Path(folder), options.rows, options.rounds)
        if options.huge:
            large = write_package(Path(folder) / "huge", 20_000_000)
            seen = cost(check(large, "--memory-limit", "1GB"))
            found.append(line("20,000,000 quotes under `--memory-limit 1GB`", seen, None, "ends"))
    head = ["work", "seconds", "processor seconds", "MB", "times", "budget"]
    text = table([head, *found])
    notes = about.format(rounds=options.rounds)
    write_section(options.what.capitalize(), f"{notes}\n{text}\n\n{machine()}\n")
    sys.stdout.write(f"{text}\n\n{machine()}\n")


if __name__ == "__main__":
    main(sys.argv[1:])
