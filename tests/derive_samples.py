"""Small values of the model, spelt out once for the tests of derive."""

from __future__ import annotations

import shutil
import tempfile
from functools import cache
from pathlib import Path
from typing import Any

from generator import content
from generator.definition import tool_from
from generator.derive.texts import Texts, texts
from generator.model import (
    Assessment,
    Content,
    Package,
    Policy,
    PolicyRule,
    Remote,
    Rendered,
    Rule,
    Server,
    ServerSpec,
    Signal,
    Snapshot,
    Source,
    TargetLoss,
    Tool,
    ToolPolicyFacts,
)
from generator.taxonomy import (
    Axis,
    Category,
    Confidence,
    Decision,
    Facet,
    Level,
    Profile,
    State,
    level_of,
)

CONTENT = Path(__file__).parent.parent / "content"
STATELESS = "2026-07-28"


@cache
def committed() -> Content:
    """Return the committed prose: questions, pages, attacks, rules; no servers."""
    with tempfile.TemporaryDirectory() as folder:
        for name in ("faq", "pages", "attacks", "rules"):
            shutil.copytree(CONTENT / name, Path(folder) / name)
        shutil.copy(CONTENT / "site.yaml", folder)
        return content.load([Path(folder)])[0]


def committed_servers(*slugs: str) -> tuple[Server, ...]:
    """Return committed servers with their observations."""
    with tempfile.TemporaryDirectory() as folder:
        for kind, suffix in (("servers", "yaml"), ("snapshots", "json")):
            (Path(folder) / kind).mkdir()
            for slug in slugs:
                shutil.copy(CONTENT / kind / f"{slug}.{suffix}", Path(folder) / kind)
        shutil.copy(CONTENT / "site.yaml", folder)
        return content.load([Path(folder)])[0].servers


def tool(name: str = "run", description: str = "Runs a thing.", **schema: Any) -> Tool:  # noqa: ANN401
    """Return a tool of server `demo`; keywords are its properties' schemas."""
    required = schema.pop("required", [])
    hints = schema.pop("hints", None)
    server = schema.pop("server", "demo")
    raw = {
        "name": name,
        "description": description,
        "inputSchema": {"type": "object", "properties": schema, "required": required},
    }
    if hints is not None:
        raw["annotations"] = hints
    return tool_from(server, raw)


def signal(rule: str, points: int, text: str = "", **more: Any) -> Signal:  # noqa: ANN401
    """Return a risk signal that counts."""
    more.setdefault("axis", Axis.RISK)
    return Signal(rule=rule, text=text or f"Hits {rule}", points=points, **more)


def facet(name: Facet, quote: str = "") -> Signal:
    """Return a signal that sets a facet, with a quote."""
    return signal(f"facet.{name}", 0, axis=Axis.FACET, facet=name, quote=quote)


def rated(
    name: str = "run",
    category: Category = Category.EXECUTE,
    *signals: Signal,
    level: Level | None = None,
    **more: Any,  # noqa: ANN401
) -> Assessment:
    """Return an assessment whose score is the sum of its signals."""
    score = max(0, min(100, sum(s.points for s in signals)))
    more.setdefault("confidence", Confidence.HIGH)
    more.setdefault("facets", tuple(s.facet for s in signals if s.facet))
    more.setdefault("score_category", category)
    return Assessment(
        tool=name,
        category=category,
        score=score,
        level=level or level_of(score),
        signals=signals,
        **more,
    )


def snapshot(**more: Any) -> Snapshot:  # noqa: ANN401
    """Return an observation of `demo` on 20 November 2026."""
    more.setdefault("source", Source("stdio", "pkg:npm/%40acme/demo@1.2.3", "1.2.3"))
    return Snapshot("demo", "2026-11-20", State.OBSERVED, **more)


def server(*tools: Tool, slug: str = "demo", **more: Any) -> Server:  # noqa: ANN401
    """Return the server `demo` from npm with these tools."""
    more.setdefault("packages", (Package("npm", "@acme/demo"),))
    seen = more.pop("snapshot", None) or snapshot()
    spec = ServerSpec(slug, more.pop("title", "Demo"), **more)
    return Server(spec, seen, tools)


def hosted(*tools: Tool) -> Server:
    """Return a server behind an address, without a package."""
    source = Source("streamable-http", url="https://mcp.example.com/mcp")
    return server(
        *tools,
        packages=(),
        remotes=(Remote("streamable-http", "https://mcp.example.com/mcp"),),
        snapshot=snapshot(source=source),
    )


def rule(
    tool_name: str,
    kind: str,
    fallback: Decision = Decision.DENY,
    **more: Any,  # noqa: ANN401
) -> PolicyRule:
    """Return one policy rule."""
    return PolicyRule(tool_name, f"{tool_name}: {kind}", kind, "row", fallback=fallback, **more)


def policy(*rules: PolicyRule, profile: Profile = Profile.BALANCED, **more: Any) -> Policy:  # noqa: ANN401
    """Return a policy of `demo` with these rules."""
    fields: dict[str, Any] = {
        "protocols": ("2025-11-25",),
        "start": ("npx", "-y", "@acme/demo@1.2.3"),
        **more,
    }
    return Policy(
        server="demo",
        title="Demo",
        profile=profile,
        rules=rules,
        losses=(),
        observed_on="2026-11-20",
        digest="sha256:0",
        package="pkg:npm/%40acme/demo@1.2.3",
        version="1.2.3",
        tools_total=len({r.tool for r in rules} - {"*"}),
        ruleset="2026.11",
        model="1",
        **fields,
    )


def files(*losses: TargetLoss, ask_losses: tuple[TargetLoss, ...] = ()) -> tuple[Rendered, ...]:
    """Return the balanced Intercept file with losses, and the Claude Code and ToolHive files."""
    return (
        Rendered("intercept", Profile.BALANCED, "demo.yaml", "", losses),
        Rendered("claude-code", Profile.BALANCED, "demo.balanced.claude-code.json", "", ()),
        Rendered("toolhive", Profile.BALANCED, "demo.balanced.toolhive.json", "", ask_losses),
    )


def loss(code: str, tool_name: str) -> TargetLoss:
    """Return a loss of one tool."""
    return TargetLoss(code, tool_name, "", "weaker", code)


def words(*rules: Rule) -> Texts:
    """Return the committed questions and pages, with these rules and no attacks."""
    found = committed()
    return texts(rules, (), found.faq, found.pages)


def no_policy_facts(count: int) -> tuple[ToolPolicyFacts, ...]:
    """Return empty policy facts for so many tools."""
    return (ToolPolicyFacts("Denied"),) * count
