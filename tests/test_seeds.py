"""Faults sown into a copy of the dataset: each is reported once, at its line and column.

Where a finding has to stand is worked out here, from the text of the file, and not by copydesk.
"""

from __future__ import annotations

import csv
import io
import json
import shutil
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from pathlib import Path

import pytest

from copydesk.checks import registry
from copydesk.findings import Finding
from copydesk.run import check

ARTICLE = "bbc-20200111-kim-trump-relations"
TODAY = "2026-11-23"


@dataclass(frozen=True)
class Cell:
    """A cell of the dataset: a table, the key of a row (`/` between its parts), a field."""

    table: str
    key: str
    field: str

    @property
    def path(self) -> str:
        return f"data/{self.table}.csv"


@dataclass(frozen=True)
class Seed:
    """A fault: what is written into which cells, the code it must be found by, and where."""

    code: str
    at: Cell
    edits: tuple[tuple[Cell, str], ...]

    @property
    def id(self) -> str:
        return f"{self.code} {self.at.table}.{self.at.field} {self.edits[-1][1][:24]}".strip()


Edit = Callable[[str], str]
Where = Callable[[str], tuple[int | None, int | None]]


@dataclass(frozen=True)
class Fault:
    """A fault of a whole file: how its text is changed (None: the file is deleted), the code it
    must be found by, and the place in the changed text. Half surrogates stand for bytes. `told`
    is the file in which it is found, if that is another one."""

    code: str
    path: str
    edit: Edit | None
    where: Where
    told: str = ""


def full(key: str) -> str:
    """Return a key with the article written out, which the lists below call `@`."""
    return key.replace("@", ARTICLE)


def cell(table: str, key: str, field: str) -> Cell:
    return Cell(table, full(key), field)


def here(code: str, table: str, key: str, field: str, value: str) -> Seed:
    """A fault that is found in the cell into which it is sown."""
    at = cell(table, key, field)
    return Seed(code, at, ((at, full(value)),))


def there(code: str, at: tuple[str, str, str], *edits: tuple[str, str, str, str]) -> Seed:
    """A fault that is found in another cell than the one, or ones, in which it is sown."""
    sown = tuple((cell(table, key, field), full(value)) for table, key, field, value in edits)
    return Seed(code, cell(*at), sown)


# ---------------------------------------------------------------------------------------------
# Places, from the text alone


def spans(text: str) -> list[list[tuple[int, int]]]:
    """Return where each cell of each record begins and ends, quotes included."""
    records: list[list[tuple[int, int]]] = [[]]
    start, quoted = 0, False
    for at, sign in enumerate(text):
        if sign == '"':
            quoted = not quoted
        elif not quoted and sign in ",\n":
            records[-1].append((start, at))
            start = at + 1
            if sign == "\n":
                records.append([])
    return records[:-1]


def place(text: str, offset: int) -> tuple[int, int]:
    return text.count("\n", 0, offset) + 1, offset - text.rfind("\n", 0, offset)


def find(root: Path, wanted: Cell) -> tuple[int, int]:
    """Return the record and the column of a cell, from 0."""
    text = (root / wanted.path).read_bytes().decode("utf-8")
    rows = list(csv.reader(io.StringIO(text, newline="")))
    schema = json.loads((root / f"schemas/{wanted.table}.schema.json").read_text("utf-8"))
    keys = [rows[0].index(name) for name in schema["primaryKey"]]
    (record,) = (n for n, row in enumerate(rows) if "/".join(row[k] for k in keys) == wanted.key)
    return record, rows[0].index(wanted.field)


def span_of(root: Path, path: str, number: int, column: int) -> tuple[str, int, int]:
    """Return the text of a file and where a cell begins and ends in it."""
    text = (root / path).read_bytes().decode("utf-8")
    return text, *spans(text)[number][column]


def written(value: str) -> str:
    needs_quotes = any(sign in value for sign in ',"\r\n')
    return '"' + value.replace('"', '""') + '"' if needs_quotes else value


# ---------------------------------------------------------------------------------------------
# The dataset and its faults


