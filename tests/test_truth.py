"""Every answer against the policy files themselves, over real servers and the real rules.

The files are parsed here with a YAML parser, not with the code that made the answers: an answer
that says "hidden" must find the name under `hide`, one that names a limit must find that limit.
"""

from __future__ import annotations

import json
import re
import tomllib
from datetime import date
from functools import cache
from typing import Any

import pytest
import yaml
from derive_samples import committed, committed_servers

from generator import pipeline
from generator.definition import tools_from
from generator.derive import wording
from generator.model import (
    Package,
    Protocol,
    Remote,
    Server,
    ServerEntry,
    ServerSpec,
    Snapshot,
    Source,
    ToolEntry,
)
from generator.taxonomy import Category, Facet, Level, Profile, State

TODAY = date(2026, 11, 24)
REAL = (
    "shopify-dev-mcp", "exa-mcp-server", "playwright-mcp", "nx-mcp", "mcp-omnisearch",
    "didlogic-mcp", "elevenlabs-mcp", "mcp-shell-server",
)  # fmt: skip
"""Observed servers that together reach nearly every case of tool and server questions."""


def raw(name: Any, description: str = "", **properties: Any) -> dict[str, Any]:  # noqa: ANN401
    """Return a raw definition whose arguments are all required."""
    shape = {"type": "object", "properties": properties, "required": list(properties)}
    return {"name": name, "description": description, "inputSchema": shape}


ODD = (
    raw("list.items", "Lists the items of a shop."),
    raw("delete.account", "Deletes an account with everything in it. This cannot be undone."),
    raw("run.script", "Runs a shell script on the host.", script={"type": "string"}),
    raw("_global", "Lists all regions."),
    raw("get `x`\u200b", "Gets “it”. Do `not` stop.\nNew line."),
    raw("a" * 200, "Lists things."),
    raw("blob", ""),
    raw("update_note", "Updates a note.", **{"note.text": {"type": "string"}}),
    raw(
        "create_refund",
        "Refunds a payment.",
        amount={"type": "integer"},
        currency={"type": "string", "enum": ["eur", "usd"]},
    ),
    raw("add_member", "Adds a user to the administrators.", user={"type": "string"}),
    {"name": "no_schema", "description": "Lists things."},
    {"description": "Has no name."},
)
"""Definitions with names and shapes that policies find hard."""


def odd(*protocols: str, hosted: bool = False) -> Server:
    """Return a server of odd definitions that speaks these protocol versions."""
    packages = () if hosted else (Package("npm", "@acme/odd", "1.0.0"),)
    remotes = (Remote("streamable-http", "https://mcp.example.com/mcp"),) if hosted else ()
    spec = ServerSpec("odd", "Odd `one`", packages=packages, remotes=remotes)
    source = Source("streamable-http" if hosted else "stdio")
    seen = Snapshot(
        "odd", "2026-11-20", State.OBSERVED, source=source,
        protocol=Protocol(protocols[-1], protocols), tools=ODD,
    )  # fmt: skip
    return Server(spec, seen, tools_from("odd", ODD))


@cache
def shop() -> pipeline.Workshop:
    """Return the committed rules and words, joined as a build joins them."""
    found = pipeline.prepared(committed(), TODAY).workshop
    assert found
    return found


def entry_of(server: Server) -> ServerEntry:
    """Return the entry of a server as a build makes it; every policy verifies."""
    entry, problems = pipeline.server_entry(server, shop())
    assert problems == []
    return entry


@cache
def entries() -> tuple[ServerEntry, ...]:
    """Return real and odd servers, derived once."""
    real = [entry_of(server) for server in committed_servers(*REAL)]
    return (
        *real,
        entry_of(odd("2025-11-25")),
        entry_of(odd("2025-11-25", "2026-07-28")),
        entry_of(odd("2025-11-25", hosted=True)),
    )


