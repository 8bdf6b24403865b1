"""One tool's case to its policy rules: the decision, and what holds where calls pass.

Called by draft.py, which has decided the row and the outcome. Messages and names are our words.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from operator import attrgetter
from typing import TYPE_CHECKING

from generator.latest import latest
from generator.model import Limit, PolicyLoss, PolicyRule
from generator.model.quick import maker, quick
from generator.policy import guards, meanings, methods
from generator.policy.demands import clauses
from generator.policy.spending import spend_rules
from generator.policy.words import argument_word, joined, quoted_tool, tool_word
from generator.taxonomy import Axis, Category, Confidence, Decision, Facet, Profile, Status

if TYPE_CHECKING:
    from collections.abc import Sequence

    from generator.model import Assessment, Condition, Tool
    from generator.policy.table import Outcome, Row

_MAX_BECAUSE = 3
_OBSERVE, _LOCKED = Profile.OBSERVE, Profile.LOCKED
_FINANCIAL, _APPLIED, _HYGIENE = Category.FINANCIAL, Status.APPLIED, Axis.HYGIENE
_new_rule = maker(PolicyRule)
_CLOSED = frozenset((Decision.DENY, Decision.HIDE))
_DECIDED = {
    Decision.ALLOW: ("allow", "allowed"),
    Decision.ASK: ("ask", "needs a person"),
    Decision.DENY: ("deny", "denied"),
    Decision.HIDE: ("hide", "hidden"),
}
"""The kind of a decision's rule, and how its name ends."""


@quick
@dataclass(frozen=True, slots=True)
class Subject:
    """One tool as every profile sees it: its row, and what the rules of each say of it."""

    tool: Tool
    assessment: Assessment
    row: Row
    is_only: bool
    """Whether no other definition has its name."""
    word: str
    rating: str
    because: tuple[str, ...]
    limits: tuple[PolicyRule, ...]
    """The limits of its row as rules."""


@quick
@dataclass(frozen=True, slots=True)
class Case:
    """A tool in one profile: what happens to it, and the methods that pass if they are split."""

    subject: Subject
    outcome: Outcome
    selection: methods.Selection | None
    limits: tuple[tuple[int, str], ...]


def subject_of(tool: Tool, assessment: Assessment, row: Row, *, is_only: bool) -> Subject:
    """Return what the rules of a tool have in common."""
    word = tool_word(tool.name)
    return Subject(
        tool,
        assessment,
        row,
        is_only,
        word,
        _rating(tool, assessment, row),
        _because(assessment, row),
        tuple(_limits(tool.name, word, row, _base(assessment), row.limits)),
    )


def rules_of_case(case: Case, profile: Profile) -> tuple[list[PolicyRule], list[PolicyLoss]]:
    """Return the decision rule of a tool and the rules that hold when it lets calls through.

    Where a person must first allow the tool, the rules are there too: renderers print them as a
    ready block, and clients that can ask apply what they can.
    """
    subject = case.subject
    rules = [_decision(subject, case.outcome, is_locked=profile is _LOCKED)]
    if case.outcome.decision in _CLOSED:
        return rules, []
    losses: list[PolicyLoss] = []
    if profile is _OBSERVE:
        rules += _methods(case)
    else:
        made, losses = _conditions(case, profile)
        rules += made
    rules += _limits_of(case)
    if subject.assessment.category is _FINANCIAL:
        made, lost = spend_rules(subject.tool)
        rules += made
        losses += lost
    return rules, losses


def _decision(subject: Subject, outcome: Outcome, *, is_locked: bool) -> PolicyRule:
    word, tool = subject.word, subject.tool.name
    kind, name = _DECIDED[outcome.decision]
    if kind == "allow":
        message = ""
    elif kind == "ask":
        message = f"{word} needs a person; allow it by editing this file."
    elif kind == "deny":
        message = _denial(word, subject.row, is_locked=is_locked)
    else:
        message = f"{quoted_tool(tool)} is hidden by policy"
    return _new_rule(
        tool=tool,
        name=f"{word}: {name}",
        kind=kind,
        row=subject.row.id,
        because=subject.because,
        fallback=outcome.fallback,
        message=message,
        rating=subject.rating,
    )


def _rating(tool: Tool, assessment: Assessment, row: Row) -> str:
    """Return `Execute, high (70)`, and why that is not what decided, if so."""
    one = assessment
    rating = f"{one.category}, {one.level} ({one.score})"
    if row.id == "poison":
        return f"{rating}, text addresses the model"
    if row.id == "unknown":
        return f"{rating}, {'malformed' if tool.malformed else Confidence.LOW.word}"
    return rating


def _denial(word: str, row: Row, *, is_locked: bool) -> str:
    if row.id == "poison":
        return f"{word} is blocked: its definition holds text that addresses the model."
    if is_locked:
        return f"{word} is blocked: the locked profile allows plain reading only."
    return f"{word} is blocked by this policy."


