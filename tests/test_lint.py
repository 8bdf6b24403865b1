"""What no single file shows: names that lead nowhere, stale corrections, leaked secrets."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING

import pytest
from content_files import ATTACK, FAQ, PAGE, RULE, SERVER, observed, write

from generator import canonical, lint
from generator.content import load

if TYPE_CHECKING:
    from pathlib import Path

TODAY = date(2026, 11, 24)
TOOL = {"name": "ping", "inputSchema": {"type": "object"}}
DIGEST = canonical.sha256(TOOL)
OVERRIDE = (
    "overrides:\n- tool: ping\n  field: level\n  value: low\n  reason: r\n"
    "  author: a\n  date: 2026-11-20\n"
)
GOOD = {
    "servers/acme.yaml": SERVER,
    "snapshots/acme.json": observed("acme", [TOOL]),
    "rules/schema.param_count.yaml": RULE,
    "overrides/acme.yaml": f"{OVERRIDE}  digest: {DIGEST}\n",
    "attacks/poison.md": ATTACK.replace(
        "proxy", "frameworks: [OWASP-MCP:MCP03]\napplies_to: {rules: [schema.param_count]}\nproxy"
    ),
    "pages/levels.md": PAGE.replace("Text.", "See `schema.param_count`, not `mcp.json`."),
}
# Assembled here, so that no scanner takes this file for a leak.
KEY = "ghp_" + "9f8e7d6c5b4a" * 3

BAD: list[tuple[str, str, str]] = [
    (
        "servers/b.yaml",
        SERVER.replace("title: Acme", "title: B\nname: org.x/y").replace("acme", "b"),
        "",
    ),
    (
        "servers/page.yaml",
        SERVER,
        'servers/page.yaml: lint.reserved: the slug (expected another word, got "page")',
    ),
    (
        "servers/b.yaml",
        "title: B\n",
        (
            "servers/b.yaml: lint.unreachable: packages (expected a package, a remote or a saved "
            "tools/list answer, got none)"
        ),
    ),
    (
        "overrides/acme.yaml",
        OVERRIDE.replace("ping", "pong"),
        'overrides/acme.yaml:2: lint.vanished-tool: tool (expected a tool of acme, got "pong")',
    ),
    (
        "overrides/acme.yaml",
        f"{OVERRIDE}  digest: sha256:0\n",
        (
            f"overrides/acme.yaml:2: lint.stale-override: digest (expected {DIGEST}, "
            "got sha256:0): the definition moved on; read it again and renew the digest"
        ),
    ),
    (
        "overrides/acme.yaml",
        f"{OVERRIDE}  expires: 2026-11-23\n",
        (
            "overrides/acme.yaml:2: lint.expired-override: expires (expected a coming day, "
            "got 2026-11-23): it no longer counts"
        ),
    ),
    (
        "overrides/acme.yaml",
        OVERRIDE.replace("level", "suppress").replace("low", "[no.rule]"),
        'overrides/acme.yaml:2: lint.unknown-rule: value (expected a rule id, got "no.rule")',
    ),
    (
        "attacks/poison.md",
        ATTACK.replace("proxy", "applies_to: {rules: [no.rule]}\nproxy"),
        (
            "attacks/poison.md:10: lint.unknown-rule: applies_to.rules (expected a rule id, "
            'got "no.rule")'
        ),
    ),
    (
        "attacks/poison.md",
        ATTACK.replace("proxy", "frameworks: [MCP-3]\nproxy"),
        (
            "attacks/poison.md:10: lint.framework: frameworks (expected an id like OWASP-MCP:"
            "MCP03, OWASP-ASI:ASI01, OWASP-LLM:LLM01, CWE-78, ATLAS:AML.T0051, "
            'got "MCP-3")'
        ),
    ),
    (
        "attacks/poison.md",
        ATTACK.split("references")[0] + "proxy_helps: none\nchecked_on: 2026-11-20\n---\nText.\n",
        "attacks/poison.md: lint.no-source: references (expected at least one source, got none)",
    ),
    (
        "attacks/look-up.md",
        ATTACK,
        'attacks/look-up.md: lint.reserved: the slug (expected another word, got "look-up")',
    ),
    (
        "attacks/poison.md",
        ATTACK.replace("2026-11-20", "2026-11-25"),
        (
            "attacks/poison.md:11: lint.future: checked_on (expected no later day than "
            "2026-11-24, got 2026-11-25)"
        ),
    ),
    (
        "attacks/poison.md",
        ATTACK.replace("checked_on: 2026-11-20\n", ""),
        (
            "attacks/poison.md: lint.unchecked: checked_on (expected the day the sources were "
            "read, got none)"
        ),
    ),
    (
        "attacks/poison.md",
        ATTACK.replace("  url: https://example.org/a\n", ""),
        (
            "attacks/poison.md:7: lint.no-source: references (expected an address or a publisher "
            'of "A source")'
        ),
    ),
    (
        "attacks/poison.md",
        ATTACK.replace("Orders in", "A malicious"),
        (
            "attacks/poison.md:5: lint.claim: summary (expected what was observed, got the bare "
            'claim "malicious")'
        ),
    ),
    (
        "attacks/poison.md",
        ATTACK.replace("Text.", "One.\n\n```yaml\nis: safe\n```\n\nFound on Github."),
        'attacks/poison.md:21: lint.term: the text (expected GitHub, got "Github")',
    ),
    (
        "faq/tool-what.md",
        FAQ.replace("It does.", "It is safe."),
        (
            "faq/tool-what.md:8: lint.claim: the text (expected what was observed, got the bare "
            'claim "safe")'
        ),
    ),
    (
        "faq/tool-what.md",
        FAQ.replace("It does.", "It does `safe` things."),
        "",
    ),
    (
        "pages/levels.md",
        PAGE.replace("What the", "Seen on November 20, what the"),
        (
            "pages/levels.md:3: lint.date-style: summary (expected a day like 20 November 2026, "
            'got "November 20")'
        ),
    ),
    (
        "pages/levels.md",
        PAGE.replace("Text.", "One \N{EM DASH} two."),
        (
            "pages/levels.md:5: lint.long-dash: the text (expected a comma, colon or full stop, "
            'got "\N{EM DASH}")'
        ),
    ),
    (
        "rules/schema.param_count.yaml",
        RULE.replace("hard to review", "not secure"),
        (
            "rules/schema.param_count.yaml: lint.claim: why (expected what was observed, got the "
            'bare claim "secure")'
        ),
    ),
    (
        "pages/levels.md",
        PAGE.replace("Text.", "One.\n\nSee `schema.gone`."),
        "pages/levels.md:7: lint.unknown-rule: the text (expected a rule id, got `schema.gone`)",
    ),
    (
        "snapshots/acme.json",
        observed("acme", [{**TOOL, "description": f"Use {KEY}"}]),
        (
            "content/snapshots/acme.json: lint.credential: tools (expected no credential, "
            "got what looks like one: ghp_9f8e7d6c…)"
        ),
    ),
    (
        "snapshots/acme.json",
        observed("acme", [TOOL], reason="exit 1 in /home/jo/.cache/x"),
        (
            "content/snapshots/acme.json: lint.home-path: reason (expected no home directory, "
            "got /home/jo/.cache/x)"
        ),
    ),
    (
        "snapshots/acme.json",
        observed("acme", [{**TOOL, "description": "Reads /home/user/x; key ghp_xxxx…, your-key"}]),
        "",
    ),
]


def found(folder: Path) -> list[str]:
    """Return the problems between the files, with paths relative to the folder."""
    content, problems = load([folder])
    assert problems == []
    return [str(one).removeprefix(f"{folder.name}/") for one in lint.check(content, TODAY)]


def test_sound_content_has_no_problem(tmp_path: Path) -> None:
    """Names that lead somewhere, a current correction and plain words are fine."""
    assert found(write(tmp_path, dict(GOOD))) == []


@pytest.mark.parametrize(("name", "text", "expected"), BAD)
def test_a_name_that_leads_nowhere_is_reported(
    tmp_path: Path, name: str, text: str, expected: str
) -> None:
    """Each dangling name, stale correction or leak gives its exact message."""
    files = {**GOOD, name: text}
    if name == "snapshots/acme.json":
        del files["overrides/acme.yaml"]
    assert found(write(tmp_path, files)) == ([expected] if expected else [])


def test_two_servers_of_one_registry_name_are_reported(tmp_path: Path) -> None:
    """A registry name belongs to one server."""
    named = SERVER.replace("title", "name: org.x/y\ntitle")
    files = {"servers/a.yaml": named, "servers/b.yaml": named}
    assert found(write(tmp_path, files)) == [
        (
            "servers/b.yaml: lint.duplicate: name (expected a new one, "
            f"got that of {tmp_path.name}/servers/a.yaml)"
        )
    ]
