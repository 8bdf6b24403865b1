"""The index to the search shards `/api/v1/search/<xx>.json` that `static/search.js` reads.

A shard holds the tokens that begin with two characters: each with the riskiest tools it stands in,
as rows of columns that the tokens share. Tokens come from tool names, parameter names and the
first words of descriptions; words of a server's title, slug and package lead to the server, whose
own file lists its tools. What a shard holds depends on the index alone. A crowded shard is split by
one more character and says so; in a large catalogue every token lists fewer tools and says so too.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from dataclasses import dataclass
from functools import lru_cache, partial
from itertools import pairwise
from typing import TYPE_CHECKING, Generic, NamedTuple, TypeVar

from generator import slugs
from generator.model.kinds import kinds
from generator.render import api, urls
from generator.render import lots as keys
from generator.render.files import File
from generator.render.lots import Lot
from generator.render.search_groups import Listed, groups, joined, riskiest
from generator.render.search_groups import words as words_of
from generator.search_words import NAME, split
from generator.taxonomy import Category, Facet, Level
from generator.text import one_line

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from generator.model import JsonObject, ToolSummary
    from generator.render.context import Context

CAPS = (200, 150, 100, 80, 65, 50, 40, 30, 25, 20, 10, 5, 2, 1)
"""How many tools a token may list: the first number with which the index stays small enough."""
PLACES = 175_000
"""How many places of tokens the whole index may hold."""
SHARD_BYTES = 120_000
WHOLE_NAMES = 20_000
"""Up to how many tools names of crowded words are keys as a whole, and not of common ones only."""
FIRST, LAST = 2, 6
"""How many characters of a token name its shard: at first, and when split again and again."""
COMMON_SHARE, COMMON_LEAST = 50, 1000
"""A token in more than one of fifty tools, and in more than a thousand, is no key alone."""
FILTERS = "_"
"""The shard of facets and of matrix cells, for filters without a word."""
_TOKENS = ("search/servers", "words by text")
"""A name, and a key of no meaning: the texts themselves are among the values."""
Places = TypeVar("Places")


class _Postings(NamedTuple):
    """Where a token stands: how often in all, and the ranks of the riskiest places."""

    total: int
    ranks: list[int]


@dataclass(frozen=True, slots=True)
class _Words(Generic[Places]):
    """Keys with their tools, words too common to be a key, and words that name servers."""

    keys: dict[str, Places]
    common: dict[str, int]
    servers: dict[str, list[int]]


def shard(token: str, length: int = FIRST) -> str:
    """Return the name of a token's shard: its first of `[a-z0-9]`, `_` for anything else."""
    padded = f"{token}{'_' * length}"[:length]
    return "".join(char if char.isascii() and char.isalnum() else "_" for char in padded)


def lots(context: Context) -> Iterator[Lot]:
    """Yield every shard with its parts, in order."""
    whole = _collected(context)
    totals = [_total(places) for places in whole.keys.values()]
    fits = (cap for cap in CAPS if sum([min(total, cap) for total in totals]) <= PLACES)
    cap = next(fits, CAPS[-1])
    for name, words in _parted(whole, FIRST):
        stands_for = _key(context, words, cap)
        yield Lot(f"api/search/{name}", stands_for, partial(_made, context, name, words, cap))
    filters = _filters(context.index.tools)
    chosen = [
        (key, total, keys.rows_key(context.index.tools[rank] for rank in ranks))
        for key, (total, ranks) in filters.items()
    ]
    make = partial(_shard_files, context, FILTERS, _Words(filters, {}, {}), cap)
    yield Lot(f"api/search/{FILTERS}", keys.key(cap, chosen), make)


def _total(places: Iterable[Listed]) -> int:
    return sum([one.total for one in places])


def _key(context: Context, words: _Words[list[Listed]], cap: int) -> str:
    """Return what stands for a shard: tools and servers by their digests."""
    servers = context.index.servers
    marks = [
        (token, [(one.group.number, one.mark, one.total) for one in words.keys[token]])
        for token in sorted(words.keys)
    ]
    named = [
        (token, b"".join([servers[place].digest for place in words.servers[token]]))
        for token in sorted(words.servers)
    ]
    return keys.key(cap, marks, sorted(words.common.items()), named)


def _made(context: Context, name: str, words: _Words[list[Listed]], cap: int) -> Iterator[File]:
    known = {
        token: _Postings(_total(places), riskiest(places, CAPS[0]))
        for token, places in words.keys.items()
    }
    yield from _shard_files(context, name, _Words(known, words.common, words.servers), cap)


def _parted(words: _Words[Places], length: int) -> list[tuple[str, _Words[Places]]]:
    """Return the words by shard, in order."""
    parts: dict[str, _Words[Places]] = defaultdict(lambda: _Words({}, {}, {}))
    for token, found in words.keys.items():
        parts[shard(token, length)].keys[token] = found
    for token, total in words.common.items():
        parts[shard(token, length)].common[token] = total
    for token, places in words.servers.items():
        parts[shard(token, length)].servers[token] = places
    return sorted(parts.items())