class File:
    """One Intercept file as a YAML parser reads it."""

    def __init__(self, entry: ServerEntry, profile: Profile) -> None:
        self.rendered = next(
            r for r in entry.rendered if r.target == "intercept" and r.profile is profile
        )
        self.data = yaml.safe_load(self.rendered.text)

    def hides(self, tool: str) -> bool:
        """Return whether the file takes the tool off the list."""
        return tool in self.data.get("hide", [])

    def rules(self, tool: str) -> list[dict[str, Any]]:
        """Return the rules under the tool's name."""
        return list(self.data["tools"].get(tool, {"rules": [{"action": "deny"}]})["rules"])

    def stops(self, tool: str) -> bool:
        """Return whether no call of the tool gets through."""
        return self.hides(tool) or any(r.get("action") == "deny" for r in self.rules(tool))

    def limits(self, tool: str) -> set[tuple[int, str]]:
        """Return the calls per window that the file allows."""
        rates = [r["rate_limit"].split("/") for r in self.rules(tool) if "rate_limit" in r]
        return {(int(count), window) for count, window in rates}

    def checked(self, tool: str) -> set[str]:
        """Return the arguments that conditions of the file look at."""
        return {
            c["path"].removeprefix("args.")
            for rule in self.rules(tool)
            for c in rule.get("conditions", [])
            if c["path"].startswith("args.")
        }


_FILES: dict[tuple[int, Profile], File] = {}


def file_of(entry: ServerEntry, profile: Profile) -> File:
    """Return the parsed file of an entry, parsed once."""
    key = (id(entry), profile)
    if key not in _FILES:
        _FILES[key] = File(entry, profile)
    return _FILES[key]


_LIMIT = re.compile(r"([\d,]+)(?: calls?)? an? (minute|hour|day)")
TOOLS = [(entry, tool) for entry in entries() for tool in entry.tools]


def said_limits(text: str) -> set[tuple[int, str]]:
    """Return the figures that a text names as limits of calls."""
    return {(int(n.replace(",", "")), window) for n, window in _LIMIT.findall(text)}


def answer(tool: ToolEntry, slug: str) -> str:
    """Return one answer of a tool."""
    return next(a.text for a in tool.answers if a.slug == slug)


@pytest.mark.parametrize(
    ("entry", "tool"), TOOLS, ids=[f"{e.server.slug}:{n}" for n, (e, _) in enumerate(TOOLS)]
)
def test_answers_of_a_tool_agree_with_its_files(entry: ServerEntry, tool: ToolEntry) -> None:
    """Decision, limits, checks, file, command and advice hold for this tool in this file."""
    name, file = tool.tool.name, file_of(entry, Profile.BALANCED)
    enforce, rate, block = (
        answer(tool, slug) for slug in ("tool-enforce", "tool-rate-limit", "tool-block")
    )
    stops, hides = file.stops(name), file.hides(name)
    lets = "through, at most" in enforce or "through and sets no limit" in enforce
    assert lets is not stops
    assert ("takes it off the tool list and refuses" in enforce) is hides
    assert ("No call gets through" in rate) is stops
    if "." not in name:
        assert rate.startswith("No call gets through: the balanced policy hides") is hides
    assert block.startswith("The balanced policy already does") is hides
    assert ("already" in block.partition(".")[0]) is stops
    if not stops:
        assert file.limits(name) == said_limits(enforce.partition("It checks")[0])
        assert file.limits(name) == (said_limits(rate) if rate.startswith("Yes, and") else set())
    checks = enforce.partition("It checks arguments as well: ")[2].partition(". Save")[0]
    assert bool(checks) is (not stops and bool(file.checked(name)))
    assert f"Save `{file.rendered.file_name}`" in enforce
    assert_advice_to_hide_works(entry, block)
    locked = file_of(entry, Profile.LOCKED)
    if "The locked profile already hides" in block:
        assert locked.hides(name)
    elif "The locked profile already denies" in block:
        assert locked.stops(name)
        assert not locked.hides(name)
    elif not stops:
        assert not locked.stops(name)


def asking(entry: ServerEntry, name: str) -> set[str]:
    """Return the clients whose balanced file asks before a call of the tool."""
    files = {r.target: r.text for r in entry.rendered if r.profile is Profile.BALANCED}
    slug = entry.server.slug
    found = set()
    claude = json.loads(files["claude-code"])["permissions"]
    listed = {word: f"mcp__{slug}__{name}" in claude.get(word, []) for word in claude}
    if listed.get("ask") or not any(listed.values()):
        # Claude Code asks about a tool that its settings do not name.
        found.add("Claude Code")
    if json.loads(files["opencode"])["permission"].get(f"{slug}_{name}") == "ask":
        found.add("opencode")
    gemini = tomllib.loads(files["gemini"])["rule"]
    if any(name in r["toolName"] and r["decision"] == "ask_user" for r in gemini):
        found.add("Gemini CLI")
    codex = tomllib.loads(files["codex"])["mcp_servers"][slug]
    approved = codex.get("tools", {}).get(name, {}).get("approval_mode") == "approve"
    if name in codex["enabled_tools"] and not approved:
        found.add("Codex")
    return found


