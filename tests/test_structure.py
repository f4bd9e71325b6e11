"""The shape of the repository: sizes, layers, doors, locks, and what no file may name."""

from __future__ import annotations

import ast
import re
import subprocess
import sys
import tomllib
import zipfile
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent
SRC = ROOT / "src" / "copydesk"
PYPROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
MODULES = sorted(SRC.rglob("*.py"))
TESTS = sorted((ROOT / "tests").rglob("test_*.py"))

# Written so that the patterns do not find themselves.
HOSTS = re.compile(r"pypi\.org|pythonhosted\.org|npmjs\.(?:org|com)|--(?:extra-)?index[-]url")
PLACES = re.compile(r"/(?:home|Users|root)/[\w.-]+|[A-Z]:\\\\?Users\b")

Function = ast.FunctionDef | ast.AsyncFunctionDef


def relative(path: Path) -> str:
    return path.relative_to(ROOT).as_posix()


def functions(path: Path) -> Iterator[Function]:
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, Function):
            yield node


def imports(path: Path) -> Iterator[str]:
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            yield node.module or "."


def tracked() -> Iterator[Path]:
    """Files that git has or would take: those ignored are left out."""
    command = ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"]
    listed = subprocess.run(command, cwd=ROOT, capture_output=True, check=True, text=True).stdout
    found = (ROOT / name for name in listed.split("\0") if name)
    return (path for path in found if path.is_file() and not path.is_symlink())


def pins(name: str) -> dict[str, str]:
    """Return `package marker` → version for every pin of a lock."""
    text = (ROOT / name).read_text(encoding="utf-8")
    found = re.findall(r"^([\w.-]+)==(\S+)(?: ; (.+?))?(?: \\)?$", text, re.MULTILINE)
    return {f"{package} {marker}".strip(): version for package, version, marker in found}


def test_no_module_is_longer_than_400_lines() -> None:
    lengths = {relative(p): len(p.read_text(encoding="utf-8").splitlines()) for p in MODULES}
    assert {name: n for name, n in lengths.items() if n > 400} == {}


def test_no_function_is_longer_than_45_lines() -> None:
    lengths = {
        f"{relative(p)}:{f.lineno} {f.name}": (f.end_lineno or 0) - f.lineno + 1
        for p in MODULES
        for f in functions(p)
    }
    assert {name: n for name, n in lengths.items() if n > 45} == {}


def test_no_class_has_more_than_one_base() -> None:
    classes = [
        (path, node)
        for path in MODULES
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
        if isinstance(node, ast.ClassDef)
    ]
    assert [f"{relative(p)} {c.name}" for p, c in classes if len(c.bases) > 1] == []


def test_no_module_is_named_after_nothing() -> None:
    vague = {"utils", "util", "helpers", "common", "misc", "managers", "handlers"}
    assert [relative(p) for p in MODULES if p.stem.strip("_") in vague] == []


def test_a_python_script_is_a_door_of_at_most_60_lines_with_its_requirements() -> None:
    doors = sorted((ROOT / "scripts").glob("*.py"))
    texts = {relative(p): p.read_text(encoding="utf-8") for p in doors}
    assert texts
    assert [name for name, text in texts.items() if text.count("\n") > 60] == []
    assert [name for name, text in texts.items() if not text.startswith("# /// script\n")] == []


def test_nothing_imports_the_scripts() -> None:
    assert [
        relative(p)
        for p in [*MODULES, *TESTS]
        if any(name.split(".")[0] in ("scripts", "gen_docs") for name in imports(p))
    ] == []


def test_the_layers_name_every_module_once() -> None:
    contract = PYPROJECT["tool"]["importlinter"]["contracts"][0]
    layered = [name.strip() for layer in contract["layers"] for name in layer.split("|")]
    modules = {p.stem for p in SRC.glob("*.py")} | {p.parent.name for p in SRC.glob("*/*.py")}
    assert contract["exhaustive"] is True
    assert len(layered) == len(set(layered))
    assert set(layered) == modules - {"__init__", "__main__"}


@pytest.mark.parametrize("pattern", [HOSTS, PLACES], ids=["registry hosts", "places of a machine"])
def test_no_file_names_what_only_one_machine_knows(pattern: re.Pattern[str]) -> None:
    found = []
    for path in tracked():
        text = path.read_text(encoding="utf-8", errors="replace")
        found += [f"{relative(path)}: {match[0]}" for match in pattern.finditer(text)]
    assert found == []


def test_no_file_names_the_place_of_this_clone() -> None:
    named = [relative(p) for p in tracked() if str(ROOT).encode() in p.read_bytes()]
    assert named == []


def asserting(tree: ast.Module) -> set[str]:
    """Return the functions that assert something, themselves or through others of the module."""
    own, calls = set(), {}
    for node in ast.walk(tree):
        if isinstance(node, Function):
            parts = list(ast.walk(node))
            names = {ast.unparse(p.func) for p in parts if isinstance(p, ast.Call)}
            calls[node.name] = names
            direct = names & {"pytest.raises", "pytest.warns", "pytest.fail"}
            if direct or any(isinstance(p, ast.Assert) for p in parts):
                own.add(node.name)
    while more := {name for name, called in calls.items() if called & own} - own:
        own |= more
    return own


def test_every_test_asserts_something() -> None:
    weak = []
    for path in TESTS:
        tree = ast.parse(path.read_text(encoding="utf-8"))
        asserts = asserting(tree)
        tests = [f for f in functions(path) if f.name.startswith("test")]
        weak += [f"{relative(path)}:{f.lineno} {f.name}" for f in tests if f.name not in asserts]
    assert weak == []


def test_no_test_is_a_method() -> None:
    classes = [
        f"{relative(path)} {node.name}"
        for path in TESTS
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
        if isinstance(node, ast.ClassDef) and node.name.startswith("Test")
    ]
    assert classes == []


def test_the_larger_lock_holds_the_smaller_one() -> None:
    small, large = pins("requirements.lock"), pins("requirements-dev.lock")
    assert {"click", "duckdb", "frictionless", "hatchling"} <= small.keys()
    assert small.items() <= large.items()


@pytest.mark.parametrize("name", ["requirements.lock", "requirements-dev.lock"])
def test_every_pin_has_its_hashes(name: str) -> None:
    text = (ROOT / name).read_text(encoding="utf-8")
    blocks = re.split(r"^(?=[\w.-]+==)", text, flags=re.MULTILINE)[1:]
    assert len(blocks) == len(pins(name))
    assert [block.split()[0] for block in blocks if "--hash=sha256:" not in block] == []


def test_the_build_backend_is_locked_as_it_is_asked_for() -> None:
    assert PYPROJECT["dependency-groups"]["build"] == PYPROJECT["build-system"]["requires"]


def test_the_wheel_holds_every_file_of_the_package(tmp_path: Path) -> None:
    command = [sys.executable, "-m", "hatchling", "build", "-t", "wheel", "-d", str(tmp_path)]
    subprocess.run(command, cwd=ROOT, check=True, capture_output=True)
    (wheel,) = tmp_path.glob("*.whl")
    held = set(zipfile.ZipFile(wheel).namelist())
    files = [p for p in SRC.rglob("*") if p.is_file() and p.suffix != ".pyc"]
    assert {p.relative_to(SRC.parent).as_posix() for p in files} <= held
    assert any(name.endswith("licenses/LICENSE") for name in held)
