"""Report → Data Docs: the pages of Great Expectations, which load nothing from a network.

Its own renderers write them. They count on style sheets and scripts of other servers; here
`page.css` and `page.js` stand in for these, so that the pages can be read anywhere.
"""

from __future__ import annotations

import html
import importlib.util
import re
import shutil
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from copydesk.engine.gx import write_data_docs
from copydesk.engine.results import of_set
from copydesk.errors import MissingDependency, UserError
from copydesk.findings import Report
from copydesk.report.gx import document

MARK = ".copydesk-data-docs"
"""The file by which a folder is known that was written here."""

_POLICY = "default-src 'self' file: data: 'unsafe-inline'"
_SIGNS = {"<": "\ue000", ">": "\ue001", "&": "\ue002"}
_HIDDEN = str.maketrans(_SIGNS)
_AS_HTML = str.maketrans({hidden: html.escape(sign) for sign, hidden in _SIGNS.items()})
_AS_STRING = str.maketrans({hidden: f"\\u{ord(sign):04x}" for sign, hidden in _SIGNS.items()})
_SCRIPT = re.compile(r"<script>.*?</script>", re.S)
_LOADED = re.compile(
    r'<script[^>]*\ssrc="(?:https?:)?//[^>]*>\s*</script>|<link[^>]*\shref="(?:https?:)?//[^>]*>'
)
_LOGO = re.compile(r'src="https?://[^"]*?/(logo-long)\.png[^"]*"')
_URL = re.compile(r"""url\(\s*['"]?(?:https?:)?//[^)]*\)""")
_BESIDE = re.compile(r'="(?:\.\./)*static/')
_OTHER = re.compile(r'\ssrc="(?:https?:)?//[^"]*"')


def require_writable(folder: Path) -> None:
    """Raise UserError, or MissingDependency, if pages cannot be written to a folder."""
    if importlib.util.find_spec("great_expectations") is None:
        raise MissingDependency("great-expectations", "gx", "the pages of Data Docs")
    if not folder.absolute().parent.is_dir():
        raise UserError(f"the folder of `{folder}` does not exist", hint="create it first")
    if folder.is_symlink() or (folder.exists() and not folder.is_dir()):
        raise UserError(f"`{folder}` is not a folder", hint="name another one")
    if folder.is_dir() and any(folder.iterdir()) and not (folder / MARK).is_file():
        raise UserError(
            f"`{folder}` is not empty, and was not written by --data-docs",
            hint="name a folder that does not exist yet",
        )


def build(report: Report, folder: Path) -> Path:
    """Write the pages on the suites of a report to a folder; return the first one.

    What copydesk has written there before is replaced once all is written. Raises UserError.
    """
    require_writable(folder)
    if not report.expectations:
        raise UserError(
            "no expectation was judged, so that Data Docs have nothing to show",
            hint="put a suite beside a schema: schemas/<table>.expectations.json",
        )
    beside = Path(tempfile.mkdtemp(prefix=f".{folder.name}-", dir=folder.absolute().parent))
    try:
        made = beside / "new"
        made.mkdir()
        write_data_docs(list(_prepared(report)), made)
        _make_local(made)
        if folder.exists():
            folder.rename(beside / "old")
        made.rename(folder)
    finally:
        shutil.rmtree(beside)
    return folder / "index.html"


def _prepared(report: Report) -> Iterator[dict[str, Any]]:
    """Yield the validation results as their renderers can show them; a name is a part of paths.

    Some texts they put into the pages as they are, others they escape: none keeps its signs of
    HTML until the pages are written.
    """
    for number, result in enumerate(document(report)["validation_results"]):
        name, asset = result["suite_name"], result["meta"]["active_batch_definition"]
        result["results"] = [
            _hidden({**one, "result": _of_set(one["result"])}) for one in result["results"]
        ]
        result["suite_name"] = _path(name, number)
        asset["data_asset_name"] = _path(asset["data_asset_name"], number)
        asset["datasource_name"] = _path(asset["datasource_name"], number)
        asset["batch_identifiers"] = _hidden(asset["batch_identifiers"])
        result["meta"]["batch_kwargs"] = {"data_asset_name": asset["data_asset_name"]}
        yield result


def _of_set(result: dict[str, Any]) -> dict[str, Any]:
    """Return a result; that of a set of values with words, since they have no renderer for it."""
    words = of_set(result)
    return {"observed_value": words} if words else result


def _hidden(value: Any) -> Any:
    """Return a value with other signs for those of HTML; the operator of a condition is none."""
    if isinstance(value, dict):
        return {_hidden(k): v if k == "operator" else _hidden(v) for k, v in value.items()}
    if isinstance(value, list):
        return [_hidden(v) for v in value]
    return value.translate(_HIDDEN) if isinstance(value, str) else value


def _shown(page: str) -> str:
    """Return a page with the signs of HTML that texts had, so that they mean themselves."""

    def script(match: re.Match[str]) -> str:
        table = "bootstrapTable" in match[0]  # whose texts are HTML
        return match[0].translate(_AS_HTML if table else _AS_STRING)

    for hidden in _SIGNS.values():  # as Python and JSON write what is not printed
        page = page.replace(f"\\u{ord(hidden):04x}", hidden)
    return _SCRIPT.sub(script, page).translate(_AS_HTML)


def _path(name: str, number: int) -> str:
    plain = re.sub(r"[^\w-]", "_", name)
    return plain if plain == name else f"{plain}_{number}"


def _make_local(folder: Path) -> None:
    """Let the pages load nothing but what lies beside them."""
    home = Path(__file__).parent
    for name in ("page.css", "page.js"):
        shutil.copyfile(home / name, folder / "static" / name)
    for file in sorted([*folder.rglob("*.html"), *folder.rglob("*.css")]):
        up = "../" * (len(file.relative_to(folder).parts) - 1)
        text = _URL.sub("none", file.read_text(encoding="utf-8"))
        text = _shown(_LOADED.sub("", text))
        text = _LOGO.sub(rf'src="{up}static/images/\1.png"', text)
        text = _BESIDE.sub(f'="{up}static/', _OTHER.sub("", text))
        head = (
            f'<meta http-equiv="Content-Security-Policy" content="{_POLICY}">\n'
            f'<link rel="stylesheet" href="{up}static/page.css">\n'
            f'<script src="{up}static/page.js"></script>\n'
        )
        text = text.replace("<head>", f"<head>\n{head}", 1)
        file.write_text(text, encoding="utf-8")
    (folder / MARK).write_text("written by copydesk check --data-docs\n", encoding="utf-8")
