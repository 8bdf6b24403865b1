"""Which servers are asked again with `--max-age`, and what is said about the others."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import pytest
from content_files import SITE
from test_crawl import crawl, needs_bwrap, spec

from generator.crawl.journal import Journal
from generator.crawl.plan import Target
from generator.crawl.visits import LONGEST_HINT, SAME_VERSION, Visit, age, of_snapshot, why_not
from generator.errors import CatalogueError
from generator.model import Attempt, Package, Remote, ServerSpec, Snapshot, Source
from generator.taxonomy import State

if TYPE_CHECKING:
    from pathlib import Path

DAY, NOW = 86_400, 2_000_000_000.0
REMOTE = Target(ServerSpec("a", "A"), remote=Remote("streamable-http", "https://a.example/mcp"))
PINNED = Target(ServerSpec("a", "A"), package=Package("npm", "a", version="1.0.0"))
LATEST = Target(ServerSpec("a", "A"), package=Package("npm", "a"))
SERVER = """
import json, sys
for line in sys.stdin:
    request = json.loads(line)
    results = {
        "server/discover": {"supportedVersions": ["2026-07-28"], "capabilities": {"tools": {}}},
        "tools/list": {"tools": [], "ttlMs": 7_200_000, "cacheScope": "SCOPE"},
    }
    result = results.get(request.get("method"))
    answer = {"error": {"code": -32601, "message": "no"}} if result is None else {"result": result}
    if "id" in request:
        print(json.dumps({"jsonrpc": "2.0", "id": request["id"], **answer}), flush=True)
"""


@pytest.mark.parametrize(
    ("target", "last", "reason"),
    [
        (REMOTE, None, ""),
        (REMOTE, Visit(NOW - 3 * DAY), "observed within 7 d"),
        (REMOTE, Visit(NOW - 8 * DAY), ""),
        (REMOTE, Visit(NOW - 3 * DAY, fresh_seconds=3600), ""),
        (REMOTE, Visit(NOW - 60, fresh_seconds=0), ""),
        (
            REMOTE,
            Visit(NOW - 8 * DAY, fresh_seconds=10 * DAY),
            "they said that their answer holds for 10 d",
        ),
        (
            REMOTE,
            Visit(NOW - 8 * DAY, fresh_seconds=90),
            "",
        ),
        (REMOTE, Visit(NOW - LONGEST_HINT, fresh_seconds=100 * LONGEST_HINT), ""),
        (PINNED, Visit(NOW - 400 * DAY, "1.0.0"), SAME_VERSION),
        (PINNED, Visit(NOW - 8 * DAY, "0.9.0"), ""),
        (LATEST, Visit(NOW - 8 * DAY, "1.0.0"), ""),
        (LATEST, Visit(NOW - 3 * DAY, "1.0.0"), "observed within 7 d"),
    ],
)
def test_who_is_asked_again(target: Target, last: Visit | None, reason: str) -> None:
    """Age decides, unless the server says how long it holds or its package names a version."""
    assert reason == why_not(target, last, NOW, 7 * DAY)


@pytest.mark.parametrize(("text", "seconds"), [("7d", 7 * DAY), ("12h", 43_200), ("30m", 1800)])
def test_ages(text: str, seconds: int) -> None:
    """An age is a number of days, hours or minutes."""
    assert seconds == age(text)


@pytest.mark.parametrize("text", ["7", "d", "-1d", "1w", "1.5h"])
def test_wrong_ages(text: str) -> None:
    """Another form is refused with what was expected."""
    with pytest.raises(CatalogueError) as refused:
        age(text)
    assert f"--max-age expected a number of d, h or m, such as 7d, got {text!r}" == str(
        refused.value
    )


def test_what_a_snapshot_remembers() -> None:
    """Without a journal the day of an observation counts, and a failed attempt after it does."""
    seen = Snapshot("a", "2033-05-18", State.OBSERVED, source=Source("stdio", version="1"))
    assert of_snapshot(seen) == Visit(1_999_987_200.0, "1")
    assert of_snapshot(None) is None
    assert of_snapshot(Snapshot("a", "2033-05-18", State.TIMED_OUT)) is None
    failed = Attempt("2033-05-19", State.TIMED_OUT, "late")
    again = Snapshot("a", "2033-05-18", State.OBSERVED, last_attempt=failed)
    assert of_snapshot(again) is None


@needs_bwrap
@pytest.mark.parametrize(
    ("scope", "fresh", "said"),
    [
        ("public", 7200, "they said that their answer holds for 2 h"),
        ("private", None, "observed within 7 d"),
    ],
)
def test_a_second_crawl(tmp_path: Path, scope: str, fresh: int | None, said: str) -> None:
    """A young observation is not repeated, the summary says why, and --force asks again.

    What a server says about its answer counts when it says so for everybody.
    """
    content, program = tmp_path / "content", tmp_path / "server" / "server.py"
    program.parent.mkdir()
    program.write_text(SERVER.replace("SCOPE", scope))
    spec(content, "fresh", program)
    first = crawl(content, "--all", "--max-age", "7d")
    assert "not asked again" not in first.stdout
    journal = Journal.open(tmp_path / "cache" / "journal.json")
    assert fresh == journal.fresh_seconds("fresh")
    second = crawl(content, "--all", "--max-age", "7d")
    assert second.returncode == 0
    assert second.stdout.endswith(f"1 server not asked again (--force asks):\n     1 {said}\n")
    assert "1 server of 1 observed" in crawl(content, "--all", "--max-age", "7d", "--force").stdout
    entry = json.loads((tmp_path / "cache" / "journal.json").read_text())["servers"]["fresh"]
    assert {"at", "on", "state", "version", "era", "seconds"} <= set(entry)


@needs_bwrap
def test_a_part_promises_what_it_asks(tmp_path: Path) -> None:
    """A share of the catalogue leaves out servers that wait, and merge does not miss them."""
    content, program = tmp_path / "content", tmp_path / "server" / "server.py"
    program.parent.mkdir()
    program.write_text(SERVER.replace("SCOPE", "public"))
    (content / "servers").mkdir(parents=True)
    (content / "site.yaml").write_text(SITE)
    spec(content, "fresh", program)
    crawl(content, "--all")
    part = tmp_path / "part"
    done = crawl(content, "--all", "--shard", "1/1", "--part", str(part), "--max-age", "7d")
    assert "1 server not asked again" in done.stdout
    assert json.loads((part / "part.json").read_text())["servers"] == []
