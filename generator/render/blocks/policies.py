"""Rendered policies to what a page shows: one tool's part per target, losses, and downloads.

Every text comes from the very objects that become the download files.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING

from markupsafe import Markup

from generator import text
from generator.model.quick import maker, module_quick
from generator.render import texts, urls
from generator.render.parts import Download
from generator.taxonomy import Profile

if TYPE_CHECKING:
    from collections.abc import Sequence

    from generator.model import Policy, Rendered, ServerEntry, TargetLoss

INTERCEPT = "intercept"
TARGET_TITLES = {
    "intercept": "Intercept",
    "claude-code": "Claude Code",
    "codex": "Codex",
    "gemini": "Gemini CLI",
    "gemini-cli": "Gemini CLI",
    "toolhive": "ToolHive",
    "opencode": "opencode",
}
_WAYS = {"weaker": "Weaker: ", "stricter": "Stricter: "}
_LOSSES_SHOWN = 6
_REMEMBERED = 1 << 12
_LONGEST = 100_000
# Escaped: a string in double quotes, or a comment of YAML or TOML, that is a `#` after a space.
_STRING_OR_COMMENT = re.compile(r"&#34;(?:\\(?:&#34;|.)|(?!&#34;)[^\\])*&#34;|(?<= )(#.*)")


@dataclass(frozen=True, slots=True)
class TargetPart:
    """What one target's balanced file says about one tool."""

    title: str
    file_name: str
    url: str
    code: Markup
    plain: str
    """The same without markup; hidden characters are still hidden in it."""
    losses: tuple[Markup, ...]


@dataclass(frozen=True, slots=True)
class Shelf:
    """The policy files of one server, looked up by tool. Made once per server."""

    balanced: tuple[Rendered, ...]
    """Intercept comes first."""
    labels: tuple[tuple[str, str], ...]
    """The title of each and the path of its file."""
    intercept: tuple[tuple[str, str], ...]
    """The profiles for Intercept and the paths of their files."""
    snippets: dict[str, dict[str, str]]
    losses: dict[str, dict[str, tuple[TargetLoss, ...]]]
    general: dict[str, tuple[TargetLoss, ...]]
    policies: dict[Profile, Policy]
    because: dict[str, tuple[str, ...]]


def shelf(entry: ServerEntry) -> Shelf:
    """Return a server's policy files grouped for its tool pages."""
    balanced = tuple(
        sorted(
            (item for item in entry.rendered if item.profile is Profile.BALANCED),
            key=lambda item: item.target != INTERCEPT,
        )
    )
    losses: dict[str, dict[str, tuple[TargetLoss, ...]]] = {}
    for item in balanced:
        grouped: dict[str, list[TargetLoss]] = {}
        for loss in item.losses:
            grouped.setdefault(loss.tool, []).append(loss)
        losses[item.target] = {tool: tuple(group) for tool, group in grouped.items()}
    policies = {policy.profile: policy for policy in entry.policies}
    because: dict[str, tuple[str, ...]] = {}
    if Profile.BALANCED in policies:
        for rule in policies[Profile.BALANCED].rules:
            because[rule.tool] = tuple(dict.fromkeys((*because.get(rule.tool, ()), *rule.because)))
    return Shelf(
        balanced=balanced,
        labels=tuple([(target_title(item.target), urls.policy(item)) for item in balanced]),
        intercept=tuple(
            [
                (item.profile.value, urls.policy(item))
                for item in entry.rendered
                if item.target == INTERCEPT
            ]
        ),
        snippets={item.target: {s.tool: s.text for s in item.snippets} for item in balanced},
        losses=losses,
        general={target: by_tool.get("", ()) for target, by_tool in losses.items()},
        policies=policies,
        because=because,
    )


