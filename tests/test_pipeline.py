"""The hallway: what stops a build before a byte is written, and what a worker's end means."""

from __future__ import annotations

import shutil
from typing import TYPE_CHECKING

import content_files
import golden_site
import pytest

from generator import pipeline, pipeline_tasks
from generator.pipeline import server_entry

if TYPE_CHECKING:
    from pathlib import Path


TEMPLATES = golden_site.ROOT / "templates"


@pytest.fixture(scope="module")
def mini() -> pipeline.Loaded:
    """Load the four small servers with the rules and words of content/."""
    return golden_site.mini()


def test_a_rule_without_its_predicate_is_named(tmp_path: Path) -> None:
    """Rules and predicates meet one to one; otherwise nothing is built."""
    sources = golden_site.folders(tmp_path)
    first = min((sources[0] / "rules").iterdir())
    first.rename(first.with_name("no.predicate.yaml"))
    plan, problems = pipeline.planned(sources, tmp_path / "site", TEMPLATES, golden_site.TODAY)
    told = [problem.message for problem in problems if problem.rule == "rules.unsound"]
    assert "rule no.predicate has no predicate" in told
    assert f"predicate {first.stem} has no rule file" in told
    assert plan is None
    assert not (tmp_path / "site").exists()


def test_lowering_a_rating_needs_a_reason(tmp_path: Path) -> None:
    """A correction towards less risk with a short reason stops the build, and is named."""
    sources = golden_site.folders(tmp_path)
    shutil.rmtree(sources[1] / "overrides")
    (sources[0] / "overrides").mkdir()
    (sources[0] / "overrides" / "acme.yaml").write_text(
        "overrides:\n- tool: run_script\n  field: level\n  value: low\n  reason: It is fine.\n"
        "  author: a\n  date: 2026-11-20\n"
    )
    built = golden_site.built(tmp_path / "site", sources=sources)
    assert [str(problem) for problem in built.problems] == [
        (
            "content/overrides/acme.yaml:2: lint.short-reason: reason (expected at least 40 "
            "characters to lower a rating, got 11)"
        )
    ]
    assert not (tmp_path / "site").exists()


def test_work_on_one_server_needs_nothing_else(mini: pipeline.Loaded) -> None:
    """An entry is the same whether its siblings were worked on before or not."""
    shop = mini.workshop
    assert shop is not None
    last = mini.content.servers[-1]
    alone = server_entry(last, shop)
    for server in mini.content.servers:
        server_entry(server, shop)
    assert server_entry(last, shop) == alone


def test_a_policy_file_of_no_format_is_a_problem(tmp_path: Path) -> None:
    """The check of a built site knows each policy file by its name."""
    found = pipeline_tasks.policy_problems("policies/acme.locked.nothing.txt", "")
    assert [problem.message for problem in found] == [
        'the file (expected the name of a format, got "nothing")'
    ]
    assert pipeline_tasks.policy_problems("policies/acme.yaml", "tools: [") != []
    assert not list(tmp_path.iterdir())


def test_linting_server_by_server_finds_what_loading_all_finds(tmp_path: Path) -> None:
    """Problems within files, between the files of a server, and between servers, in one order."""
    override = (
        "overrides:\n- tool: gone\n  field: level\n  value: critical\n  reason: As it is.\n"
        "  author: us\n  date: 2026-11-01\n"
    )
    named = f"name: io.example/one\n{content_files.SERVER}"
    files: dict[str, str | bytes] = {
        "servers/a.yaml": named,
        "servers/b.yaml": named,
        "servers/c.yaml": "titel: C\n",
        "servers/d.yaml": b"\xff",
        "servers/no slug.yaml": content_files.SERVER,
        "snapshots/a.json": content_files.observed("a", [{"name": "one", "inputSchema": {}}]),
        "snapshots/lost.json": "{}",
        "overrides/a.yaml": override,
        "rules/schema.param.count.yaml": "axis: risk\n",
        "attacks/x.md": content_files.ATTACK.replace("url: https://example.org/a", "url: no"),
        "pages/levels.md": "no front matter",
        "faq/q.md": content_files.FAQ.replace("{tool}", "{nothing}"),
    }
    content_files.write(tmp_path / "content", files)
    loaded = pipeline.load([tmp_path / "content"], golden_site.TODAY)
    found = pipeline.linted([tmp_path / "content"], golden_site.TODAY)
    assert len(found.problems) > 10
    assert loaded.problems == found.problems
    assert (len(loaded.content.servers), 1) == (found.servers, found.tools)
    plan, problems = pipeline.planned(
        [tmp_path / "content"], tmp_path / "site", TEMPLATES, golden_site.TODAY
    )
    assert plan is None
    assert tuple(problems) == found.problems
