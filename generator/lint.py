"""Content to the Problems that no single file shows: names that lead nowhere, and leaked secrets.

Called by pipeline.py after content.py has read every file. The cases and placeholders of questions
are derive's business, the sense of a rule's predicate is classify's.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from generator import lint_words
from generator.errors import Location, Problem, Severity, in_order
from generator.lint_snapshots import snapshot_problems
from generator.taxonomy import Category, Level

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from datetime import date

    from generator.model import Assessment, AttackEntry, Content, Override, Prose, Rule, Server

RESERVED = frozenset({"page", "index", "con", "nul", "aux", "prn"})
"""Words with a meaning in the site's paths or on some file system."""
RESERVED_ATTACKS = frozenset({"look-up"})
"""Pages below /attacks/ that are no entries."""
_FRAMEWORK = re.compile(
    r"OWASP-MCP:MCP(0[1-9]|10)|OWASP-ASI:ASI(0[1-9]|10)|OWASP-LLM:LLM(0[1-9]|10)"
    r"|CWE-\d+|ATLAS:AML\.T\d{4}(\.\d{3})?|CAPEC-\d+"
)
_FRAMEWORK_WORDS = "OWASP-MCP:MCP03, OWASP-ASI:ASI01, OWASP-LLM:LLM01, CWE-78, ATLAS:AML.T0051"
LEAST_REASON = 40
"""Characters that a correction towards less risk must spend on saying why."""
_CODE = re.compile(r"`([a-z0-9_]+(?:\.[a-z0-9_]+)+)`")


def check(content: Content, today: date) -> list[Problem]:
    """Return everything that is wrong between files, in order; `today` decides on expiry."""
    rules = frozenset(rule.id for rule in content.rules)
    named = ((server.spec.name, server.spec.path) for server in content.servers)
    problems = [*check_words(content, today), *check_names(named)]
    overrides: dict[str, list[Override]] = {}
    for one in content.overrides:
        overrides.setdefault(one.server, []).append(one)
    for server in content.servers:
        problems += check_server(server, overrides.get(server.slug, ()), rules, today)
    return in_order(problems)


def check_words(content: Content, today: date) -> Iterator[Problem]:
    """Yield what is wrong between the files that belong to no single server."""
    yield from _rules(content.rules)
    yield from _attacks(content)
    yield from _prose(content)
    yield from lint_words.problems(content, today)


def check_names(named: Iterable[tuple[str, str]]) -> Iterator[Problem]:
    """Yield registry names that two servers claim; takes (name, path of the spec) of all."""
    owners: dict[str, str] = {}
    for name, path in named:
        if name and name in owners:
            other = owners[name]
            yield _problem("duplicate", path, f"name (expected a new one, got that of {other})")
        owners[name] = path


def check_server(
    server: Server, overrides: Iterable[Override], rules: frozenset[str], today: date
) -> Iterator[Problem]:
    """Yield what is wrong with one server and its corrections; needs no other server."""
    yield from _spec(server)
    for override in overrides:
        yield from _override(override, server, today)
        yield from _suppressed(override, rules)
    yield from snapshot_problems(server)


def _problem(
    rule: str, path: str, message: str, *, line: int = 0, severity: Severity = Severity.ERROR
) -> Problem:
    return Problem(f"lint.{rule}", Location(path, line), message, severity)


def _spec(server: Server) -> Iterator[Problem]:
    spec = server.spec
    if spec.slug in RESERVED:
        message = f'the slug (expected another word, got "{spec.slug}")'
        yield _problem("reserved", spec.path, message)
    if not spec.packages and not spec.remotes and server.snapshot is None:
        yield _problem(
            "unreachable",
            spec.path,
            "packages (expected a package, a remote or a saved tools/list answer, got none)",
        )


def _suppressed(override: Override, rules: frozenset[str]) -> Iterator[Problem]:
    for word in override.value if override.field == "suppress" else ():
        if word not in rules:
            message = f'value (expected a rule id, got "{word}")'
            yield _problem("unknown-rule", override.path, message, line=override.line)


