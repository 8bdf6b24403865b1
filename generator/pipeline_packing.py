"""What the files of a server are made of, to bytes between rating and printing, and back.

Called by `pipeline_tasks.py`. Only what some file shows is packed. Of tools there are very many, so
that their values travel as rows, which are packed and read at once, and not as objects, each of
which would say anew what it is; a raw definition travels as the JSON that it ends as.
"""

from __future__ import annotations

import pickle
from itertools import starmap
from operator import attrgetter
from typing import TYPE_CHECKING, Any

from generator.model import (
    Annotations,
    Answer,
    Assessment,
    DryRun,
    Parameter,
    ParameterNote,
    PolicyRule,
    ProfileEffect,
    Rendered,
    ServerEntry,
    Signal,
    Snippet,
    Tool,
    ToolDetails,
    ToolEntry,
    ToolSummary,
)
from generator.model.quick import changed, maker, reader
from generator.render.json_files import dumps
from generator.taxonomy import Profile

if TYPE_CHECKING:
    from generator.model import Policy, Server

Row = tuple[Any, ...]

_answer, _note, _signal = reader(Answer), reader(ParameterNote), reader(Signal)
_effect, _snippet, _run = reader(ProfileEffect), reader(Snippet), reader(DryRun)
_summary, _rated, _hints = reader(ToolSummary), reader(Assessment), reader(Annotations)
_answer_of, _note_of, _signal_of = maker(Answer), maker(ParameterNote), maker(Signal)
_effect_of, _snippet_of, _parameter_of = maker(ProfileEffect), maker(Snippet), maker(Parameter)
_of_tool = attrgetter("server", "name", "title", "description")
_of_definition = attrgetter("digest", "input_hash", "malformed")
_before_signals = attrgetter("tool", "category", "score", "level", "confidence", "facets")
_after_signals = attrgetter(
    "score_category",
    "deciding_method",
    "considered",
    "methods",
    "findings",
    "verdict",
    "overrides",
    "contradicts_hints",
    "ruleset",
)
_before_notes = attrgetter("no_dry_run", "call_template")
_said = attrgetter("verdict_sentence", "purpose")
_NO_DETAILS = ToolDetails()
_of_rendered = attrgetter("target", "profile", "file_name", "text", "losses")


def packed(entry: ServerEntry) -> bytes:
    """Return a rated server as bytes, without what no file shows."""
    rest = changed(
        entry,
        server=_server(entry.server),
        tools=(),
        policies=tuple(map(_policy, entry.policies)),
        rendered=(),
    )
    files = [(_of_rendered(one), tuple(map(_snippet, one.snippets))) for one in entry.rendered]
    return pickle.dumps((rest, list(map(_row, entry.tools)), files), 5)


def _server(server: Server) -> Server:
    """Return a server without its definitions: those of its tools are packed with them."""
    if server.snapshot is None:
        return server
    snapshot = changed(server.snapshot, tools=(), tool_digests=(), replaced=())
    return changed(server, snapshot=snapshot, tools=())


def _policy(policy: Policy) -> Policy:
    """Return a policy with a rule per tool that says why; pages show those of one profile."""
    why: dict[str, dict[str, None]] = {}
    for rule in policy.rules if policy.profile is Profile.BALANCED else ():
        why.setdefault(rule.tool, {}).update(dict.fromkeys(rule.because))
    rules = tuple([PolicyRule(tool, "", "", "", tuple(because)) for tool, because in why.items()])
    return changed(policy, rules=rules, losses=())


def _row(entry: ToolEntry) -> Row:
    """Return a tool as plain values."""
    tool, rated, allowed, blocked = entry.tool, entry.assessment, entry.allowed, entry.blocked
    return (
        _of_tool(tool),
        [
            (one.name, "", one.types, one.required, one.description, "", one.enum)
            for one in tool.parameters
        ],
        _hints(tool.annotations),
        _of_definition(tool),
        _before_signals(rated),
        tuple(map(_signal, rated.signals)),
        _after_signals(rated),
        _summary(entry.summary),
        _run(allowed) if allowed else None,
        _run(blocked) if blocked else None,
        _before_notes(entry),
        tuple(map(_note, entry.parameter_notes)),
        entry.method_decisions,
        tuple(map(_effect, entry.profile_effects)),
        entry.changes,
        tuple(map(_answer, entry.answers)),
        entry.attacks,
        _said(entry),
        entry.why_policy,
        dumps(tool.raw),
    )


def unpacked(data: bytes) -> ServerEntry:
    """Return the server that was packed."""
    rest, rows, files = pickle.loads(data)  # noqa: S301 - packed by this very build
    entry: ServerEntry = changed(
        rest,
        tools=tuple(map(_entry, rows)),
        rendered=tuple(
            [Rendered(*(*one, tuple(starmap(_snippet_of, snippets)))) for one, snippets in files]
        ),
    )
    return entry


def _entry(row: Row) -> ToolEntry:
    """Return the tool of a row."""
    (
        of_tool, parameters, hints, of_definition, before_signals, signals, after_signals, summary,
        allowed, blocked, before_notes, notes, methods, effects, changes, answers, attacks, said,
        why_policy, definition,
    ) = row  # fmt: skip
    arguments = tuple(starmap(_parameter_of, parameters))
    values = (
        Tool(*(*of_tool, arguments, Annotations(*hints), None, *of_definition)),
        Assessment(*(*before_signals, tuple(starmap(_signal_of, signals)), *after_signals)),
        ToolSummary(*summary),
        DryRun(*allowed) if allowed else None,
        DryRun(*blocked) if blocked else None,
        *before_notes,
        tuple(starmap(_note_of, notes)),
        methods,
        tuple(starmap(_effect_of, effects)),
        changes,
        tuple(starmap(_answer_of, answers)),
        attacks,
        (),
        *said,
        _NO_DETAILS,
        why_policy,
        definition,
    )
    return ToolEntry(*values)
