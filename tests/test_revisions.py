"""Reading revisions of a git repository: names, files, bytes, and what must never happen."""

from __future__ import annotations

import os
import subprocess
from pathlib import Path

import pytest

from copydesk.errors import UserError
from copydesk.revisions import Repository, repository

ENVIRONMENT = {
    "GIT_AUTHOR_NAME": "A", "GIT_AUTHOR_EMAIL": "a@example.org", "GIT_COMMITTER_NAME": "A",
    "GIT_COMMITTER_EMAIL": "a@example.org", "GIT_CONFIG_GLOBAL": os.devnull,
    "GIT_CONFIG_NOSYSTEM": "1",
}  # fmt: skip


def git(folder: Path, *arguments: str) -> str:
    done = subprocess.run(
        ["git", *arguments], cwd=folder, env={**os.environ, **ENVIRONMENT}, check=True,
        capture_output=True, text=True,
    )  # fmt: skip
    return done.stdout.strip()


def commit(folder: Path, files: dict[str, str | bytes | None], message: str = "change") -> str:
    for name, text in files.items():
        file = folder / name
        file.parent.mkdir(parents=True, exist_ok=True)
        if text is None:
            file.unlink()
        else:
            file.write_bytes(text if isinstance(text, bytes) else text.encode())
    git(folder, "add", "-A")
    git(folder, "commit", "-q", "-m", message)
    return git(folder, "rev-parse", "HEAD")


@pytest.fixture
def made(tmp_path: Path) -> Path:
    """A repository of two commits, the first of them tagged."""
    git(tmp_path, "init", "-q", "-b", "main")
    commit(tmp_path, {"a.csv": "id\n1\n", "data/b.csv": b"x\r\n\xff\r\n"})
    git(tmp_path, "tag", "v1.0.0")
    git(tmp_path, "tag", "-a", "-m", "told", "v1.0.1")
    commit(tmp_path, {"a.csv": "id\n2\n"})
    return tmp_path


def contents(found: Repository, revision: str) -> dict[str, bytes]:
    with found.objects() as objects:
        return {path: objects.read(blob) for path, blob in found.files(revision).items()}


def test_a_revision_is_read_as_it_was_committed(made: Path) -> None:
    (made / "a.csv").write_text("id\nnot committed\n")
    found = repository(made)
    assert contents(found, "HEAD~1") == {"a.csv": b"id\n1\n", "data/b.csv": b"x\r\n\xff\r\n"}
    assert contents(found, "main")["a.csv"] == b"id\n2\n"


def test_a_folder_of_the_repository_sees_its_own_files(made: Path) -> None:
    found = repository(made / "data")
    assert found.prefix == "data/"
    assert list(found.files("HEAD")) == ["b.csv"]
    assert list(found.files("HEAD", "")) == ["a.csv", "data/b.csv"]


def test_tags_lead_to_commits_however_they_were_made(made: Path) -> None:
    found = repository(made)
    first = git(made, "rev-parse", "HEAD~1")
    assert found.tags() == {"v1.0.0": first, "v1.0.1": first}
    assert found.commit("v1.0.1") == first


def test_histories_part_at_a_commit(made: Path) -> None:
    git(made, "checkout", "-q", "-b", "side", "HEAD~1")
    commit(made, {"c.csv": "id\n"})
    found = repository(made)
    assert found.merge_base("main", "side") == found.commit("v1.0.0")


@pytest.mark.parametrize(
    "name", ["nowhere", "", "--help", "-h", "--output=x", "HEAD:a.csv", "a\nb", "a\0b", "HEAD~99"]
)
def test_what_names_no_commit_is_the_users_mistake(made: Path, name: str) -> None:
    found = repository(made)
    with pytest.raises(UserError, match="no revision is called"):
        found.commit(name)
    assert not found.has(name)
    assert not (made / "x").exists()


def test_a_folder_outside_of_any_repository_is_told(tmp_path: Path) -> None:
    with pytest.raises(UserError, match="is not in a git repository"):
        repository(tmp_path)


def test_a_shallow_clone_says_that_it_lacks_history(made: Path, tmp_path: Path) -> None:
    clone = tmp_path / "clone"
    git(tmp_path, "clone", "-q", "--depth", "1", made.as_uri(), str(clone))
    found = repository(clone)
    assert found.shallow
    with pytest.raises(UserError, match="shallow clone has no revision") as told:
        found.commit("HEAD~1")
    assert "--unshallow" in told.value.hint


def test_a_link_leads_to_a_file_of_the_same_revision_only(made: Path) -> None:
    (made / "link.csv").symlink_to("data/b.csv")
    (made / "away.csv").symlink_to("/etc/hostname")
    (made / "round.csv").symlink_to("round.csv")
    git(made, "add", "-A")
    git(made, "commit", "-q", "-m", "links")
    found = repository(made)
    files = found.files("HEAD")
    with found.objects() as objects:
        there = objects.followed(files["link.csv"], files)
        assert there is not None
        assert there.path == "data/b.csv"
        assert objects.followed(files["away.csv"], files) is None
        assert objects.followed(files["round.csv"], files) is None


def test_submodules_are_left_out(made: Path) -> None:
    head = git(made, "rev-parse", "HEAD")
    git(made, "update-index", "--add", "--cacheinfo", f"160000,{head},other")
    git(made, "commit", "-q", "-m", "a submodule")
    assert sorted(repository(made).files("HEAD")) == ["a.csv", "data/b.csv"]


def test_reading_runs_no_filter_and_no_hook(made: Path, tmp_path: Path) -> None:
    mark = tmp_path / "ran"
    commit(made, {".gitattributes": "*.csv filter=evil\n"})
    git(made, "config", "filter.evil.smudge", f"touch {mark}; cat")
    git(made, "config", "core.fsmonitor", f"touch {mark}")
    found = repository(made)
    assert contents(found, "HEAD")["a.csv"] == b"id\n2\n"
    assert not mark.exists()


def test_variables_of_git_do_not_lead_to_another_repository(
    made: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    other = tmp_path / "other"
    other.mkdir()
    git(other, "init", "-q")
    monkeypatch.setenv("GIT_DIR", str(other / ".git"))
    assert "a.csv" in repository(made).files("HEAD")


def test_a_large_file_is_written_in_parts(made: Path, tmp_path: Path) -> None:
    data = b"0123456789" * 300_000
    commit(made, {"large.csv": data})
    found = repository(made)
    with found.objects() as objects:
        files = found.files("HEAD")
        objects.write(files["large.csv"], tmp_path / "out" / "large.csv")
        assert objects.read(files["a.csv"]) == b"id\n2\n"
    assert (tmp_path / "out" / "large.csv").read_bytes() == data
