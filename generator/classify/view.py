"""A tool and its server's facts, read once: the words every rule and the effect grammar look at.

Made by `prepare` for each tool; nothing here decides anything. A View is the only input of a
rule's predicate next to the effect that is being scored.
"""

from __future__ import annotations

import re
from collections import Counter
from dataclasses import dataclass, field
from functools import cached_property, lru_cache
from typing import TYPE_CHECKING, NamedTuple

from generator import tokens
from generator.classify.lexicon import REPORTS, VERBS, base_form, singular
from generator.classify.nouns import THINGS
from generator.classify.wordset import word_set
from generator.model.quick import maker, quick

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping

    from generator.model import Annotations, Parameter, Server, Tool
    from generator.tokens import Token

_REMEMBERED = 100
_SHARE = 0.6
_FEWEST_FOR_SHARE = 3
_FEWEST_FOR_UNIFORM = 5
MAX_TEXT = 1 << 20
"""Words of a description beyond this many characters are not read (characters always are)."""
_NO_NAME_WORDS = word_set("mcp server tool tools api npm pypi the official")
_PREVIEWED = word_set("v beta alpha")


@dataclass(frozen=True, slots=True)
class Context:
    """What is known about the server beside the one tool that is judged."""

    server: str = ""
    affixes: frozenset[str] = frozenset()
    """Words that say which server a tool belongs to, and nothing about its effect."""
    uniform_hints: bool = False
    remote: bool = False
    unauthenticated_remote: bool = False
    own_names: frozenset[str] = frozenset()
    foreign_names: Mapping[str, frozenset[str]] = field(default_factory=dict)
    """Distinctive tool names of other servers, with the servers that have them."""


class Place(NamedTuple):
    """Where evidence stands: pointer and part of the raw string, slice, and the slice's words."""

    pointer: str
    part: str
    start: int
    end: int
    raw: str

    @property
    def quote(self) -> str:
        """Return the raw slice."""
        return self.raw[self.start : self.end]


@quick
@dataclass(frozen=True, slots=True)
class Argument:
    """A parameter at any depth with the words of its name; `depth` 0 is counted, others not."""

    parameter: Parameter
    words: tuple[str, ...]
    depth: int

    @property
    def is_free_text(self) -> bool:
        """Return whether a caller may put any text here."""
        parameter = self.parameter
        kinds = parameter.types
        return not parameter.enum and (not kinds or "string" in kinds or "array" in kinds)

    @property
    def place(self) -> Place:
        """Return the place of the name itself."""
        name = self.parameter.name
        return Place(self.parameter.pointer, "key", 0, len(name), name)


class View:
    """One tool as words. What few are asked for is computed when first asked for, and kept."""

    def __init__(self, tool: Tool, context: Context) -> None:
        """Remember the tool; `name` holds its words without the server's affixes."""
        self.tool = tool
        self._those: dict[Callable[[View, Argument], bool], list[Argument]] = {}
        self.context = context
        self.all_name_tokens = tokens.identifier(tool.name)
        self.name = _stripped(_last_segment(tool.name, self.all_name_tokens), context.affixes)
        self.name_words = frozenset([singular(token.text) for token in self.name])
        """The singular words of the name without affixes."""
        self.low = tokens.lowered(tool.description)
        """The description as an expression that ignores case reads it."""
        self.sentences = tokens.sentences(tool.description[:MAX_TEXT])
        self.running = tuple([one for one in self.sentences if not one.section])
        """The sentences that say what the tool does: no arguments, examples or advice."""
        self.arguments = tuple(_flatten(tool.parameters, 0))
        """All parameters, nested ones after the one that holds them."""

    @property
    def hints(self) -> Annotations:
        """Return the server's own hints."""
        return self.tool.annotations

    def has(self, *parts: str) -> bool:
        """Return whether the description holds one of these anywhere, in whatever case.

        A cheap look before an expression that cannot hold without one of them.
        """
        low = self.low
        for part in parts:  # noqa: SIM110 - asked for every tool, and twice as fast as `any`
            if part in low:
                return True
        return False

    @cached_property
    def lead_words(self) -> frozenset[str]:
        """Return the singular words of the first running sentence."""
        first = self.running[:1] or self.sentences[:1]
        return frozenset(singular(token.text) for s in first for token in s.tokens)

    @cached_property
    def about(self) -> frozenset[str]:
        """Return the words of name, title and first sentence: what the tool is about."""
        title = (singular(t.text) for t in tokens.identifier(self.tool.title[:200]))
        return self.name_words | self.lead_words | frozenset(title)

    @cached_property
    def text(self) -> dict[str, Token]:
        """Return every word of the running sentences, as written and singular: first place."""
        found: dict[str, Token] = {}
        for sentence in self.running:
            for token in sentence.tokens:
                found.setdefault(token.text, token)
                found.setdefault(singular(token.text), token)
        return found

    def those(self, test: Callable[[View, Argument], bool]) -> list[Argument]:
        """Return the arguments that pass a test, which several rules may ask for."""
        found = self._those.get(test)
        if found is None:
            found = self._those[test] = [a for a in self.arguments if test(self, a)]
        return found

    def spoken(self, words: Iterable[str]) -> Place | None:
        """Return the place of the first of these words in the description's running text."""
        text = self.text
        for word in words:
            token = text.get(word)
            if token is not None:
                return self.in_description(token.start, token.end)
        return None

    def mentioned(self, words: frozenset[str]) -> Place | None:
        """Return the place of the first word of the set in the name or the running text."""
        for token in self.name:
            if singular(token.text) in words:
                return self.in_name(token.start, token.end)
        found = self.text.keys() & words
        if not found:
            return None
        token = min((self.text[word] for word in found), key=lambda t: t.start)
        return self.in_description(token.start, token.end)

    def in_description(self, start: int, end: int) -> Place:
        """Return a place in the description."""
        return Place("/description", "value", start, end, self.tool.description)

    def in_name(self, start: int, end: int) -> Place:
        """Return a place in the name."""
        return Place("/name", "value", start, end, self.tool.name)

    def whole_name(self) -> Place:
        """Return the place of the whole name."""
        return self.in_name(0, len(self.tool.name))


