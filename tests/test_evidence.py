"""Compare the flagship dataset with the source texts, where they are at hand."""

import csv
import hashlib
import re
import subprocess
import unicodedata
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
SOURCES = ROOT.parent / "shared" / "sources"
PAIRS = {"\u201c": "\u201d", "\u2018": "\u2019", "'": "'", '"': '"'}
SHINGLE = 12

Row = dict[str, str]
Texts = dict[str, dict[str, str]]


def read_table(name: str) -> list[Row]:
    with (ROOT / "data" / f"{name}.csv").open(encoding="utf-8", newline="") as stream:
        return list(csv.DictReader(stream))


def read_streams(path: Path) -> dict[str, str]:
    text = path.read_bytes().decode("utf-8").removeprefix("\ufeff")
    text = unicodedata.normalize("NFC", text.replace("\r\n", "\n").replace("\r", "\n"))
    headline, _, rest = text.partition("\n")
    return {"headline": headline, "body": rest.lstrip("\n").rstrip()}


@pytest.fixture(scope="module")
def texts() -> Texts:
    """The headline and the body of every article whose text is at hand."""
    if not SOURCES.is_dir():
        pytest.skip("the source texts are not part of the repository and not at hand")
    paths = {
        row["article_id"]: SOURCES / f"{row['article_id']}.txt" for row in read_table("articles")
    }
    found = {article: read_streams(path) for article, path in paths.items() if path.is_file()}
    assert found, "a folder of source texts that holds none of the articles"
    return found


def article_of_quote() -> dict[str, Row]:
    return {row["quote_id"]: row for row in read_table("quotes")}


def printed_spans() -> Iterator[tuple[str, str, int, int, str]]:
    """Yield article, stream, start, end and words of every span that the tables spell out."""
    quotes = article_of_quote()
    columns = {"quotes": "text", "quotation_mark_exclusions": "text", "quote_spans": "text"}
    columns |= {"mentions": "surface", "annotations": "source_text"}
    for table, column in columns.items():
        for row in read_table(table):
            if row[column]:
                owner = quotes[row["quote_id"]] if table == "quote_spans" else row
                span = int(row["start"]), int(row["end"])
                yield owner["article_id"], owner["stream"], *span, row[column]


def is_apostrophe(text: str, at: int) -> bool:
    before, after = text[at - 1 : at], text[at + 1 : at + 2]
    return before.isalnum() and after.isalnum()


def pairs_in_line(line: str) -> Iterator[tuple[int, int]]:
    """Yield what stands between the quotation marks of one line, as half-open spans."""
    opened: list[tuple[str, int]] = []
    for at, mark in enumerate(line):
        if mark in "'\u2018\u2019" and is_apostrophe(line, at):
            continue
        if opened and mark == PAIRS[opened[-1][0]]:
            yield opened.pop()[1], at
        elif mark in PAIRS:
            opened.append((mark, at + 1))


def pairs_in_text(text: str) -> Iterator[tuple[int, int]]:
    offset = 0
    for line in text.split("\n"):
        yield from ((offset + start, offset + end) for start, end in pairs_in_line(line))
        offset += len(line) + 1


def words_of(text: str) -> list[str]:
    return re.findall(r"\w+", text.casefold())


def shingles(words: list[str]) -> set[tuple[str, ...]]:
    return {tuple(words[at : at + SHINGLE]) for at in range(len(words) - SHINGLE + 1)}


def project_files() -> list[Path]:
    command = ["git", "ls-files", "--cached", "--others", "--exclude-standard", "-z"]
    listing = subprocess.run(command, cwd=ROOT, capture_output=True, check=False)
    if listing.returncode:
        pytest.skip("the files of the project can only be listed in a git working copy")
    return [ROOT / name for name in listing.stdout.decode().split("\0") if name]


