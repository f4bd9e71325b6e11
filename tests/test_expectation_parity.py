"""Every expectation natively and by Great Expectations itself: success and all counts are alike."""

from __future__ import annotations

import json
from collections import Counter
from functools import cache
from pathlib import Path
from typing import Any

import pytest
import yaml

from copydesk.engine import Settings
from copydesk.findings import Judgement
from copydesk.run import check
from copydesk.suites import catalogue

pytest.importorskip("great_expectations", reason="the reference engine needs the extra `gx`")

Case = tuple[str, dict[str, Any]]

LISTED = yaml.safe_load((Path(__file__).parent / "expectations.yaml").read_text(encoding="utf-8"))
TYPES: dict[str, str] = LISTED["columns"]
CASES: list[Case] = [
    (kind, kwargs)
    for kind, entry in LISTED["expectations"].items()
    for kwargs in entry["cases"]
]  # fmt: skip
OTHER = "n\n1\n2\n3\n"
_FIRST = 'a1,a,a,1,4,1,0.5,4,true,2020-01-01,2020-01-02,2020-01-01T10:00:00,"{""a"": 1}",x'
_LAST = "a3,c,c,3,2,,1.5,2.5,true,2020-06-01,2020-06-01,2020-01-01T11:00:00,2020-01-05,x"
TABLES = {
    "passing": [
        _FIRST,
        "a2,bb,bb,2,3,3,1,3.5,true,2020-02-01,2020-02-01,2020-01-01T10:30:00,12,x",
        _LAST,
    ],
    "failing": [
        _FIRST,
        _FIRST.replace("a1,a,a,1,4", "a2,a,b,2,4"),
        "a3,Zürich,,12,-3,7,1e10,,false,1999-12-31,,2021-01-01T00:00:00,spring,x",
        "a4,,q,,4,,-1.5,0.25,,,2020-06-01,,01.02.2020,x",
        'a5,zz,zz,9,9,9,2,2,true,2020-06-01,2020-05-01,2020-01-01T10:00:00,"[1]",x',
        _LAST,
    ],
    "all null": ["a1,,,,,,,,,,,,,x", "a2,,,,,,,,,,,,,x", "a3,,,,,,,,,,,,,x"],
    "empty": [],
    "single row": [_FIRST],
}
"""What a row says, in the order of TYPES; `z` is filled so that no row is empty."""

APART = {
    "expect_column_values_to_match_like_pattern",
    "expect_column_values_to_match_like_pattern_list",
    "expect_column_values_to_not_match_like_pattern",
    "expect_column_values_to_not_match_like_pattern_list",
    "expect_table_row_count_to_equal_other_table", "unexpected_rows_expectation",
}  # fmt: skip
"""What Great Expectations does not judge on pandas; the verdicts on it are in VERDICTS."""

VERDICTS = {
    "passing": "fpfpppppppfpppp", "failing": "fpfpfppfppfpfff",
    "all null": "ppppppppppppppf", "empty": "ppppppppppppfpp", "single row": "ppfpppppfpfffpp",
}  # fmt: skip
"""In the order of the cases: p for one that passes, f for one that fails."""


def written(folder: Path, name: str) -> Path:
    (folder / "schemas").mkdir(parents=True)
    rows = [",".join(TYPES), *TABLES[name]]
    (folder / "t.csv").write_text("\n".join(rows) + "\n", encoding="utf-8")
    (folder / "other.csv").write_text(OTHER, encoding="utf-8")
    fields = [{"name": n, "type": t} for n, t in TYPES.items()]
    (folder / "schemas/t.schema.json").write_text(json.dumps({"fields": fields}))
    entries = [{"type": kind, "kwargs": kwargs} for kind, kwargs in CASES]
    suite = json.dumps({"name": "t", "expectations": entries})
    (folder / "schemas/t.expectations.json").write_text(suite, encoding="utf-8")
    return folder


def judged(folder: Path, engine: str) -> tuple[Judgement, ...]:
    report = check(folder, settings=Settings(select=("GX",), engine=engine, results=True))
    assert len(report.expectations) == len(CASES)
    return report.expectations


@cache
def both(root: Path, name: str) -> tuple[tuple[Judgement, ...], tuple[Judgement, ...]]:
    folder = written(root / name, name)
    return judged(folder, "auto"), judged(folder, "reference")


@pytest.fixture(scope="module")
def root(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("parity")


def alike(ours: Any, theirs: Any) -> bool:
    """Return whether two results are the same, but for the last digits of a number."""
    if isinstance(ours, float) and isinstance(theirs, int | float):
        return ours == pytest.approx(theirs, rel=1e-12, abs=1e-12)
    if isinstance(ours, dict) and isinstance(theirs, dict):
        return ours.keys() == theirs.keys() and all(alike(v, theirs[k]) for k, v in ours.items())
    if isinstance(ours, list) and isinstance(theirs, list):
        return len(ours) == len(theirs) and all(map(alike, ours, theirs))
    return bool(ours == theirs)


@pytest.mark.parametrize("name", TABLES)
def test_success_and_all_counts_are_those_of_gx(root: Path, name: str) -> None:
    ours, theirs = both(root, name)
    wrong = []
    for (kind, kwargs), own, other in zip(CASES, ours, theirs, strict=True):
        if kind in APART:
            continue
        raised = bool(other.exception)
        same = own.success == other.success and (raised or alike(own.result, other.result))
        if not same or bool(own.exception) != raised:
            wrong.append((kind, kwargs, own.success, own.result, own.exception, other))
    assert wrong == []


@pytest.mark.parametrize("name", TABLES)
def test_what_gx_asks_a_database_for_is_judged_here(root: Path, name: str) -> None:
    ours = both(root, name)[0]
    asked = [one for (kind, _), one in zip(CASES, ours, strict=True) if kind in APART]
    assert "".join("pf"[not one.success] for one in asked) == VERDICTS[name]
    assert not any(one.exception for one in asked)


def test_each_expectation_passes_somewhere_and_fails_somewhere(root: Path) -> None:
    seen: dict[str, set[bool]] = {}
    for name in TABLES:
        for (kind, _), one in zip(CASES, both(root, name)[0], strict=True):
            seen.setdefault(kind, set()).add(one.success)
    always = {kind for kind, verdicts in seen.items() if verdicts != {True, False}}
    assert always == {"expect_query_results_to_match_comparison"}


def test_the_tables_are_those_that_the_page_names() -> None:
    assert list(TABLES) == LISTED["tables"]


def test_every_expectation_and_every_argument_is_asked() -> None:
    given: dict[str, set[str]] = {}
    for kind, kwargs in CASES:
        given.setdefault(kind, set()).update(kwargs)
    assert given.keys() == catalogue().keys()
    left = {
        (kind, name)
        for kind, entry in catalogue().items()
        for name in {*entry["arguments"], *(["row_condition"] if "row_condition" in entry else [])}
        if name not in given[kind]
    }
    # The numbers of rows are compared by a database, where Great Expectations is asked for it.
    assert left == {("expect_table_row_count_to_equal_other_table", "row_condition")}


def test_great_expectations_is_asked_for_two_types_alone(root: Path) -> None:
    engines: Counter[str] = Counter()
    for (kind, _), one in zip(CASES, both(root, "passing")[0], strict=True):
        engines[kind] += one.engine == "duckdb"
    left = {kind for kind in catalogue() if not engines[kind]}
    assert left == {
        "expect_column_kl_divergence_to_be_less_than",
        "expect_query_results_to_match_comparison",
    }