def _because(assessment: Assessment, row: Row) -> tuple[str, ...]:
    """Return the applied signals that decided: for poison the findings, else what scored most."""
    if row.id == "poison":
        return tuple(dict.fromkeys([f.rule for f in assessment.findings]))[:_MAX_BECAUSE]
    applied = [signal for signal in assessment.signals if signal.status is _APPLIED]
    wanted = _DECIDING.get(row.id)
    first = [signal.rule for signal in applied if signal.facet is wanted] if wanted else []
    scored = [s for s in applied if s.points > 0 and s.axis is not _HYGIENE]
    scored.sort(key=attrgetter("points"), reverse=True)
    return tuple(dict.fromkeys([*first, *[s.rule for s in scored]]))[:_MAX_BECAUSE]


_DECIDING = {"privilege": Facet.PRIVILEGE, "read.secret": Facet.SECRETS}
"""The facet that decides in rows which ask for one."""


def _base(assessment: Assessment) -> tuple[str, ...]:
    """Return the ledger's base line, the signal that a limit answers."""
    return next(((s.rule,) for s in assessment.signals if s.rule.startswith("base.")), ())


def _guarded_anew(tool: Tool) -> guards.Guarded:
    return guards.of_tool(tool.name, tool.parameters)


_guarded = latest(_guarded_anew, kept=1)
"""The profiles that check arguments check the same."""


def _conditions(case: Case, profile: Profile) -> tuple[list[PolicyRule], list[PolicyLoss]]:
    subject, tool = case.subject, case.subject.tool
    rules: list[PolicyRule] = []
    guarded = _guarded(tool)
    schema: Sequence[Condition] = guarded.conditions
    losses = list(guarded.losses)
    if subject.assessment.methods:
        rules += _methods(case)
        losses.append(_method_loss(case))
        if rules:
            selecting = rules[0].conditions[0].path
            schema = [condition for condition in schema if condition.path != selecting]
    for meant in meanings.of_tool(tool.parameters, subject.assessment, profile):
        taken = sum(meant.guard.title in rule.name for rule in rules)
        rules.append(_meant(subject, meant, f" {taken + 1}" if taken else ""))
        path = meant.condition.path
        # The guard denies a missing argument as well, so `exists` on it says nothing more.
        schema = [one for one in schema if one.test != "exists" or one.path != path]
    flags = guards.forbidden_flags(tool.parameters) if profile is _LOCKED else ()
    if flags:
        schema = [*schema, *flags]
    if schema:
        rules.append(_required(subject, schema))
    return rules, losses


def _meant(subject: Subject, meant: meanings.Meant, number: str) -> PolicyRule:
    argument = argument_word(meant.condition.path)
    return _new_rule(
        tool=subject.tool.name,
        name=f"{subject.word}: {meant.guard.title}{number}",
        kind="condition",
        row=subject.row.id,
        because=meant.because,
        conditions=(meant.condition,),
        message=f"{subject.word}: {argument} {meant.guard.demand}.",
    )


def _required(subject: Subject, schema: Sequence[Condition]) -> PolicyRule:
    return _new_rule(
        tool=subject.tool.name,
        name=f"{subject.word}: required arguments",
        kind="condition",
        row=subject.row.id,
        conditions=tuple(schema),
        message=f"{subject.word}: {joined(clauses(schema))}.",
    )


def _methods(case: Case) -> list[PolicyRule]:
    if case.selection is None or not case.selection.methods:
        return []
    subject, condition = case.subject, case.selection.condition()
    argument = argument_word(condition.path)
    because = tuple(
        dict.fromkeys(s.rule for s in subject.assessment.signals if s.rule.startswith("mux."))
    )
    text = f"the argument {argument} is required and must be a reviewed method."
    return [
        _new_rule(
            tool=subject.tool.name,
            name=f"{subject.word}: known methods",
            kind="condition",
            row=subject.row.id,
            because=because,
            conditions=(condition,),
            message=f"{subject.word}: {text}",
        )
    ]


def _method_loss(case: Case) -> PolicyLoss:
    count, window = case.limits[0]
    if case.selection is None:
        text = (
            "its methods are not told apart: the argument that selects one is optional or unknown"
        )
    else:
        text = (
            f"a limit per method is not expressible; {count}/{window} covers all methods together"
        )
    return PolicyLoss("method-limit", case.subject.tool.name, "", text)


def _limits_of(case: Case) -> Sequence[PolicyRule]:
    """Return the limits of a case as rules; mostly those of the tool's own row."""
    subject = case.subject
    if case.limits is subject.row.limits:
        return subject.limits
    base = _base(subject.assessment)
    return _limits(subject.tool.name, subject.word, subject.row, base, case.limits)


def _limits(
    tool: str,
    word: str,
    row: Row,
    base: tuple[str, ...],
    limits: tuple[tuple[int, str], ...],
) -> list[PolicyRule]:
    return [
        _new_rule(
            tool=tool,
            name=f"{word}: {count} per {window}",
            kind="limit",
            row=row.id,
            because=base,
            limit=_limit(count, window),
            message=f"{word}: {count} {'call' if count == 1 else 'calls'} per {window}"
            f" reached. Wait for the next {window}.",
        )
        for count, window in limits
    ]


_limit = lru_cache(Limit)
