"""Scalar SQL functions that the rules of a dataset may call, each a DuckDB macro.

Macros and not Python functions, so that a rule stays SQL and a row never leaves the database.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType

_DATE = r"\d{4}(?:-\d\d){0,2}[?~%]?"
_END = rf"(?:{_DATE}|\.\.)"
_EDTF = rf"{_DATE}|{_END}/{_END}|\[{_DATE}(?:,{_DATE})+\]|\{{{_DATE}(?:,{_DATE})+\}}"

# Greek without mu and omega, which stand before and after Latin letters in units of measurement.
_GREEK = r"\x{0370}-\x{03A8}\x{03AA}-\x{03BB}\x{03BD}-\x{03C8}\x{03CA}-\x{03FF}\x{1F00}-\x{1FFF}"
_ALIKE = rf"[\p{{Cyrillic}}\p{{Armenian}}\p{{Cherokee}}\p{{Lisu}}{_GREEK}]"

# Short lists and not Unicode classes: to compile `\p{L}` takes longer than to check a small table.
_SIGNS = r"[:punct:]\s\x{A0}\x{A1}\x{AB}\x{B7}\x{BB}\x{BF}\x{2000}-\x{206F}\x{3000}-\x{3004}"
# Digits, modifier letters and marks, which belong to no script or to several.
_UNSCRIPTED = r"\d\x{2B0}-\x{36F}\x{64B}-\x{65F}\x{3008}-\x{3020}\x{30FB}\x{30FC}"

_SCRIPTS = {
    "Arab": r"\p{Arabic}",
    "Armn": r"\p{Armenian}",
    "Cyrl": r"\p{Cyrillic}",
    "Deva": r"\p{Devanagari}",
    "Geor": r"\p{Georgian}",
    "Grek": r"\p{Greek}",
    "Hang": r"\p{Hangul}",
    "Hani": r"\p{Han}",
    "Hans": r"\p{Han}",
    "Hant": r"\p{Han}",
    "Hebr": r"\p{Hebrew}",
    "Jpan": r"\p{Han}\p{Hiragana}\p{Katakana}",
    "Kore": r"\p{Hangul}\p{Han}",
    "Latn": r"\p{Latin}",
    "Thai": r"\p{Thai}",
}

_COUNTRIES = """
AD AE AF AG AI AL AM AO AQ AR AS AT AU AW AX AZ BA BB BD BE BF BG BH BI BJ BL BM BN BO BQ BR BS BT
BV BW BY BZ CA CC CD CF CG CH CI CK CL CM CN CO CR CU CV CW CX CY CZ DE DJ DK DM DO DZ EC EE EG EH
ER ES ET FI FJ FK FM FO FR GA GB GD GE GF GG GH GI GL GM GN GP GQ GR GS GT GU GW GY HK HM HN HR HT
HU ID IE IL IM IN IO IQ IR IS IT JE JM JO JP KE KG KH KI KM KN KP KR KW KY KZ LA LB LC LI LK LR LS
LT LU LV LY MA MC MD ME MF MG MH MK ML MM MN MO MP MQ MR MS MT MU MV MW MX MY MZ NA NC NE NF NG NI
NL NO NP NR NU NZ OM PA PE PF PG PH PK PL PM PN PR PS PT PW PY QA RE RO RS RU RW SA SB SC SD SE SG
SH SI SJ SK SL SM SN SO SR SS ST SV SX SY SZ TC TD TF TG TH TJ TK TL TM TN TO TR TT TV TW TZ UA UG
UM US UY UZ VA VC VE VG VI VN VU WF WS YE YT ZA ZM ZW
"""


@dataclass(frozen=True)
class Function:
    """One SQL function: its words, the statements that create it, and the functions it calls."""

    name: str
    signature: str
    what: str
    sql: tuple[str, ...]
    needs: tuple[str, ...] = ()


def _macro(signature: str, returns: str, what: str, body: str, *needs: str) -> Function:
    statement = f"CREATE MACRO {signature} AS ({' '.join(body.split())})"
    name = signature.partition("(")[0]
    return Function(name, f"{signature} -> {returns}", what, (statement,), needs)


def _script_cases() -> str:
    return " ".join(
        f"WHEN '{code}' THEN regexp_full_match(letters, '[{letters}]+')"
        for code, letters in _SCRIPTS.items()
    )


_DATES = (
    _macro(
        "edtf_first_day(value)",
        "DATE",
        "Return the first day of one EDTF date without its qualifier; NULL if there is no such"
        " day.",
        "try_cast(left(rtrim(value, '?~%') || '-01-01', 10) AS DATE)",
    ),
    _macro(
        "edtf_last_day(value)",
        "DATE",
        "Return the last day of one EDTF date without its qualifier; NULL if there is no such day.",
        """CASE length(rtrim(value, '?~%'))
           WHEN 7 THEN last_day(try_cast(rtrim(value, '?~%') || '-01' AS DATE))
           ELSE try_cast(left(rtrim(value, '?~%') || '-12-31', 10) AS DATE) END""",
    ),
    _macro(
        "edtf_members(value)",
        "VARCHAR[]",
        "Return the dates that an EDTF value is written with: the two ends of an interval, the"
        " members of a set, or the single date.",
        "string_split(translate(value, '/[]{}', ','), ',')",
    ),
    _macro(
        "edtf_days(value)",
        "DATE[]",
        "Return the first and the last day that an EDTF value covers, each NULL where an end is"
        " open; NULL for a value that is not valid. A qualifier does not widen a date: `2019~`"
        " runs from 2019-01-01 to 2019-12-31.",
        f"""CASE WHEN regexp_full_match(value, '{_EDTF}') AND NOT contains(value, '0000') THEN
            list_transform(
              [list_transform(edtf_members(value),
                lambda part: [edtf_first_day(part), edtf_last_day(part)])],
              lambda days: CASE
                WHEN len(list_filter(days, lambda day: day[1] IS NULL))
                  <> starts_with(value, '..')::INTEGER + suffix(value, '..')::INTEGER THEN NULL
                WHEN NOT contains(value, '/') THEN
                  [list_min(list_transform(days, lambda day: day[1])),
                   list_max(list_transform(days, lambda day: day[2]))]
                WHEN coalesce(days[1][1] <= days[2][2], true) THEN [days[1][1], days[2][2]]
              END)[1] END""",
        "edtf_members",
        "edtf_first_day",
        "edtf_last_day",
    ),
    _macro(
        "edtf_valid(value)",
        "BOOLEAN",
        "Return whether a text is an EDTF value of the profile: a year (0001 to 9999), month or"
        " day, each with `?`, `~` or `%` or without; an interval `a/b`, whose ends may be open"
        " (`..`) and which does not run backwards; a set `[a,b]` (one of) or `{a,b}` (all) of"
        " two dates or more. Seasons, times, empty ends, unspecified digits, ranges inside sets"
        " and days that do not exist are outside.",
        "CASE WHEN value IS NOT NULL THEN edtf_days(value) IS NOT NULL END",
        "edtf_days",
    ),
    _macro(
        "edtf_earliest(value)",
        "DATE",
        "Return the first day that an EDTF value covers; NULL for an open beginning and for a"
        " value that is not valid.",
        "edtf_days(value)[1]",
        "edtf_days",
    ),
    _macro(
        "edtf_latest(value)",
        "DATE",
        "Return the last day that an EDTF value covers; NULL for an open end and for a value"
        " that is not valid.",
        "edtf_days(value)[2]",
        "edtf_days",
    ),
    _macro(
        "edtf_precision(value)",
        "VARCHAR",
        "Return the class of an EDTF value: `day`, `month` or `year` for a single date,"
        " `multi_day` for an interval between two days, `range` for any other closed interval,"
        " `before` or `after` for a half-open one, `unknown` for `../..`, `set` for a set; NULL"
        " for a value that is not valid.",
        r"""CASE WHEN edtf_days(value) IS NULL THEN NULL
            WHEN value = '../..' THEN 'unknown'
            WHEN starts_with(value, '..') THEN 'before'
            WHEN suffix(value, '..') THEN 'after'
            WHEN left(value, 1) IN ('[', '{') THEN 'set'
            WHEN regexp_matches(value, '-\d\d-\d\d[?~%]?/.*-\d\d-\d\d') THEN 'multi_day'
            WHEN contains(value, '/') THEN 'range'
            ELSE CASE length(rtrim(value, '?~%'))
                 WHEN 4 THEN 'year' WHEN 7 THEN 'month' ELSE 'day' END END""",
        "edtf_days",
    ),
)


_TEXTS = (
    _macro(
        "fold_quotes(value)",
        "VARCHAR",
        "Return a text with every kind of single quotation mark and apostrophe as `'` and every"
        ' kind of double one as `"`.',
        """translate(value, '‘’‚‛‹›ʼ＇“”„‟«»＂', '''''''''''''''''""" + '"' * 7 + "')",
    ),
    _macro(
        "text_key(value)",
        "VARCHAR",
        "Return what two texts have in common if they differ only in capitals, punctuation,"
        " apostrophes and spaces.",
        rf"""trim(regexp_replace(replace(fold_quotes(lower(value)), '''', ''),
            '[{_SIGNS}]+', ' ', 'g'))""",
        "fold_quotes",
    ),
    _macro(
        "word_count(value)",
        "BIGINT",
        "Return the number of words of a text: what stands between spaces, dashes and slashes"
        " and holds a letter or digit.",
        rf"""len(list_filter(string_split_regex(value, '[\s\x{{A0}}—–/]+'),
            lambda word: regexp_matches(word, '[^{_SIGNS}]')))""",
    ),
    _macro(
        "slugify(value)",
        "VARCHAR",
        "Return a text as an identifier: lower-case letters a to z and digits, joined by"
        " hyphens; accents and apostrophes are dropped. NULL if nothing is left.",
        """nullif(trim(regexp_replace(replace(replace(replace(replace(replace(
           translate(strip_accents(lower(fold_quotes(value))), 'øłđðıħ', 'olddih'),
           'ß', 'ss'), 'æ', 'ae'), 'œ', 'oe'), 'þ', 'th'), '''', ''),
           '[^a-z0-9]+', '-', 'g'), '-'), '')""",
        "fold_quotes",
    ),
    _macro(
        "mixed_script(value)",
        "BOOLEAN",
        "Return whether a word of a text mixes Latin letters with letters of a script that look"
        " like them: Cyrillic, Greek, Armenian, Cherokee or Lisu. Units such as `μm` do not"
        " count.",
        rf"""regexp_matches(value,
            '\p{{Latin}}[\p{{L}}\p{{M}}]*{_ALIKE}|{_ALIKE}[\p{{L}}\p{{M}}]*\p{{Latin}}')""",
    ),
    _macro(
        "in_script(value, code)",
        "BOOLEAN",
        f"Return whether all letters of a text belong to the script with this ISO 15924 code"
        f" ({', '.join(_SCRIPTS)}) and there is at least one; NULL for another code.",
        rf"""list_transform([regexp_replace(value, '[{_SIGNS}{_UNSCRIPTED}]+', '', 'g')],
             lambda letters: CASE code {_script_cases()} END)[1]""",
    ),
)


_CODES = (
    _macro(
        "url_host(value)",
        "VARCHAR",
        "Return the host of an http(s) address in lower case without `www.`; NULL if it is none.",
        r"nullif(regexp_replace(regexp_extract(lower(value), '^https?://([^/:?#]+)', 1),"
        r" '^www\.', ''), '')",
    ),
    _macro(
        "is_country(value)",
        "BOOLEAN",
        "Return whether a text is an officially assigned ISO 3166-1 alpha-2 code.",
        f"contains(' {' '.join(_COUNTRIES.split())} ', ' ' || value || ' ') AND length(value) = 2",
    ),
)


FUNCTIONS: Mapping[str, Function] = MappingProxyType(
    {function.name: function for function in (*_DATES, *_TEXTS, *_CODES)}
)
"""All functions by name; each stands after those that it needs."""


def functions_called(sql: str) -> tuple[Function, ...]:
    """Return the functions whose names occur in a text and those they need, in creation order."""
    wanted: set[str] = set()
    pending = set(re.findall(r"\w+", sql.lower())) & FUNCTIONS.keys()
    while pending:
        wanted |= pending
        pending = {need for name in pending for need in FUNCTIONS[name].needs} - wanted
    return tuple(function for name, function in FUNCTIONS.items() if name in wanted)