def parts(files: Shelf, tool: str, root: str) -> tuple[TargetPart, ...]:
    """Return one part per target that says something about the tool."""
    result = []
    for item, (title, path) in zip(files.balanced, files.labels, strict=True):
        snippet = files.snippets[item.target].get(tool, "")
        lost = files.losses[item.target].get(tool, ())
        if snippet or lost:
            losses = _loss_lines(tuple([(loss.direction, loss.text) for loss in lost]))
            plain, url = text.cut(snippet, _LONGEST), root + path
            result.append(_new_part(title, item.file_name, url, code(snippet), plain, losses))
    return tuple(result)


@lru_cache(maxsize=_REMEMBERED)
def _loss_lines(lost: tuple[tuple[str, str], ...]) -> tuple[Markup, ...]:
    """Return what a target cannot express, in words; (direction, text) of most tools is alike."""
    lines = list(dict.fromkeys(_WAYS.get(direction, "") + text for direction, text in lost))
    shown = [texts.prose(line, 400) for line in lines[:_LOSSES_SHOWN]]
    if len(lines) > _LOSSES_SHOWN:
        shown.append(Markup(f"{len(lines) - _LOSSES_SHOWN} more, listed with the download"))  # noqa: S704 (a number)
    return tuple(shown)


def code(snippet: str) -> Markup:
    """Return policy text with its comments toned down; their element is all the markup added."""
    snippet = snippet.rstrip("\n")
    shown = text.escaped(snippet, _LONGEST)
    # Each entity has a `#` too, but none stands after a space.
    if " #" in shown or "\n#" in shown or shown.startswith("#"):
        lines = shown.split("\n")
        shown = "\n".join(
            [_toned(line) if " #" in line or line[:1] == "#" else line for line in lines]
        )
    return texts.markup(shown)


def _toned(line: str) -> str:
    """Return an escaped line with its comment as an element."""
    comment = line.lstrip(" ")
    if comment.startswith("#"):
        return f'{line.removesuffix(comment)}<span class="c">{comment}</span>'
    before, mark, after = line.partition(" #")
    if "\\" not in before and before.count("&#34;") % 2 == 0:
        return f'{before} <span class="c">#{after}</span>' if mark else line
    return _STRING_OR_COMMENT.sub(
        lambda found: f'<span class="c">{found[1]}</span>' if found[1] else found[0], line
    )


def downloads(entry: ServerEntry, root: str) -> tuple[Download, ...]:
    """Return every policy file of a server, Intercept and balanced first."""
    order = {Profile.BALANCED: 0, Profile.OBSERVE: 1, Profile.LOCKED: 2}
    ordered = sorted(
        entry.rendered,
        key=lambda item: (item.target != INTERCEPT, item.target, order[item.profile]),
    )
    return tuple(
        Download(
            target=target_title(item.target),
            profile=item.profile.value.capitalize(),
            file_name=item.file_name,
            url=root + urls.policy(item),
            losses=_directions(item.losses),
        )
        for item in ordered
    )


def _directions(losses: Sequence[TargetLoss]) -> str:
    ways = [loss.direction for loss in losses]
    found = [f"{n} {word}" for word in ("weaker", "stricter") if (n := ways.count(word))]
    return texts.listing(found) or "none"


def target_title(target: str) -> str:
    """Return a target's name as its makers write it."""
    return TARGET_TITLES.get(target, target)


def main_file(entry: ServerEntry) -> Rendered | None:
    """Return the default download: Intercept, balanced."""
    for item in entry.rendered:
        if item.target == INTERCEPT and item.profile is Profile.BALANCED:
            return item
    return None


def start_command(entry: ServerEntry) -> str:
    """Return the command that puts Intercept in front of the server, empty for remotes."""
    default, policy = main_file(entry), next(iter(entry.policies), None)
    if default is None or policy is None or not policy.start:
        return ""
    start = " ".join(policy.start)
    return f"intercept -c {default.file_name} --state-prefix {policy.server}: -- {start}"


module_quick(__name__)
_new_part = maker(TargetPart)
