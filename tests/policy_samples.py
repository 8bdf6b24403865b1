"""Servers, tools and assessments written by hand for the policy tests."""

from __future__ import annotations

from typing import Any

from generator import definition
from generator.model import (
    Assessment,
    MethodAssessment,
    Package,
    Protocol,
    Server,
    ServerSpec,
    Signal,
    Snapshot,
    Source,
)
from generator.taxonomy import (
    Axis,
    Category,
    Confidence,
    Facet,
    State,
    Verdict,
    level_of,
)

BASES = {
    Category.READ: 12,
    Category.WRITE: 37,
    Category.EXECUTE: 62,
    Category.DESTRUCTIVE: 87,
    Category.FINANCIAL: 87,
    Category.UNCLASSIFIED: 37,
}


def schema(required: tuple[str, ...] = (), **properties: str | dict[str, Any]) -> dict[str, Any]:
    """Return an object schema; properties may be given as a type name."""
    full = {k: {"type": v} if isinstance(v, str) else v for k, v in properties.items()}
    return {"type": "object", "properties": full, "required": list(required)}


def raw(
    name: str, inputs: dict[str, Any] | None = None, **more: str | dict[str, Any]
) -> dict[str, Any]:
    """Return a raw tool definition."""
    return {"name": name, "inputSchema": inputs or schema(), **more}


def assess(
    tool: str,
    category: Category = Category.READ,
    score: int | None = None,
    *,
    facets: tuple[Facet, ...] = (),
    signals: tuple[Signal, ...] = (),
    methods: tuple[MethodAssessment, ...] = (),
    confidence: Confidence = Confidence.HIGH,
    verdict: Verdict = Verdict.NONE,
) -> Assessment:
    """Return an assessment with its base signal first."""
    points = BASES[category] if score is None else score
    base = Signal(f"base.{category.slug}", Axis.RISK, f"Category {category.value}", points)
    return Assessment(
        tool=tool,
        category=category,
        score=points,
        level=level_of(points),
        confidence=confidence,
        facets=facets,
        signals=(base, *signals),
        score_category=category,
        methods=methods,
        verdict=verdict,
        ruleset="2026.11",
    )


def means(rule: str, argument: str) -> Signal:
    """Return the signal of a rule on one argument."""
    return Signal(
        rule,
        Axis.RISK,
        f"{argument} is meant",
        3,
        pointer=f"/inputSchema/properties/{argument}",
        subject=argument,
    )


def method(
    name: str, category: Category, argument: str = "", score: int | None = None
) -> MethodAssessment:
    """Return one assessed method."""
    points = BASES[category] if score is None else score
    return MethodAssessment(name, argument, category, points, level_of(points), "", name, "")


def serve(
    raws: list[Any],
    slug: str = "demo",
    title: str = "Demo",
    protocols: tuple[str, ...] = ("2025-11-25",),
    package: str = "@acme/demo",
) -> Server:
    """Return an observed server with these raw tools."""
    snapshot = Snapshot(
        server=slug,
        observed_on="2026-11-22",
        state=State.OBSERVED,
        source=Source("stdio", f"{Package('npm', package).purl}@1.2.3", "1.2.3"),
        protocol=Protocol(protocols[0] if protocols else "", protocols),
        tools=tuple(raws),
        digest="sha256:" + "0" * 64,
    )
    spec = ServerSpec(slug, title, packages=(Package("npm", package),))
    return Server(spec, snapshot, definition.tools_from(slug, raws))


def sprintra() -> tuple[Server, tuple[Assessment, ...]]:
    """Return the golden server; all but `method` of the 35 properties are invented."""
    invented = {f"invented_{position}": "string" for position in range(1, 35)}
    server = serve(
        [raw("work_sessions", schema(("method",), method="string", **invented))],
        "sprintra",
        "Sprintra",
        package="@sprintra/mcp",
    )
    effects = {
        Category.EXECUTE: ("start", "end", "end_with_digest"),
        Category.READ: ("list", "get_active", "list_activity", "list_traces", "delta"),
        Category.WRITE: ("generate_claude_md",),
    }
    said = (
        "list", "start", "end", "get_active", "generate_claude_md", "list_activity",
        "list_traces", "delta", "end_with_digest",
    )  # fmt: skip
    category_of = {name: category for category, names in effects.items() for name in names}
    assessment = assess(
        "work_sessions",
        Category.EXECUTE,
        70,
        facets=(Facet.MULTIPLEXER,),
        signals=(Signal("mux.mixed", Axis.RISK, "Mixed", 3),),
        methods=tuple(method(name, category_of[name]) for name in said),
    )
    return server, (assessment,)