@pytest.mark.parametrize("entry", entries(), ids=lambda e: f"{e.server.slug}")
def test_clients_said_to_ask_do_ask(entry: ServerEntry) -> None:
    """The clients an answer names are those whose file asks before a call of this tool."""
    balanced = next(p for p in entry.policies if p.profile is Profile.BALANCED)
    asked = {rule.tool for rule in balanced.rules if rule.kind == "ask"}
    for tool in entry.tools:
        text = answer(tool, "tool-enforce")
        said = re.search(r"With the files for (.+?), a person is asked before each call", text)
        names = re.split(r", | and ", said[1]) if said else []
        expected = asking(entry, tool.tool.name) if tool.tool.name in asked else set()
        assert set(names) == expected, tool.tool.name


def assert_advice_to_hide_works(entry: ServerEntry, block: str) -> None:
    """Hiding is never advised to a server whose clients would lose the tool list."""
    stateless = any("2026-07-28" in policy.protocols for policy in entry.policies)
    if stateless:
        assert "to the `hide` list" not in block
        assert "is on the `hide` list" not in block


@pytest.mark.parametrize(
    ("entry", "tool"), TOOLS, ids=[f"{e.server.slug}:{n}" for n, (e, _) in enumerate(TOOLS)]
)
def test_answers_of_a_tool_agree_with_its_rating(entry: ServerEntry, tool: ToolEntry) -> None:
    """Category, score, band, ledger rows, counts and origin are this tool's."""
    found = tool.assessment
    level, what = answer(tool, "tool-level"), answer(tool, "tool-what")
    assert level.startswith(f"{found.level.title}, {found.score} of 100. ")
    low, high = re.findall(r"band runs from (\d+) to (\d+)", level)[0]
    assert int(low) <= found.score <= int(high)
    points = {s.rule: s.points for s in found.signals if s.points}
    for rule, verb, count in re.findall(r"`([a-z0-9_.]+)` (gives|takes) (\d+) points?", level):
        assert points[rule] == (int(count) if verb == "gives" else -int(count))
    if found.category is Category.UNCLASSIFIED:
        assert "Unclassified" in what or tool.tool.malformed
    elif not tool.tool.malformed:
        assert f"in {found.category.value}: " in what
    place = answer(tool, "tool-server")
    total = len(entry.tools)
    assert ("the only tool" if total == 1 else f"one of {total} tools") in place
    assert entry.summary.title.replace("`", "'") in place


def test_answers_are_plain_single_lines() -> None:
    """No answer holds a line break, a hidden character, a hole or an open code span."""
    for entry in entries():
        every = [*entry.answers, *(a for _, made in entry.level_answers for a in made)]
        every += [a for tool in entry.tools for a in tool.answers]
        for one in every:
            assert one.text == " ".join(one.text.split())
            assert one.text.count("`") % 2 == 0
            ours = re.sub(r"`[^`]*`|“[^”]*”", "x", one.text)
            assert "{" not in ours
            assert not re.search(r"``|: \.|, \.|\(\)|\.\.", ours), one.text
            assert "\u200b" not in one.question + one.text


def test_words_that_no_page_may_use() -> None:
    """Our own words never call a tool or server safe, secure, trusted or malicious."""
    forbidden = re.compile(r"\b(?:safe|secure|trusted|malicious|vulnerable)\b", re.IGNORECASE)
    for one in committed().faq:
        for case in one.cases:
            assert not forbidden.search(f"{one.question} {case.text}"), (one.slug, case.case)


