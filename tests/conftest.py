"""Settings of all tests."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

import pytest
from hypothesis import settings

if TYPE_CHECKING:
    from pathlib import Path

    from built_site import Site

# A busy machine is no failure, and CI tries the same examples each time.
settings.register_profile("here", deadline=None, derandomize="CI" in os.environ)
settings.load_profile("here")


@pytest.fixture(scope="session")
def first(tmp_path_factory: pytest.TempPathFactory) -> Site:
    """Return a small site that was built once; tests work on copies of it."""
    import built_site  # noqa: PLC0415 - most tests need no site

    return built_site.new(tmp_path_factory.mktemp("first") / "place")


@pytest.fixture
def site(first: Site, tmp_path: Path) -> Site:
    """Return a copy of a small site that was built once."""
    return first.copy(tmp_path / "place")
