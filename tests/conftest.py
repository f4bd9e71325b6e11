"""Fixtures: the project, and the companion folder with source texts and conformance cases."""

from __future__ import annotations

from pathlib import Path

import pytest

PROJECT = Path(__file__).resolve().parent.parent


@pytest.fixture(scope="session")
def project() -> Path:
    return PROJECT


@pytest.fixture(scope="session")
def shared() -> Path:
    folder = PROJECT.parent / "shared"
    if not folder.is_dir():
        pytest.skip("the folder with source texts and conformance cases is not beside the project")
    return folder
