"""The index to the API files that span servers: lists, matrix, rules, attacks, changes."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from generator.render import buckets, dataset, long_lists, urls
from generator.render import lots as kept
from generator.render.api import document, server_brief, tool_brief
from generator.render.files import File
from generator.render.long_lists import Subject
from generator.render.lots import Lot
from generator.taxonomy import Category, Level

if TYPE_CHECKING:
    from collections.abc import Iterator

    from generator.model import AttackEntry, AttackFacts, JsonObject, Rule, RuleFacts
    from generator.render.context import Context

_CHANGES = 500
_REGISTRY = "All servers in the shape of the official registry API v0.1, our ratings in `_meta`."


def lots(context: Context) -> Iterator[Lot]:
    """Yield every list of the API."""
    yield Lot("api/catalogue", "", partial(_counts, context))
    servers = Subject("servers", urls.SERVERS, {}, "servers")
    every, tools = context.index.servers, context.index.tools
    rows = buckets.in_order((one.letters for one in every), every)
    yield from long_lists.of(context, servers, every, rows, server_brief)
    for level in Level:
        head: JsonObject = {
            "level": level.value,
            "first_score": level.first_score,
            "last_score": level.last_score,
        }
        subject = Subject(f"risk/{level.value}", urls.level(level), head, "tools")
        yield from long_lists.of(context, subject, tools, context.order(level), tool_brief)
    for category in Category:
        summary = context.prose(f"category-{category.slug}").summary
        head = {"category": category.value, "summary": summary}
        subject = Subject(f"categories/{category.slug}", urls.category(category), head, "tools")
        yield from long_lists.of(context, subject, tools, context.order(category), tool_brief)
    yield from _rules(context)
    yield from _attacks(context)


def _counts(context: Context) -> Iterator[File]:
    """Yield what is known of the catalogue as a whole, and its newest changes."""
    path = urls.api("catalogue.json")
    yield File(path, document(context, path, urls.HOME, _catalogue(context)))
    path, found = urls.api("changes.json"), context.index.changes
    data = {"total": len(found), "changes": found[:_CHANGES]}
    yield File(path, document(context, path, urls.HOME, data))


def _catalogue(context: Context) -> JsonObject:
    index = context.index
    cells = {(category, level): n for category, level, n in index.matrix}
    return {
        "name": context.site.name,
        "observed_on": context.newest,
        "ruleset": index.ruleset,
        "license": context.site.data_license,
        "servers_total": len(index.servers),
        "tools_total": len(index.tools),
        "matrix": {
            category.value: {level.value: cells.get((category, level), 0) for level in Level}
            for category in Category
        },
        "accuracy": index.accuracy,
        "files": {
            "servers": f"/{urls.api('servers.json')}",
            "rules": f"/{urls.api('rules.json')}",
            "attacks": f"/{urls.api('attacks.json')}",
            "changes": f"/{urls.api('changes.json')}",
        },
    }


def _rules(context: Context) -> Iterator[Lot]:
    """Yield the record of every rule, and the list of all."""
    facts = {item.rule: item for item in context.index.rule_facts}
    briefs = []
    for rule in context.index.rules:
        known = facts.get(rule.id)
        brief = rule_brief(rule) | {
            "hits": known.hits if known else 0,
            "servers": known.servers if known else 0,
            "labelled_hits": known.labelled_hits if known else 0,
            "labelled_right": known.labelled_right if known else 0,
        }
        briefs.append(brief)
        stands_for = kept.key(brief, kept.rows_key(known.examples if known else ()))
        make = partial(_rule, context, rule, known, brief)
        yield Lot(urls.api(f"rules/{rule.id}.json"), stands_for, make)
    whole = {"total": len(briefs), "rules": briefs}
    yield _whole(context, urls.api("rules.json"), urls.RULES, whole)


def _rule(
    context: Context, rule: Rule, known: RuleFacts | None, brief: JsonObject
) -> Iterator[File]:
    path = urls.api(f"rules/{rule.id}.json")
    whole = {
        **brief,
        "why": rule.why,
        "consequence": rule.consequence,
        "remediation": rule.remediation,
        "references": rule.references,
        "examples": rule.examples,
        "tools": [tool_brief(tool) for tool in (known.examples if known else ())],
    }
    yield File(path, document(context, path, urls.rule(rule.id), whole))


def _whole(context: Context, path: str, page: str, data: JsonObject) -> Lot:
    """Return a file whose data are at hand and stand for it."""
    return Lot(path, kept.key(data), lambda: [File(path, document(context, path, page, data))])


def rule_brief(rule: Rule) -> JsonObject:
    """Return the few facts of one rule that lists carry."""
    return {
        "id": rule.id,
        "axis": rule.axis.value,
        "points": rule.points,
        "title": rule.title,
        "headline": rule.headline,
        "lifecycle": rule.lifecycle.value,
        "since": rule.since,
        "frameworks": list(rule.frameworks),
        "url": f"/{urls.api(f'rules/{rule.id}.json')}",
    }


def _attacks(context: Context) -> Iterator[Lot]:
    """Yield the record of every attack entry, and the list of all."""
    facts = {item.attack: item for item in context.index.attack_facts}
    briefs = []
    for entry in context.index.attacks:
        known = facts.get(entry.slug)
        brief = _attack_brief(entry) | {
            "tools_total": known.tools_total if known else 0,
            "servers_total": known.servers_total if known else 0,
        }
        briefs.append(brief)
        stands_for = kept.key(
            brief,
            kept.rows_key(known.tools if known else ()),
            known.by_server if known else (),
        )
        make = partial(_attack, context, entry, known, brief)
        yield Lot(urls.api(f"attacks/{entry.slug}.json"), stands_for, make)
    data = {"total": len(briefs), "attacks": briefs}
    yield _whole(context, urls.api("attacks.json"), urls.ATTACKS, data)


def _attack(
    context: Context, entry: AttackEntry, known: AttackFacts | None, brief: JsonObject
) -> Iterator[File]:
    path = urls.api(f"attacks/{entry.slug}.json")
    whole = {
        **brief,
        "affected": entry.affected,
        "fixed": entry.fixed,
        "prevention": entry.prevention,
        "body": entry.body,
        "references": entry.references,
        "patterns": list(entry.patterns),
        "tools": [tool_brief(tool) for tool in (known.tools if known else ())],
        "servers": [
            {"slug": slug, "tools": count, "url": f"/{urls.api_server(slug)}"}
            for slug, count in (known.by_server if known else ())
        ],
    }
    yield File(path, document(context, path, urls.attack(entry.slug), whole))


def _attack_brief(entry: AttackEntry) -> JsonObject:
    return {
        "slug": entry.slug,
        "title": entry.title,
        "kind": entry.kind,
        "date": entry.date,
        "summary": entry.summary,
        "confidence": entry.confidence,
        "cve": list(entry.cve),
        "frameworks": list(entry.frameworks),
        "rules": list(entry.applies_rules),
        "facets": [facet.value for facet in entry.applies_facets],
        "categories": [category.value for category in entry.applies_categories],
        "proxy_helps": entry.proxy_helps,
        "checked_on": entry.checked_on,
        "url": f"/{urls.api(f'attacks/{entry.slug}.json')}",
    }


def guide(context: Context) -> tuple[tuple[str, str, str], ...]:
    """Return (pattern, one real file, what it holds) for the page about the API."""
    index = context.index
    first = next(iter(index.tools), None)
    server = first.server if first else next(iter(context.servers), "")
    tool = first.slug if first else ""
    rule = next((item.id for item in index.rules), "")
    attack = next((item.slug for item in index.attacks), "")

    def one(name: str, known: str) -> str:
        return urls.api(name) if known else ""

    return (
        ("api/v1/catalogue.json", urls.api("catalogue.json"), "Counts, matrix, rule set, links."),
        ("api/v1/servers.json", urls.api("servers.json"), "All servers in brief."),
        (
            "api/v1/servers/<server>.json",
            one(f"servers/{server}.json", server),
            "One server: state, tools in brief, exposure, changes, policy files.",
        ),
        (
            "api/v1/tools/<server>/<tool>.json",
            urls.api_tool(server, tool) if tool else "",
            "One tool: rating with every signal, methods, raw definition, policy, changes.",
        ),
        ("api/v1/risk/<level>.json", urls.api("risk/high.json"), "All tools of a level."),
        (
            "api/v1/categories/<category>.json",
            urls.api("categories/execute.json"),
            "All tools of a category.",
        ),
        ("api/v1/rules.json", urls.api("rules.json"), "All rules."),
        ("api/v1/rules/<id>.json", one(f"rules/{rule}.json", rule), "One rule with its tests."),
        ("api/v1/attacks.json", urls.api("attacks.json"), "All attack entries."),
        (
            "api/v1/attacks/<slug>.json",
            one(f"attacks/{attack}.json", attack),
            "One attack entry with its sources.",
        ),
        ("api/v1/changes.json", urls.api("changes.json"), "The newest 500 changes."),
        (
            "api/v1/search/<xx>.json",
            urls.api("search/_.json"),
            "Tools by the first characters of a word; `_` by facet and category.",
        ),
        *dataset.guide(context),
        (
            "api/v1/sarif/<server>.sarif",
            urls.sarif(server) if server else "",
            "A server's signals and findings as SARIF 2.1.0.",
        ),
        (
            "api/v1/openapi.json",
            urls.api("openapi.json"),
            "This list for programs; the schema of each kind of file is in `schema/`.",
        ),
        *(
            (("registry/v0.1/servers.json", "registry/v0.1/servers.json", _REGISTRY),)
            if context.base
            else ()
        ),
        (
            "api/v1/badges/<server>.json",
            urls.badge_data(server) if server else "",
            "A badge as data for badge services; the picture is `badges/<server>.svg`.",
        ),
    )
