"""The published texts: complete, in the agreed form, with policy examples that can be used."""

from __future__ import annotations

import re
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
import yaml
from derive_samples import committed, committed_servers

from generator import pipeline
from generator.content import load
from generator.taxonomy import Category, Facet, Level

if TYPE_CHECKING:
    from generator.model import AttackEntry, Prose

CONTENT, PROBLEMS = load([Path(__file__).parent.parent / "content"])
ATTACKS = CONTENT.attacks
PAGES = {page.slug: page for page in CONTENT.pages}
SECTIONS = [
    "What happened",
    "How it works",
    "Who was affected",
    "What would have stopped it",
    "What to look for in a definition",
]
PATTERNS = {
    "hide-destructive",
    "allow-values",
    "read-only-set",
    "recipient-allowlist",
    "url-allowlist",
    "path-prefix",
    "rate-limit",
    "spend-cap",
    "hide-secret-readers",
    "pin-definitions",
    "allowlist-servers",
    "split-trifecta",
    "outside",
}
TOP_KEYS = {"version", "description", "default", "hide", "tools"}
RULE_KEYS = {"name", "action", "rate_limit", "conditions", "on_deny", "state"}
STATE_KEYS = {"counter", "window", "increment", "increment_from"}
POSITIVE = {"eq", "in", "lt", "lte", "gt", "gte", "regex", "exists"}
FORBIDDEN = re.compile(
    r"\b(safe|safely|unsafe|secure|securely|trusted|malicious|implicated)\b", re.IGNORECASE
)
LONG_DASH = re.compile("[\N{EN DASH}\N{EM DASH}]")
US_DATE = re.compile(
    r"\b(?:January|February|March|April|June|July|August|September|October"
    r"|November|December) \d{1,2}\b"
)
FENCE = re.compile(r"^```yaml\n(.*?)^```$", re.MULTILINE | re.DOTALL)


def _blocks(attack: AttackEntry) -> list[str]:
    return FENCE.findall(attack.body)


def _prose(text: AttackEntry | Prose) -> str:
    """Return every word we publish of one text; titles of references belong to others."""
    parts = [text.title, text.summary, text.body]
    parts += [text.advice, text.purpose] if hasattr(text, "advice") else [text.prevention]
    return "\n".join(parts)


def test_every_published_text_loads_without_a_problem() -> None:
    """Front matter, keys, types and dates of all attacks and pages are as the loader wants."""
    mine = [str(one) for one in PROBLEMS if "/attacks/" in str(one) or "/pages/" in str(one)]
    assert mine == []


@pytest.mark.parametrize(
    "slug",
    [f"category-{category.slug}" for category in Category]
    + [f"level-{level.value}" for level in Level]
    + [f"facet-{facet.value.replace('_', '-')}" for facet in Facet]
    + ["categories", "levels", "attacks", "rules", "servers", "tools", "methodology"]
    + ["glossary", "home", "not-found", "api", "faq", "search", "stack", "compare"],
)
def test_every_category_level_facet_and_index_has_its_text(slug: str) -> None:
    """A page kind without words of ours fails here and not in front of a reader."""
    assert PAGES[slug].title
    assert PAGES[slug].summary.endswith(".")
    assert PAGES[slug].body


@pytest.mark.parametrize("category", Category)
def test_a_category_has_advice_and_purpose_of_its_own(category: Category) -> None:
    """Tool pages end with the advice and begin with the purpose of their category."""
    page = PAGES[f"category-{category.slug}"]
    assert page.advice.endswith(".")
    assert page.purpose.endswith(".")


def test_there_are_at_least_forty_attack_entries() -> None:
    """The attack database holds what is publishable, of every kind."""
    assert len(ATTACKS) >= 40
    assert {"pattern", "incident", "vulnerability", "research"} == {a.kind for a in ATTACKS}


@pytest.mark.parametrize("attack", ATTACKS, ids=lambda a: a.slug)
def test_an_attack_entry_is_complete(attack: AttackEntry) -> None:
    """Sections in order, numbered steps, sources with title and publisher, the day of a check."""
    headings = re.findall(r"^## (.+)$", attack.body, re.MULTILINE)
    assert headings == SECTIONS
    assert re.search(r"^1\. .+\n2\. ", attack.body, re.MULTILINE)
    assert attack.references
    assert all(reference.title and reference.publisher for reference in attack.references)
    assert attack.checked_on
    assert attack.body.split("\n")[-1].startswith("Sources checked: ")
    assert attack.prevention.endswith(".")
    assert set(attack.patterns) <= PATTERNS


@pytest.mark.parametrize("attack", ATTACKS, ids=lambda a: a.slug)
def test_an_attack_says_whether_a_proxy_can_help(attack: AttackEntry) -> None:
    """Where a proxy helps there is a policy to copy; where it does not, the text says so."""
    stopped = attack.body.split(f"## {SECTIONS[3]}")[1].split(f"## {SECTIONS[4]}")[0]
    if attack.proxy_helps == "none":
        assert "cannot help here:" in stopped
    else:
        assert _blocks(attack)