def _override(override: Override, server: Server, today: date) -> Iterator[Problem]:
    digests = {tool.digest for tool in server.tools if tool.name == override.tool}
    if not digests and server.is_observed:
        message = f'tool (expected a tool of {server.slug}, got "{override.tool}")'
        yield _problem("vanished-tool", override.path, message, line=override.line)
    elif digests and override.digest and override.digest not in digests:
        yield _problem(
            "stale-override",
            override.path,
            f"digest (expected {' or '.join(sorted(digests))}, got {override.digest}): "
            "the definition moved on; read it again and renew the digest",
            line=override.line,
            severity=Severity.WARNING,
        )
    if override.expires is not None and override.expires < today:
        yield _problem(
            "expired-override",
            override.path,
            f"expires (expected a coming day, got {override.expires}): it no longer counts",
            line=override.line,
            severity=Severity.WARNING,
        )


def _rules(rules: Iterable[Rule]) -> Iterator[Problem]:
    for rule in rules:
        yield from _frameworks(rule.path, rule.frameworks)


def _frameworks(path: str, ids: Iterable[str], line: int = 0) -> Iterator[Problem]:
    for one in ids:
        if not _FRAMEWORK.fullmatch(one):
            message = f'frameworks (expected an id like {_FRAMEWORK_WORDS}, got "{one}")'
            yield _problem("framework", path, message, line=line)


def _attacks(content: Content) -> Iterator[Problem]:
    rules = {rule.id for rule in content.rules}
    for attack in content.attacks:
        lines = dict(attack.lines)
        if attack.slug in RESERVED_ATTACKS:
            message = f'the slug (expected another word, got "{attack.slug}")'
            yield _problem("reserved", attack.path, message)
        yield from _frameworks(attack.path, attack.frameworks, lines.get("frameworks", 0))
        for word in attack.applies_rules:
            if word not in rules:
                message = f'applies_to.rules (expected a rule id, got "{word}")'
                where = lines.get("applies_to", 0)
                yield _problem("unknown-rule", attack.path, message, line=where)
        if not attack.references:
            message = "references (expected at least one source, got none)"
            yield _problem("no-source", attack.path, message, line=lines.get("references", 0))


def _prose(content: Content) -> Iterator[Problem]:
    """Report rule ids in our texts that no longer exist; other dotted words are left alone."""
    rules = {rule.id for rule in content.rules}
    families = {rule.split(".", 1)[0] for rule in rules}
    texts: list[Prose | AttackEntry] = [*content.pages, *content.attacks]
    for text in texts:
        for offset, line in enumerate(text.body.split("\n")):
            for word in _CODE.findall(line):
                if word not in rules and word.split(".", 1)[0] in families:
                    number = text.body_line + offset if text.body_line else 0
                    message = f"the text (expected a rule id, got `{word}`)"
                    yield _problem("unknown-rule", text.path, message, line=number)


def check_reasons(assessments: Iterable[Assessment]) -> Iterator[Problem]:
    """Report corrections that lower a rating without saying enough; runs after assessing."""
    for assessment in assessments:
        for applied in assessment.overrides:
            override = applied.override
            if len(override.reason) >= LEAST_REASON or not _lowers(override, applied.automatic):
                continue
            message = (
                f"reason (expected at least {LEAST_REASON} characters to lower a rating, "
                f"got {len(override.reason)})"
            )
            yield _problem("short-reason", override.path, message, line=override.line)


def _lowers(override: Override, automatic: str) -> bool:
    """Return whether the correction says less than the rules alone did."""
    if override.field == "level":
        return Level(override.value[0]).rank < Level(automatic.split(maxsplit=1)[0]).rank
    if override.field == "category":
        return Category(override.value[0]).strength < Category(automatic).strength
    return override.field == "suppress"