@pytest.mark.parametrize("entry", entries(), ids=lambda e: e.server.slug)
def test_answers_of_a_server_agree_with_its_tools(entry: ServerEntry) -> None:
    """Yes and no follow the ratings; lists and counts follow the files."""
    texts_by_slug = {a.slug: a.text for a in entry.answers}
    ratings = [t.assessment for t in entry.tools]
    sending = {Facet.EGRESS, Facet.PUBLIC_SINK}
    expected = {
        "server-delete": any(a.category is Category.DESTRUCTIVE for a in ratings),
        "server-spend": any(a.category is Category.FINANCIAL for a in ratings),
        "server-run-code": any(Facet.ARBITRARY_CODE in a.facets for a in ratings),
        "server-send": any(sending & set(a.facets) for a in ratings),
    }
    for slug, yes in expected.items():
        assert texts_by_slug[slug].startswith("Yes.") is yes, slug
    leak = texts_by_slug["server-leak"].startswith("These tools together")
    assert leak is bool(entry.exposure and entry.exposure.is_trifecta)
    locked = file_of(entry, Profile.LOCKED)
    free = sum(not locked.stops(t.tool.name) for t in entry.tools)
    unattended = texts_by_slug["server-unattended"]
    assert unattended.startswith("None.") is (free == 0)
    assert ("lets all of them through" in unattended) is (free == len(entry.tools))
    balanced = file_of(entry, Profile.BALANCED)
    hidden = sum(balanced.hides(t.tool.name) for t in entry.tools)
    assert ("Hidden: " in texts_by_slug["server-enforce"]) is bool(hidden)
    stopped = sum(balanced.stops(t.tool.name) for t in entry.tools)
    assert counts(entry.headline) == (len(entry.tools), len(entry.tools) - stopped, hidden)


def counts(headline: str) -> tuple[int, int, int]:
    """Return (tools, let through, hidden) as a head line counts them."""
    words = [wording.number(count) for count in range(13)]

    def number(word: str) -> int:
        return words.index(word.lower()) if word.lower() in words else int(word)

    total = int(headline.split(maxsplit=1)[0].replace(",", ""))
    passing = re.findall(r"(\w+) (?:is|are) (?:limited|allowed)", headline)
    hidden = re.findall(r"(\w+) stays? hidden", headline)
    return total, sum(map(number, passing)), sum(map(number, hidden))


LOCKED_LETS = {Level.LOW: True, Level.MEDIUM: False, Level.HIGH: False, Level.CRITICAL: False}


def test_general_statements_about_levels_and_categories_hold() -> None:
    """What level and category pages say about policies is true of every tool here."""
    for entry, tool in TOOLS:
        found, name = tool.assessment, tool.tool.name
        if found.methods or tool.tool.malformed or not name:
            continue
        balanced, locked = file_of(entry, Profile.BALANCED), file_of(entry, Profile.LOCKED)
        if found.level is not Level.LOW:
            assert locked.stops(name), name
        if found.level is Level.CRITICAL or found.category in {
            Category.FINANCIAL,
            Category.UNCLASSIFIED,
        }:
            assert balanced.stops(name), name
        if found.category is Category.DESTRUCTIVE:
            assert balanced.stops(name) is (found.level.rank >= Level.HIGH.rank), name


@pytest.mark.parametrize("entry", entries(), ids=lambda e: f"{e.server.slug}")
def test_answers_of_a_level_of_a_server_agree_with_its_tools(entry: ServerEntry) -> None:
    """Tools, decisions and reasons of a list page are those of the tools on it."""
    file = file_of(entry, Profile.BALANCED)
    for level, made in entry.level_answers:
        said = {one.slug: one.text for one in made}
        on_page = [t for t in entry.tools if t.assessment.level is level]
        for one in on_page[:1] if len(on_page) == 1 else ():
            assert wording.code(one.tool.name) in said["level-server-tools"]
        policy = said["level-server-policy"]
        hidden = any(file.hides(t.tool.name) for t in on_page)
        assert ("policy hides" in policy) is hidden, (level, policy)
        if "policy limits all" in policy or "policy limits it" in policy:
            assert not any(file.stops(t.tool.name) for t in on_page), level
        assert file.rendered.file_name in policy
        moving = {s.rule for t in on_page for s in t.assessment.signals if s.points}
        why = said["level-server-why"].partition(". The ledger")[0]
        assert set(re.findall(r"`([a-z_.]+)` \(\d+\)", why)) <= moving
