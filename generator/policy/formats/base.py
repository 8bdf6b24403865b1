"""What a policy format is, and what all of them need: header facts, losses, quoting.

A format is a value with two functions: `dump` gives the file's text, its parts per tool and its
losses; `check` reads the text back and returns everything its target, or we, would not accept.
"""

from __future__ import annotations

import re
import shlex
from dataclasses import dataclass, field
from functools import lru_cache
from json.encoder import encode_basestring_ascii
from typing import TYPE_CHECKING

from generator import __version__
from generator.errors import Location, Problem
from generator.latest import latest
from generator.model import TargetLoss
from generator.model.quick import maker
from generator.policy.formats import checked
from generator.policy.words import counted, listed
from generator.taxonomy import Profile
from generator.text import one_line

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from generator.model import Policy, Snippet

PROJECT = "MCP Tool Risk Catalogue"
DIRECTIONS = {
    "unknown-tools-allow": "weaker",
    "unknown-tools-ask": "weaker",
    "ask-as-allow": "weaker",
    "rate-unsupported": "weaker",
    "dot-name-rate": "weaker",
    "undercount": "weaker",
    "method-limit": "weaker",
    "args-unsupported": "weaker",
    "dot-argument": "weaker",
    "pattern": "weaker",
    "schema-form": "weaker",
    "optional-unchecked": "weaker",
    "ask-as-deny": "stricter",
    "hide-as-deny": "none",
    "hide-unsupported": "none",
    "name-unaddressable": "stricter",
    "denial-shape": "none",
}
"""Every loss code with its direction: how the file differs from the neutral model."""
_SURROGATE = re.compile("[\ud800-\udfff]")
_PAIR = re.compile(r"\\u(d[89ab][0-9a-f]{2})\\u(d[c-f][0-9a-f]{2})")
SHOWN = Profile.BALANCED
"""Pages show this profile's part for each tool; the files of the others are made without parts."""
_ORDER = {"weaker": 0, "stricter": 1, "none": 2}
_new_loss = maker(TargetLoss)
_CODES = {code: place for place, code in enumerate(DIRECTIONS)}


@dataclass(frozen=True, slots=True)
class Dumped:
    """A file's text, its part for each tool where pages show it, and what it does not keep."""

    text: str
    snippets: tuple[Snippet, ...]
    losses: tuple[TargetLoss, ...]


@dataclass(frozen=True, slots=True)
class Format:
    """One target: its name in file names, its title, and what it is able to do."""

    name: str
    title: str
    suffix: str
    abilities: frozenset[str]
    """Of `ask`, `hide`, `arguments`, `rates`, `comments`, `unknown-denied`."""
    dump: Callable[[Policy], Dumped] = field(repr=False)
    check: Callable[[str], list[Problem]] = field(repr=False)
    put_in_place: Callable[[Policy], str] = field(repr=False)
    """How to use the file, one or two lines."""
    merge: Callable[[tuple[Policy, ...]], Dumped] | None = field(default=None, repr=False)
    """One file for several servers, where the target holds several."""


def file_name(policy: Policy, client: str, suffix: str) -> str:
    """Return `<server>.yaml`, `<server>.locked.yaml` or `<server>.locked.codex.toml`."""
    if client == "intercept":
        profile = "" if policy.profile is Profile.BALANCED else f".{policy.profile.value}"
        return f"{policy.server}{profile}.{suffix}"
    return f"{policy.server}.{policy.profile.value}.{client}.{suffix}"


@lru_cache(maxsize=4096)
def loss(code: str, tool: str, text: str, path: str = "", *, direction: str = "") -> TargetLoss:
    """Return a loss; its direction is its code's unless this case differs.

    Formats and profiles lose the same: one object for all keeps what is stored of them small.
    """
    return _new_loss(code, tool, path, direction or DIRECTIONS[code], text)