def _collected(context: Context) -> _Words[list[Listed]]:
    """Return the keys with their places, and the tokens too common to be one."""
    found: dict[str, list[Listed]] = defaultdict(list)
    known = groups(context)
    for group in known:
        for word, packed in words_of(context, group).items():
            found[word].append(Listed(group, packed))
    tools = len(context.index.tools)
    totals = {word: _total(places) for word, places in found.items()}
    limit = max(tools // COMMON_SHARE, COMMON_LEAST)
    common = {word: total for word, total in totals.items() if total > limit}
    least = CAPS[0] if tools <= WHOLE_NAMES else limit
    crowded = {word for word, total in totals.items() if total > least}
    for word in common:
        del found[word]
    for group in known if crowded else ():
        for word, packed in joined(context, group, common, crowded).items():
            found[word].append(Listed(group, packed))
    return _Words(found, common, _servers(context))


def _servers(context: Context) -> dict[str, list[int]]:
    """Return the words that name servers, each with the places of at most 200 of them."""
    found: dict[str, list[int]] = defaultdict(list)
    for place, tokens in enumerate(_tokens(context)):
        for token in tokens:
            found[token].append(place)
    return {token: places[: CAPS[0]] for token, places in found.items()}


def _tokens(context: Context) -> list[list[str]]:
    """Return the words of each server; those of the last build are known by what they are from."""
    said = [f"{one.title[:NAME]} {one.slug} {one.package}" for one in context.index.servers]
    known: dict[str, list[str]] = context.memory.recall(*_TOKENS) or {}
    found = {text: known.get(text) or sorted(split(text)) for text in said}
    if found != known:
        context.memory.keep(*_TOKENS, found)
    return [found[text] for text in said]


def _filters(tools: Sequence[ToolSummary]) -> dict[str, _Postings]:
    """Return the riskiest tools of each facet and of each cell of the matrix."""
    totals: Counter[str] = Counter()
    found: dict[str, list[int]] = defaultdict(list)
    for kind, ranks in kinds(tools).items():
        cell = f"{kind.category.value}/{kind.level.value}"
        for key in (cell, *(facet.value for facet in kind.facets)):
            totals[key] += len(ranks)
            found[key] += ranks[: CAPS[0]]
    return {key: _Postings(totals[key], sorted(ranks)[: CAPS[0]]) for key, ranks in found.items()}


def _shard_files(context: Context, name: str, words: _Words[_Postings], cap: int) -> Iterator[File]:
    """Yield a shard, or what says that it is split, and the parts."""
    path = urls.api(f"search/{name}.json")
    data = _shard(context, path, words, cap)
    if len(data) > SHARD_BYTES and name != FILTERS and len(name) < LAST:
        yield File(path, api.document(context, path, urls.SEARCH, {"split": len(name) + 1}))
        for part, inner in _parted(words, len(name) + 1):
            yield from _shard_files(context, part, inner, cap)
        return
    for lower in CAPS:
        if len(data) <= SHARD_BYTES:
            break
        if lower < cap:
            data = _shard(context, path, words, lower)
    yield File(path, data)


def _shard(context: Context, path: str, words: _Words[_Postings], cap: int) -> bytes:
    whole = {
        "cap": cap,
        "common": dict(sorted(words.common.items())),
        **_rows(context, words.keys, cap),
        **_server_rows(context, words.servers, cap),
    }
    return api.document(context, path, urls.SEARCH, whole)


def _rows(context: Context, keys: dict[str, _Postings], cap: int) -> JsonObject:
    """Return the tools of a shard as columns, riskiest first, and each key's places in them.

    A slug is the name, the cleaned name with the digits in `hashes`, or stands in `slugs`.
    """
    ranks = sorted({rank for found in keys.values() for rank in found.ranks[:cap]})
    tools = [context.index.tools[rank] for rank in ranks]
    owners = sorted({tool.server for tool in tools})
    place = {rank: row for row, rank in enumerate(ranks)}
    server = {slug: number for number, slug in enumerate(owners)}
    names = [one_line(tool.name, NAME) for tool in tools]
    hashes, special = {}, {}
    for row, (tool, name) in enumerate(zip(tools, names, strict=True)):
        cleaned, _, digits = tool.slug.partition("~")
        if digits and name.isascii() and slugs.cleaned(name) == cleaned:
            hashes[str(row)] = digits
        elif tool.slug != name:
            special[str(row)] = tool.slug
    return {
        "servers": owners,
        "names": names,
        "hashes": hashes,
        "slugs": special,
        "server": [server[tool.server] for tool in tools],
        "rating": "".join(_RATING[tool.category, tool.level] for tool in tools),
        "facets": [_facets(tool.facets) for tool in tools],
        "tokens": {
            token: [found.total, *_steps(place[rank] for rank in found.ranks[:cap])]
            for token, found in keys.items()
        },
    }


def _server_rows(context: Context, servers: dict[str, list[int]], cap: int) -> JsonObject:
    """Return the servers of a shard as rows, and each word's places in them."""
    places = sorted({place for found in servers.values() for place in found[:cap]})
    row = {place: number for number, place in enumerate(places)}
    chosen = [context.index.servers[place] for place in places]
    return {
        "server_rows": [
            [item.slug, item.title, item.level.value if item.level else "", item.tools_total]
            for item in chosen
        ],
        "server_tokens": {
            token: _steps(row[place] for place in found[:cap]) for token, found in servers.items()
        },
    }


_RATING = {
    (category, level): chr(ord("A") + len(Level) * position + level.rank)
    for position, category in enumerate(Category)
    for level in Level
}
"""One letter per cell of the matrix, A to X: categories in their order, four levels each."""
_FACET = {facet: 1 << position for position, facet in enumerate(Facet)}


@lru_cache(maxsize=4096)
def _facets(facets: tuple[Facet, ...]) -> int:
    return sum(_FACET[facet] for facet in facets)


def _steps(rows: Iterable[int]) -> list[int]:
    """Return the distances between rising numbers, which pack better than the numbers."""
    return [after - before for before, after in pairwise([0, *rows])]