@pytest.mark.parametrize("attack", [a for a in ATTACKS if _blocks(a)], ids=lambda a: a.slug)
def test_policy_examples_use_only_what_the_proxy_knows(attack: AttackEntry) -> None:
    """A key the proxy ignores, or a negative condition, never stands in an example."""
    for block in _blocks(attack):
        policy = yaml.safe_load(block)
        assert set(policy) <= TOP_KEYS
        assert policy["version"] == "1"
        assert policy["default"] == "deny"
        assert not set(policy.get("hide", ())) & set(policy["tools"])
        for tool in policy["tools"].values():
            assert set(tool) == {"rules"}
            for rule in tool["rules"]:
                _check_rule(rule)


def _check_rule(rule: dict[str, Any]) -> None:
    assert set(rule) <= RULE_KEYS
    assert rule["name"]
    assert rule["on_deny"].endswith(".")
    assert rule.get("action", "deny") == "deny"
    kinds = {"action", "rate_limit", "conditions"} & set(rule)
    assert len(kinds) == 1
    if "rate_limit" in rule:
        assert re.fullmatch(r"[1-9]\d*/(minute|hour|day)", rule["rate_limit"])
    for condition in rule.get("conditions", ()):
        assert set(condition) == {"path", "op", "value"}
        assert condition["op"] in POSITIVE
        assert condition["path"].startswith(("args.", "state."))
    if "state" in rule:
        assert set(rule["state"]) <= STATE_KEYS
        bounded = f".{rule['state']['counter']}"
        assert any(
            c["path"].endswith(bounded) and c["op"] in {"lt", "lte"} for c in rule["conditions"]
        )


@pytest.mark.parametrize(
    ("slug", "tool", "argument", "passes", "fails"),
    [
        (
            "tool-poisoning",
            "read_file",
            "args.path",
            ["/srv/work/", "/srv/work/a.txt", "/srv/work/src/a.py"],
            [
                "/srv/work/../etc/passwd",
                "/srv/work/.env",
                "/srv/work/src/../../x",
                "/srv/workshop/a",
                "a.txt",
            ],
        ),
        (
            "curxecute-cursor",
            "write_file",
            "args.path",
            ["/srv/work/a.txt", "/srv/work/src/a.py"],
            [
                "/srv/work/",
                "/srv/work/.cursor/mcp.json",
                "/srv/work/src/.git/config",
                "/srv/work/../a",
            ],
        ),
        (
            "filesystem-escape",
            "read_text_file",
            "args.path",
            ["/srv/work/app/a.txt"],
            ["/srv/work/app-private/a.txt", "/srv/work/app/../x", "/srv/work/app/.env"],
        ),
        (
            "supabase-mcp-lethal-trifecta",
            "execute_sql",
            "args.query",
            ["select 1", " SELECT *\nFROM tickets;"],
            ["update t set a = 1", "select 1; drop table t", "explain analyze delete from t"],
        ),
        (
            "slack-link-unfurl",
            "slack_post_message",
            "args.text",
            ["Done: see the notes", "Ratio 3:4 and/or more:"],
            ["see https://example.com/?d=1", "x://y"],
        ),
        (
            "git-server-chain",
            "git_diff",
            "args.target",
            ["main", "v1.2.3", "feature/login"],
            ["--output=/tmp/x", "-p", ""],
        ),
        (
            "tool-shadowing",
            "send_email",
            "args.to",
            ["a.b+c@example.com"],
            ["a@example.com.evil.test", "a@evil.test", "a@example.com,b@evil.test"],
        ),
    ],
)
def test_patterns_in_examples_pass_and_stop_what_the_text_says(
    slug: str, tool: str, argument: str, passes: list[str], fails: list[str]
) -> None:
    """An example that a reader copies does what its entry promises."""
    attack = next(a for a in ATTACKS if a.slug == slug)
    rules = yaml.safe_load(_blocks(attack)[0])["tools"][tool]["rules"]
    pattern = next(
        condition["value"]
        for rule in rules
        for condition in rule.get("conditions", ())
        if condition["path"] == argument and condition["op"] == "regex"
    )
    assert [text for text in passes if not re.search(pattern, text)] == []
    assert [text for text in fails if re.search(pattern, text)] == []


@pytest.mark.parametrize("text", [*CONTENT.pages, *ATTACKS], ids=lambda t: t.slug)
def test_our_words_promise_nothing_and_keep_the_house_style(text: AttackEntry | Prose) -> None:
    """No claim of safety, no accusation, no long dash, days before months."""
    prose = _prose(text)
    assert FORBIDDEN.findall(prose) == []
    assert LONG_DASH.findall(prose) == []
    assert US_DATE.findall(prose) == []


def test_the_ledger_of_the_methodology_is_the_one_the_rules_make() -> None:
    """The worked example is a real tool of the catalogue, line by line."""
    body = PAGES["methodology"].body
    rows = re.findall(r"^\| `([a-z_.]+)` \|[^|]*\| ([+-]\d+) \|$", body, re.MULTILINE)
    (server,) = committed_servers("playwright-mcp")
    workshop = pipeline.prepared(committed(), date(2026, 11, 24)).workshop
    assert workshop
    entry, _ = pipeline.server_entry(server, workshop)
    found = next(t.assessment for t in entry.tools if t.tool.name == "browser_tabs")
    counted = [(s.rule, f"{s.points:+d}") for s in found.signals if s.points]
    assert rows == counted
    last = f"| Sum | {found.category}, {found.level.title} ({found.level.first_score} to "
    assert f"{last}{found.level.last_score}) | {found.score} |" in body