def in_order(losses: list[TargetLoss]) -> tuple[TargetLoss, ...]:
    """Return the losses weaker first, then by tool and by code in the order above."""
    return tuple(
        sorted(
            losses,
            key=lambda one: (
                _ORDER[one.direction],
                one.tool,
                _CODES[one.code],
                one.path,
            ),
        )
    )


def together(found: Sequence[tuple[TargetLoss, ...]]) -> tuple[TargetLoss, ...]:
    """Return the losses of several servers in one order; those of one are in order already."""
    return found[0] if len(found) == 1 else in_order([loss for losses in found for loss in losses])


def problem(place: str, rule: str, pointer: str, message: str) -> Problem:
    """Return one mistake of a file, e.g. at `tools.x.rules[0]`."""
    where = f"{pointer}: " if pointer else ""
    return Problem(rule, Location(place, pointer=pointer), f"{where}{message}")


@lru_cache(maxsize=8192)
def quoted(text: str) -> str:
    """Return a double-quoted ASCII string that YAML and TOML read alike.

    A character beyond 16 bits is one escape of eight digits; in JSON it would be two.
    """
    written = encode_basestring_ascii(text)
    return _PAIR.sub(_joined, written) if "\\ud" in written else written


def _joined(pair: re.Match[str]) -> str:
    code = 0x10000 + ((int(pair[1], 16) - 0xD800) << 10) + (int(pair[2], 16) - 0xDC00)
    return f"\\U{code:08X}"


def is_sound(text: str) -> bool:
    """Return whether a file can carry the text: no half of a surrogate pair."""
    return text.isascii() or _SURROGATE.search(text) is None


@lru_cache(maxsize=8192)
def comment(text: str, limit: int = 120) -> str:
    """Return text that can stand in a comment: one line, ASCII, nothing hidden."""
    return (
        encode_basestring_ascii(one_line(text, limit))[1:-1]
        .replace('\\"', '"')
        .replace("\\\\", "\\")
    )


def _grouped(losses: tuple[TargetLoss, ...]) -> list[str]:
    """Return one line per direction and text, with the tools and arguments it concerns.

    Optional arguments of several tools are added up: how many each has is on its page.
    """
    places: dict[tuple[str, str], list[str]] = {}
    optional = [one for one in losses if one.code == "optional-unchecked" and not one.path]
    total = sum(int(one.text.partition(" ")[0].replace(",", "")) for one in optional)
    for one in losses:
        place, text = comment(one.tool, 64), one.text
        if one.path:
            place += f" ({comment(one.path, 40)})"
        elif one.code == "optional-unchecked" and len(optional) > 1:
            text = f"{total:,} optional arguments are not checked"
        places.setdefault((one.direction, text), []).append(place)
    return [f"{direction:<9} {_who(named)}{text}" for (direction, text), named in places.items()]


grouped = latest(_grouped)
"""One line per direction and text of losses; the clients of a policy share theirs."""


def _who(places: list[str]) -> str:
    named = list(dict.fromkeys(place for place in places if place))
    return f"{listed(named)}: " if named else ""


def header(policy: Policy, name: str, title: str, client: str) -> list[str]:
    """Return what every file says first: what it is, of what, from when, made and checked by."""
    package = comment(policy.package or policy.url or "no package", 200)
    spoken = ", ".join(comment(version, 20) for version in policy.protocols[:5])
    tools = counted(policy.tools_total, "tool")
    speaks = f", speaks {spoken}" if spoken else ""
    digest = comment(policy.digest or "without digest")
    made = f"policy model {policy.model}, rule set {comment(policy.ruleset or 'none', 40)}"
    return [
        f"{name} - {title} policy - profile {policy.profile.value}",
        f"server    {comment(policy.title)}, {package}, {tools}{speaks}",
        f"observed  {policy.observed_on or 'never'} (day of the crawl), tools {digest}",
        f"made by   {PROJECT} {__version__}, {made}; checked by {checked.by(client)}",
    ]


def start_command(policy: Policy) -> str:
    """Return the pinned command in shell quoting, on one line; empty for a remote server."""
    return comment(shlex.join(policy.start), 400) if policy.start else ""