@pytest.fixture
def dataset(project: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("COPYDESK_TODAY", TODAY)
    root = tmp_path / "dataset"
    root.mkdir()
    shutil.copy(project / "datapackage.json", root)
    for folder in ("data", "schemas"):
        shutil.copytree(project / folder, root / folder)
    return root


def only(findings: Iterable[Finding]) -> Finding:
    """Return the one finding there is; show all of them if there are others."""
    told = [f"{f.path}:{f.line}:{f.column} {f.code} {f.message}" for f in findings]
    assert len(told) == 1, told
    return next(iter(findings))


CELLS = (
    # the four of the first issue
    here("FD004", "quotes", "@-q05", "quote_type", "dirct"),
    here("RF001", "quotes", "@-q06", "speaker_id", "kim-kye-gwann"),
    here("FD001", "quotes", "@-q04", "said_earliest", "2020-13-01"),
    here("SN043", "quotes", "@-q01", "end", "9000"),
    # fields
    here("FD001", "events", "wpk-plenum-2019", "is_series", "no"),
    here("FD001", "places", "hanoi", "latitude", "21,0285"),
    here("FD001", "references", "kbs-20171231", "url", "world kbs"),
    here("FD002", "annotations", "an-012", "note", ""),
    here("FD002", "organizations", "kcna", "name", ""),
    here("FD004", "events", "dmz-meeting-2019", "plover_event", "consult"),
    here("FD005", "places", "seoul", "wikidata_qid", "Q08684"),
    here("FD005", "events", "new-year-address-2018", "date_edtf", "/2018-01-01"),
    here("FD006", "events", "richey-interview-2020", "name", "Talk"),
    here("FD006", "quotes", "@-q24", "paraphrase", "Nothing."),
    here("FD007", "quotes", "@-q14", "prefix", "‘He described relations as’"),
    here("FD008", "event_participants", "dmz-meeting-2019/1", "seq", "0"),
    here("FD008", "references", "kbs-20171231", "published_date", "0217-12-31"),
    here("FD009", "places", "pyongyang", "longitude", "1257625"),
    # keys and references
    here("KY001", "annotations", "an-002", "annotation_id", "an-001"),
    there("KY001", ("event_participants", "dmz-meeting-2019/2", "event_id"),
          ("event_participants", "dmz-meeting-2019/2", "seq", "1")),
    there("KY003", ("quotes", "@-q09", "article_id"), ("quotes", "@-q09", "seq", "8")),
    here("KY004", "places", "vietnam", "wikidata_qid", "Q423"),
    here("RF001", "memberships", "moon-jae-in-president", "organization_id", "moon"),
    here("RF001", "events", "dmz-meeting-2019", "reference_id", "app-20190630"),
    there("FL014", ("annotations", "an-021", "annotation_id"),
          ("annotations", "an-020", "annotation_id", "an-099")),
    # texts
    here("TX001", "annotations", "an-006", "note", " Open to dialogue with the South."),
    here("TX001", "organizations", "government-of-south-korea", "aliases", "South Korea| Seoul"),
    here("TX002", "articles", "@", "copyright_holder", "BBC  News"),
    here("TX003", "annotations", "an-012", "note", "The article\u200b names no test."),
    here("TX004", "annotations", "an-012", "note", "The article\tnames no test."),
    here("TX005", "annotations", "an-012", "note", "The article\nnames no test."),
    here("TX006", "references", "npr-20200101", "publisher", "Cafe\u0301 Radio"),
    here("TX007", "annotations", "an-012", "note", "The article nam\u0435s no test."),
    here("TX008", "references", "38north-2018-nya", "title", "Kim Jong Unâ€™s Address"),
    here("TX009", "annotations", "an-012", "correction", "#REF!"),
    here("TX010", "annotations", "an-012", "correction", "11-Jan"),
    here("TX011", "annotations", "an-012", "correction", "1.23E+05"),
    here("TX012", "annotations", "an-012", "correction", "Procter &amp; Gamble"),
    here("TX013", "annotations", "an-012", "correction", "late\u00a02019"),
    # expectations
    here("GX055", "quotes", "@-q12", "end", "2480"),
    there("GX065", ("events", "us-refusal-of-yongbyon-offer-2019", "plover_event"),
          ("events", "us-refusal-of-yongbyon-offer-2019", "plover_quad", "verbal_cooperation")),
    here("GX160", "quotes", "@-q24", "prefix", "declined"),
    here("GX170", "events", "yongbyon-offer-2019", "name",
         "Birthday letter of Donald Trump to Kim Jong Un"),
    there("GX210", ("places", "singapore", "parent_id"),
          ("places", "singapore", "place_type", "city")),
    here("GX230", "events", "richey-interview-2020", "name", "Remarks of 11 January 2020"),
    # rules: articles
    here("SN002", "articles", "@", "upstream_agencies", "kcna|reuterss"),
    here("SN020", "articles", "@", "published_date_basis", "republisher_url|guess"),
    there("SN027", ("articles", "@", "canonical_url"),
          ("articles", "@", "canonical_url", "https://newsflash.one/2020/01/11/x/"),
          ("articles", "@", "canonical_url_status", "ok")),
    here("SN028", "articles", "@", "retrieved_on", "2206-11-23"),
    here("SN020", "articles", "@", "media_topics", "medtop:638"),
    # rules: events
    here("SN029", "events", "nk-weapons-tests-2019", "date_edtf", "2019-24"),
    here("SN030", "events", "chung-press-remarks-2020", "date_edtf", "2020-01-09"),
    there("SN030", ("events", "singapore-summit-2018", "date_edtf"),
          ("events", "singapore-summit-2018", "date_latest", "2018-06-13")),
    here("SN032", "events", "hanoi-summit-2019", "date_precision", "day"),
    there("SN037", ("events", "us-refusal-of-yongbyon-offer-2019", "date_edtf"),
          ("events", "us-refusal-of-yongbyon-offer-2019", "date_edtf", "2019-03-01"),
          ("events", "us-refusal-of-yongbyon-offer-2019", "date_earliest", "2019-03-01"),
          ("events", "us-refusal-of-yongbyon-offer-2019", "date_latest", "2019-03-01")),
    here("SN075", "events", "nk-weapons-tests-2017", "count_stated", "three"),
    there("SN109", ("events", "dmz-meeting-2019", "event_id"),
          ("places", "panmunjom", "status", "withdrawn")),
    here("SN120", "events", "dmz-meeting-2019", "plover_context", "diplomacy"),
    there("SN069", ("events", "dmz-meeting-2019", "event_type"),
          ("event_participants", "dmz-meeting-2019/2", "person_id", "kim-jong-un"),
          ("event_participants", "dmz-meeting-2019/2", "role", "actor")),
    # rules: passages on events
    here("SN034", "article_events", "@/wpk-plenum-2019/1", "date_discrepancy", "refined"),
    here("SN035", "article_events", "@/chung-press-remarks-2020/1", "date_text", "On Thursday"),
    here("SN073", "article_events", "@/hanoi-summit-2019/2", "place_id_stated", "singapore"),
    there("SN034", ("article_events", "@/wpk-plenum-2019/1", "date_discrepancy"),
          ("annotations", "an-002", "kind", "imprecise")),
    here("SN035", "article_events", "@/dmz-meeting-2019/4", "date_text", "In July that year"),
    here("SN330", "article_events", "@/hanoi-summit-2019/5", "date_edtf_stated", "2019-02-27"),
    here("SN529", "article_events", "@/hanoi-summit-2019/5", "date_edtf_stated", "2019-02-30"),
    here("SN543", "article_events", "@/trump-greetings-request-2020/1", "end", "9000"),
    # rules: quotes and their spans
    there("SN009", ("quotes", "@-q07", "quote_id"),
          ("references", "bloomberg-20200111", "status", "withdrawn")),
    there("SN038", ("quotes", "@-q24", "said_edtf"),
          ("quotes", "@-q24", "said_edtf", "2020-02-11"),
          ("quotes", "@-q24", "said_earliest", "2020-02-11"),
          ("quotes", "@-q24", "said_latest", "2020-02-11")),
    there("SN039", ("quotes", "@-q17", "speaker_id"),
          ("people", "mason-richey", "death_edtf", "2011-12-17"),
          ("people", "mason-richey", "reference_id", "kcna-en-20200111")),
    here("SN041", "quotes", "@-q20", "speaker_org_id", "workers-party-of-korea"),
    here("SN044", "quotes", "@-q14", "text", "not so bad"),
    here("SN053", "quotes", "@-q24", "is_translation", "false"),
    here("SN055", "quotes", "@-q24", "speaker_org_id", "bbc-news"),
    here("SN057", "quotes", "@-q16", "quote_type", "partial"),
    here("SN058", "quotes", "@-q16", "continues_quote_id", "@-q17"),
    here("SN129", "quotes", "@-q24", "said_edtf", "2020-01-32"),
    here("SN130", "quotes", "@-q24", "said_edtf", "2020-01-10"),
    there("SN038", ("quotes", "@-q20", "said_edtf"),
          ("quotes", "@-q20", "said_edtf", "2020-01-09"),
          ("quotes", "@-q20", "said_earliest", "2020-01-09"),
          ("quotes", "@-q20", "said_latest", "2020-01-09")),
    here("SN155", "quotes", "@-q24", "reporting_org_id", "rok-office-of-the-president"),
    here("SN057", "quotes", "@-q14", "quote_type", "direct"),
    here("SN155", "quotes", "@-q22", "reporting_org_id", "reuters"),
    here("SN129", "quotes", "@-q18", "said_edtf_stated", "2018-13"),
    here("SN243", "quote_spans", "@-q24/content/4445", "end", "4460"),
    here("SN244", "quote_spans", "@-q20/cue/4126", "text", "says so"),
    there("SN159", ("quote_spans", "@-q07/content/1525", "start"),
          ("quote_spans", "@-q07/content/1525", "end", "1560")),
    # rules: people and their names
    there("SN015", ("people", "kim-kye-gwan", "native_name"),
          ("people", "kim-kye-gwan", "native_script", "Hani")),
    here("SN022", "person_names", "kim-kye-gwan/Kim Kye-gwan/romanization", "language", "ko-Hang"),
    here("SN023", "people", "moon-jae-in", "wikidata_qid", "Q8684"),
    there("SN064", ("people", "mason-richey", "person_id"),
          ("person_names", "mason-richey/Mason Richey/preferred", "name_type", "alias")),
    there("SN066", ("people", "moon-jae-in", "name"),
          ("people", "moon-jae-in", "native_name", "김정은")),
    there("SN068", ("people", "kim-jong-un", "birth_edtf"),
          ("people", "kim-jong-un", "reference_id", "")),
    here("SN115", "person_names", "kim-jong-un/김정은/native", "name", "金正恩"),
    there("SN140", ("memberships", "mason-richey-professor", "end_edtf"),
          ("people", "mason-richey", "death_edtf", "2021"),
          ("people", "mason-richey", "reference_id", "kcna-en-20200111"),
          ("memberships", "mason-richey-professor", "end_edtf", "2022")),
    here("SN162", "people", "mason-richey", "sort_name", "Mason, Richey"),
    here("SN230", "people", "kim-jong-un", "birth_edtf", "1984-01-08"),
    here("SN329", "people", "kim-jong-un", "birth_edtf", "1984-13"),
    here("SN140", "memberships", "moon-jae-in-president", "end_edtf", "2012-05-09"),
    here("SN629", "memberships", "moon-jae-in-president", "end_edtf", "2022-05-32"),
    # rules: what the articles mention
    there("SN063", ("mentions", "@/body/4290/4298", "surface"),
          ("mentions", "@/body/4290/4298", "person_id", "kim-jong-un")),
    here("SN143", "mentions", "@/headline/55/66", "end", "100"),
    here("SN144", "mentions", "@/body/44/75", "surface", "North Korean leader Kim Jong un."),
    there("SN209", ("mentions", "@/body/3009/3014", "article_id"),
          ("places", "seoul", "status", "deprecated")),
    # rules: the other tables
    there("SN021", ("places", "seoul", "country_code"),
          ("places", "seoul", "subdivision_code", "KP-11")),
    there("SN070", ("event_participants", "moon-visit-to-pyongyang-2018/2", "role"),
          ("event_participants", "moon-visit-to-pyongyang-2018/1", "role", "attendee")),
    there("SN072", ("places", "yongbyon-nuclear-complex", "latitude"),
          ("places", "yongbyon-nuclear-complex", "parent_id", "pyongyang"),
          ("places", "yongbyon-nuclear-complex", "latitude", "29.797")),
    here("SN076", "annotations", "an-022", "target_id", "@-q99"),
    here("SN092", "quotation_mark_exclusions", "@/body/2789/2797", "within_quote_id", "@-q14"),
    here("SN123", "organizations", "reuters", "wikidata_qid", "Q334"),
    there("SN165", ("organizations", "government-of-the-united-states", "aliases"),
          ("organizations", "government-of-south-korea", "aliases", "Seoul|the US")),
    there("SN167", ("organizations", "workers-party-of-korea", "organization_id"),
          ("event_participants", "wpk-plenum-2019/2", "organization_id",
           "government-of-north-korea")),
    there("SN267", ("places", "yongbyon-nuclear-complex", "place_id"),
          ("mentions", "@/body/1678/1702", "place_id", "north-korea")),
    here("SN443", "annotations", "an-021", "end", "9316"),
)  # fmt: skip


def replaced(old: str, new: str, from_: str = "") -> Edit:
    """Return the edit that replaces a text, where it first stands behind `from_`."""

    def edit(text: str) -> str:
        at = text.index(old, text.index(from_))
        return text[:at] + new + text[at + len(old) :]

    return edit


def columns(change: Callable[[list[str]], list[str]]) -> Edit:
    """Return the edit that changes each record of a table as a list of its cells."""

    def edit(text: str) -> str:
        made = io.StringIO(newline="")
        rows = csv.reader(io.StringIO(text, newline=""))
        csv.writer(made, lineterminator="\n").writerows(change(row) for row in rows)
        return made.getvalue()

    return edit


def line_of(text: str, mark: str) -> int:
    return place(text, text.index(mark))[0]


def nowhere(_: str) -> tuple[None, None]:
    return None, None


def start(_: str) -> tuple[int, int]:
    return 1, 1


def at(mark: str, behind: str = "") -> Where:
    """Return the place at which a text stands, after what stands before it in the same place."""
    return lambda text: place(text, text.index(behind + mark) + len(behind))


def last(mark: str, behind: str) -> Where:
    """Return the last place at which a text stands behind another one."""
    return lambda text: place(text, text.rindex(behind + mark) + len(behind))


def line_end(mark: str, column: bool = True) -> Where:
    """Return the place behind the last character of the line in which a text stands."""

    def where(text: str) -> tuple[int, int | None]:
        line = line_of(text, mark)
        return line, len(text.split("\n")[line - 1].rstrip("\r")) + 1 if column else None

    return where


def stated(property_: str) -> Edit:
    """Return the edit that adds a property to the resource of the reviews."""
    return replaced('"data/reviews.csv"', f'"data/reviews.csv", {property_}')


PACKAGE = "datapackage.json"
REVIEWED = "data/reviews.csv"
REVIEWS = "schemas/reviews.schema.json"
RULE = "schemas/rules/SN080-review-too-old.sql"

FILES = (
    # the bytes of a file
    Fault("FL001", "data/references.csv", replaced("’", "\udc92"), at("\udc92")),
    Fault("FL002", "data/quotes.csv", lambda text: "\ufeff" + text, start),
    Fault("FL003", "data/events.csv", replaced("\n", "\r\n", "hanoi-summit-2019"),
          line_end("hanoi-summit-2019,")),
    Fault("FL004", "data/codes.csv", lambda text: text.replace("\n", "\r\n"), nowhere),
    Fault("FL005", "data/people.csv", lambda text: text.rstrip("\n"),
          line_end("moon-jae-in,", column=False)),
    Fault("FL006", "data/redirects.csv", lambda _: "", nowhere),
    Fault("FL007", "data/quotes.csv",
          lambda _: "PK\x03\x04\x14\0\x06\0[Content_Types].xml\0", nowhere),
    Fault("FL008", "data/memberships.csv", replaced(",head,", ',"head,'), at('"head')),
    Fault("FL009", "data/annotations.csv", replaced('apart."', 'apart"."'), at('."', 'apart"')),
    Fault("FL010", "data/annotations.csv", replaced("names no test", "names\0no test"), at("\0")),
    Fault("FL030", "data/places.csv", replaced("Hanoi,", 'Ha"noi,'), at('"noi')),
    Fault("FL033", "data/people.csv", lambda text: f"About people\n{text}", at("person_id,")),
    Fault("FL031", "data/places.csv", replaced("hanoi,", "=======\nhanoi,"), at("=======")),
    Fault("FL032", "data/places.csv", replaced("Hanoi,", '"Hanoi",'), at('"Hanoi"')),
    Fault("FL011", "data/reviews.csv", None, nowhere),
    Fault("FL015", "data/reviews.csv", lambda text: text.replace(",", ";"), start),
    # what the descriptor says of a file
    Fault("FL012", PACKAGE, stated('"bytes": 1'), nowhere, REVIEWED),
    Fault("FL013", PACKAGE, stated('"hash": "00"'), nowhere, REVIEWED),
    Fault("FL017", PACKAGE, stated('"compression": "gz"'), at('"data/reviews.csv"')),
    Fault("FL018", PACKAGE, replaced("data/reviews", "https://example.org/reviews"),
          at('"https://example.org/reviews')),
    Fault("FL019", PACKAGE, replaced('"path": "data/reviews.csv"', '"data": ["x"]'),
          at('"x"', '"data": [')),
    Fault("FL020", PACKAGE, stated('"rows": 1'), at("1", '"rows": ')),
    Fault("FL021", PACKAGE, stated('"fields": 1'), at("1", '"fields": ')),
    Fault("PK014", PACKAGE, stated('"hash": "sha256:unknown"'), at('"sha256:unknown"')),
    # the header and the shape of the rows
    Fault("TB001", "data/people.csv",
          columns(lambda row: row[:-1]), lambda _: (1, None)),
    Fault("TB002", "data/places.csv", columns(lambda row: [*row, "x"]), at("x\n", "status,")),
    Fault("TB003", "data/annotations.csv", replaced("note", "notes"), at("notes")),
    Fault("TB004", "data/quotation_mark_exclusions.csv", replaced("close_mark", "open_mark"),
          at("open_mark", "open_mark,")),
    Fault("TB005", "data/references.csv", replaced("license", ""), at(",accessed_on")),
    Fault("TB006", "data/memberships.csv", replaced(",\n", "\n", "mason-richey"),
          line_end("mason-richey-professor")),
    Fault("TB007", "data/references.csv",
          replaced("active", "active,x", "kbs-20171231"), at("x\n", "active,")),
    Fault("TB008", "data/places.csv", replaced("\n", "\n\n", "hanoi"), at("\nincheon")),
    # the descriptor, the schemas, the rules and the suites
    Fault("PK001", REVIEWS, replaced('"name": "verdict",', ""),
          lambda text: place(text, text.rindex("{", 0, text.index('"Verdict"')))),
    Fault("PK002", REVIEWS, replaced("true", '"true"'), at('"true"')),
    Fault("PK003", PACKAGE,
          replaced('"data/reviews.csv"', '"../reviews.csv"'), at('"../reviews.csv"')),
    Fault("PK004", PACKAGE, replaced("reviews.schema", "review.schema"),
          at('"schemas/review.schema')),
    Fault("PK005", PACKAGE,
          replaced('"resources": [', '"resources": [{"name": "codes", "path": "data/codes.csv"},'),
          last('"codes"', '"name": ')),
    Fault("PK006", REVIEWS, replaced('"row_key"', '"rowkey"', "primaryKey"), at('"rowkey"')),
    Fault("PK007", "schemas/memberships.schema.json",
          replaced('"people"', '"person"'), at('"person"')),
    Fault("PK008", REVIEWS, replaced('"string"', '"text"'), at('"text"')),
    Fault("PK009", REVIEWS, replaced("[0-9a-f]{64}", "[0-9a-f{64}"), at('"[0-9a-f{64}')),
    # Fields without a column, which `superset` allows, so that the labels are right.
    Fault("PK010", REVIEWS,
          replaced('"fields": [', '"fieldsMatch": "superset", "fields": [' + 2 * '{"name": "n"},'),
          last('"n"', '"name": ')),
    Fault("PK011", REVIEWS, replaced("{", '{"fieldsMatch": "any",'), at('"any"')),
    Fault("PK012", REVIEWS, replaced("2026-01-01", "2026-13-01"), at('"2026-13-01')),
    Fault("PK013", PACKAGE, replaced('"utf-8"', '"utf-9"', "data/reviews"), at('"utf-9"')),
    Fault("PK015", PACKAGE, replaced("T00:00:00Z", ""), at('"2026-11-23"')),
    Fault("PK016", REVIEWS, replaced('"missingValues": [', '"missingValues": ["-", "-",'),
          at('"-"', '["-", ')),
    Fault("PK017", REVIEWS, replaced("maxLength", "maximum"), at('"maximum"')),
    Fault("PK018", REVIEWS, replaced('"string",', '"string", "format": "path",'), at('"path"')),
    Fault("PK025", REVIEWS, replaced('"string",', '"string", "categories": ['
          '"articles", "quotes", "people", "events", "quote_spans", "quotation_mark_exclusions", '
          '"person_names", "memberships", "organizations", "places", "article_events", "mentions",'
          '"event_participants", "annotations", "references", "redirects"],'),
          last('"codes"', "")),
    Fault("PK026", PACKAGE, replaced("{", '{"missingValues": ["-"],'), at('"missingValues"')),
    Fault("PK027", PACKAGE, replaced('"data/reviews.csv"', '"data/reviews.csv", "data": []'),
          at('"data":')),
    Fault("PK020", RULE, replaced("-- fix:", "--  fix:"), start),
    Fault("PK021", RULE, replaced("warning", "warnin"), at("-- severity")),
    Fault("PK022", "schemas/rules/SN028-retrieved-in-the-future.sql",
          replaced("retrieved_on", "retrievedon", "SELECT"), start),
    Fault("PK023", RULE, replaced("SN080", "SN079"), start),
    Fault("PK101", REVIEWS, replaced('"description"', '"desription"'), at('"desription"')),
    Fault("PK110", PACKAGE, replaced('"0.1.0"', '"0.1"'), at('"0.1"')),
    Fault("PK111", REVIEWS, replaced("{", '{"title": "R",'), last('"title": "Reviews"', "")),
    Fault("PK112", REVIEWS, replaced('"maxLength": 300', '"maxLength": 300, "minLength": 301'),
          at("300", '"maxLength": ')),
    Fault("PK113", REVIEWS, replaced('"constraints"', '"required": true, "constraints"'),
          at('"required"')),
    Fault("PK102", PACKAGE, replaced('"canonical"', '"cannonical"'), at('"cannonical"')),
    Fault("GX001", "schemas/places.expectations.json",
          replaced("expect_column_values_to_not_be_null", "expect_column_values_not_null"),
          at('"expect_column_values_not_null"')),
)  # fmt: skip


@pytest.mark.parametrize("seed", CELLS, ids=[s.id for s in CELLS])
def test_a_fault_in_a_cell_is_found_once_and_where_it_is(seed: Seed, dataset: Path) -> None:
    record, column = find(dataset, seed.at)
    places = [(one.path, *find(dataset, one), value) for one, value in seed.edits]
    for path, number, index, value in places:
        text, start, end = span_of(dataset, path, number, index)
        (dataset / path).write_text(text[:start] + written(value) + text[end:], "utf-8", newline="")
    text, start, _ = span_of(dataset, seed.at.path, record, column)
    line = place(text, start)[0]
    # Of values that stand twice, an expectation tells every row.
    told = [f for f in check(dataset).findings if f.code != "GX170" or f.line == line]
    found = only(told)
    assert (found.code, found.table) == (seed.code, seed.at.table)
    assert (found.path, found.line, found.column) == (seed.at.path, *place(text, start))


@pytest.mark.parametrize("fault", FILES, ids=[f.code for f in FILES])
def test_a_fault_in_a_file_is_found_once_and_where_it_is(fault: Fault, dataset: Path) -> None:
    file, before = dataset / fault.path, (dataset / fault.path).read_text("utf-8")
    where = None, None
    if fault.edit is None:
        file.unlink()
    else:
        text = fault.edit(before)
        assert text != before
        file.write_bytes(text.encode("utf-8", "surrogateescape"))
        where = fault.where(text)
    # A blank row lacks its key too, which the reference tells beside it.
    told = check(dataset).findings
    found = only([f for f in told if (fault.code, f.code) != ("TB008", "KY002")])
    assert found.code == fault.code
    assert (found.path, found.line, found.column) == (fault.told or fault.path, *where)


def test_the_dataset_without_a_fault_has_no_finding(dataset: Path) -> None:
    assert check(dataset).findings == ()


def test_every_built_in_check_that_can_meet_the_dataset_has_a_fault() -> None:
    sown = {seed.code for seed in CELLS} | {fault.code for fault in FILES}
    # no field of a primary key is optional or holds JSON; no table has several files; all suites
    # have a table; none is left to frictionless or may lack columns; two columns change places at
    # once; a row of empty cells lacks its key in every table; the descriptor follows version 2;
    # nothing is waived, and nothing was released
    unmet = {
        "FD010", "FL016", "FL022", "KY002", "PK019", "PK024", "PK028", "TB009", "TB010", "TB011",
        "TB012", "TB013", "WV001", "WV002", "WV003", "ID001", "ID002", "VN001", "VN002",
    }  # fmt: skip
    missing = {code for code in registry() if not code.startswith("GX")} - sown - unmet
    assert missing == set()