def test_hashes_and_lengths_match_the_text(texts: Texts) -> None:
    for row in read_table("articles"):
        if row["article_id"] not in texts:
            continue
        streams = texts[row["article_id"]]
        held = (SOURCES / f"{row['article_id']}.txt").read_bytes()
        assert row["headline"] == streams["headline"]
        assert row["file_sha256"] == hashlib.sha256(held).hexdigest()
        for name, text in streams.items():
            assert row[f"{name}_sha256"] == hashlib.sha256(text.encode()).hexdigest()
            assert int(row[f"{name}_chars"]) == len(text)


def test_every_span_holds_the_words_it_claims(texts: Texts) -> None:
    spans = [span for span in printed_spans() if span[0] in texts]
    wrong = [span for span in spans if texts[span[0]][span[1]][span[2] : span[3]] != span[4]]
    assert spans
    assert not wrong


def test_every_span_lies_inside_its_text(texts: Texts) -> None:
    quotes = article_of_quote()
    for table in ("quotes", "quote_spans", "article_events", "mentions"):
        for row in read_table(table):
            owner = quotes[row["quote_id"]] if table == "quote_spans" else row
            text = texts.get(owner["article_id"], {}).get(owner.get("stream", "body"))
            if text is not None:
                start, end = int(row["start"]), int(row["end"])
                assert 0 <= start < end <= len(text), row
                assert text[start:end] == text[start:end].strip(), row


def test_every_pair_of_quotation_marks_is_judged_once(texts: Texts) -> None:
    judged: Counter[tuple[str, str, int, int]] = Counter()
    for row in read_table("quotes") + read_table("quotation_mark_exclusions"):
        if row["text"] and row["article_id"] in texts:
            judged[row["article_id"], row["stream"], int(row["start"]), int(row["end"])] += 1
    printed = Counter(
        (article, name, start, end)
        for article, streams in texts.items()
        for name, text in streams.items()
        for start, end in pairs_in_text(text)
    )
    assert judged == printed


def test_the_marks_stand_where_the_rows_say(texts: Texts) -> None:
    for row in read_table("quotes") + read_table("quotation_mark_exclusions"):
        if row["text"] and row["article_id"] in texts:
            text = texts[row["article_id"]][row["stream"]]
            assert text[int(row["start"]) - 1] == row["open_mark"], row
            assert text[int(row["end"])] == row["close_mark"], row


def test_words_around_a_quote_find_it_again(texts: Texts) -> None:
    for row in read_table("quotes"):
        if row["text"] and row["article_id"] in texts:
            text = texts[row["article_id"]][row["stream"]]
            anchor = row["prefix"] + row["text"] + row["suffix"]
            assert text.count(anchor) == 1, row["quote_id"]
            assert text.index(anchor) + len(row["prefix"]) == int(row["start"]), row["quote_id"]


def test_words_of_a_date_stand_in_the_paragraph_of_their_event(texts: Texts) -> None:
    for row in read_table("article_events"):
        if row["date_text"] and row["article_id"] in texts:
            body = texts[row["article_id"]]["body"]
            first = body.rfind("\n", 0, int(row["start"])) + 1
            assert row["date_text"] in body[first:].partition("\n")[0], row


def test_no_long_stretch_of_a_closed_article_is_in_the_repository(texts: Texts) -> None:
    licenses = {row["article_id"]: row["license"] for row in read_table("articles")}
    closed = [name for name in texts if licenses[name].startswith("LicenseRef-")]
    bodies = [shingles(words_of(texts[name]["body"])) for name in closed]
    protected: set[tuple[str, ...]] = set().union(*bodies)
    exempt = ROOT / "data" / "quotes.csv"
    leaks = {}
    for path in project_files():
        if path.is_file() and path != exempt:
            words = words_of(path.read_text(encoding="utf-8", errors="ignore"))
            if leaked := protected & shingles(words):
                leaks[str(path.relative_to(ROOT))] = " ".join(min(leaked))
    assert protected
    assert not leaks