def _words(name: str) -> tuple[str, ...]:
    if len(name) > _REMEMBERED:
        return _singular_words.__wrapped__(name)
    return _singular_words(name)


@lru_cache(maxsize=16384)
def _singular_words(name: str) -> tuple[str, ...]:
    """Return the singular words of a parameter's name; the same names come again and again."""
    return tuple([singular(token.text) for token in tokens.identifier(name)])


_new_argument = maker(Argument)


def _flatten(parameters: tuple[Parameter, ...], depth: int) -> list[Argument]:
    found: list[Argument] = []
    for parameter in parameters:
        found.append(_new_argument(parameter, _words(parameter.name), depth))
        if parameter.nested:
            found += _flatten(parameter.nested, depth + 1)
    return found


_SEGMENT = re.compile(r"[_\-./:]([a-z]+[A-Z]\w*)\Z")


def _last_segment(raw: str, name: tuple[Token, ...]) -> tuple[Token, ...]:
    """Return the part after a namespace: `saveBuildType` of `application-saveBuildType`."""
    match = _SEGMENT.search(raw)
    if match is None:
        return name
    tail = tuple(token for token in name if token.start >= match.start(1))
    return tail if tail and tail[0].text in VERBS else name


def _stripped(name: tuple[Token, ...], affixes: frozenset[str]) -> tuple[Token, ...]:
    """Return the name without leading and trailing affixes, but never without its last word."""
    first, last = 0, len(name)
    while first < last - 1 and name[first].text in affixes:
        first += 1
    while last - 1 > first and name[last - 1].text in (affixes - THINGS) | _PREVIEWED:
        last -= 1
    while last - 2 > first and name[last - 1].text.isdigit() and name[last - 2].text in _PREVIEWED:
        last -= 2
    return name[first:last]


def context_of(
    server: Server, foreign_names: Mapping[str, frozenset[str]] | None = None
) -> Context:
    """Return what the server's name, its other tools and its hints say about each tool."""
    own = _own_words(server)
    names = [_stripped(tokens.identifier(tool.name), own) for tool in server.tools]
    snapshot = server.snapshot
    remote = snapshot is not None and snapshot.source.kind in ("streamable-http", "sse")
    open_remote = remote and snapshot is not None and not snapshot.source.env_names
    return Context(
        server=server.slug,
        affixes=own | _shared(names),
        uniform_hints=_uniform(server.tools),
        remote=remote,
        unauthenticated_remote=open_remote,
        own_names=frozenset(tool.name for tool in server.tools),
        foreign_names=foreign_names or {},
    )


def _own_words(server: Server) -> frozenset[str]:
    """Return the words of slug, name, title and package that are no verbs."""
    spec = server.spec
    names = [spec.slug, spec.name.rpartition("/")[2], *(p.identifier for p in spec.packages)]
    found = {token.text for name in names for token in tokens.identifier(name)}
    return frozenset(word for word in found if word not in _NO_NAME_WORDS and not base_form(word))


def _shared(names: list[tuple[Token, ...]]) -> frozenset[str]:
    """Return first and last words shared by most tools, unless they are verbs."""
    if len(names) < _FEWEST_FOR_SHARE:
        return frozenset()
    found: set[str] = set()
    for end in (0, -1):
        counts = Counter(name[end].text for name in names if len(name) > 1)
        found |= {
            word
            for word, count in counts.items()
            if count >= _SHARE * len(names) and word not in VERBS and word not in REPORTS
        }
    return frozenset(found)


def _uniform(tools: tuple[Tool, ...]) -> bool:
    """Return whether every tool of a server of five or more carries the very same hints."""
    if len(tools) < _FEWEST_FOR_UNIFORM:
        return False
    hints = {
        (
            tool.annotations.read_only_hint,
            tool.annotations.destructive_hint,
            tool.annotations.idempotent_hint,
            tool.annotations.open_world_hint,
        )
        for tool in tools
    }
    return len(hints) == 1 and hints != {(None, None, None, None)}
