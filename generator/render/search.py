"""Tool summaries to search shards: small files by the first two characters of a word.

A shard stands alone: its words, and the tools they lead to with everything a result line needs. A
word that very many tools share keeps its riskiest ones only and says how many there are.
"""

from __future__ import annotations

import json
from collections import defaultdict
from typing import TYPE_CHECKING
from urllib.parse import unquote

from generator import tokens
from generator.render import texts, urls
from generator.render.files import File
from generator.taxonomy import Category, Level

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from generator.model import ToolSummary
    from generator.render.context import Context

PER_WORD, SHARD_BYTES = 200, 150 * 1024
"""Most tools that one word leads to, and the most that one file may weigh: the riskiest stay."""
_LEVELS, _CATEGORIES = list(Level), list(Category)
_LONGEST = 40
_GIST = 110
_STOP = frozenset(
    {"an", "and", "are", "as", "at", "be", "by", "for", "from", "in", "into", "is", "it", "its"}
    | {"of", "on", "or", "that", "the", "this", "to", "with"}
)


def files(context: Context) -> Iterator[File]:
    """Yield one file per shard that has words, and the list of shards."""
    postings: dict[str, list[int]] = defaultdict(list)
    tools = context.index.tools
    packages = {item.slug: _package_name(item.package) for item in context.index.servers}
    for position, tool in enumerate(tools):
        for word in words_of(tool, packages.get(tool.server, "")):
            postings[word].append(position)
    shards: dict[str, dict[str, list[int]]] = defaultdict(dict)
    for word, positions in postings.items():
        shards[shard_of(word)][word] = positions
    for name in sorted(shards):
        most, data = PER_WORD, _shard(context, shards[name], PER_WORD)
        while len(data) > SHARD_BYTES and most > 1:
            most //= 2
            data = _shard(context, shards[name], most)
        yield File(urls.api(f"search/{name}.json"), data)


def _package_name(purl: str) -> str:
    """Return `@scope/name` of `pkg:npm/%40scope/name@1.2`."""
    name = unquote(purl.partition("/")[2] or purl)
    return name if name.rfind("@") < 1 else name[: name.rfind("@")]


def words_of(tool: ToolSummary, package: str) -> set[str]:
    """Return the words by which a tool is found: names, package, parameters, description."""
    found = {token.text for token in tokens.identifier(tool.name)}
    found |= set(_words((tool.name, tool.server, tool.server_title, package, *tool.parameters)))
    found |= {token.text for token in tokens.words(tool.description)}
    found |= {part.text for name in tool.parameters for part in tokens.identifier(name)}
    found |= {part.text for part in tokens.identifier(package)}
    return {word[:_LONGEST] for word in found if len(word) > 1 and word not in _STOP}


def _words(values: Iterable[str]) -> Iterator[str]:
    for value in values:
        yield from (token.text for token in tokens.words(value[:200]))


def shard_of(word: str) -> str:
    """Return the shard of a word: its first two characters, `_` for any but a-z and 0-9."""
    return "".join(
        char if char.isascii() and char.isalnum() else "_" for char in word[:2].ljust(2, "_")
    )


def _shard(context: Context, words: dict[str, list[int]], most: int) -> bytes:
    tools = context.index.tools
    kept = {word: positions[:most] for word, positions in words.items()}
    used = sorted({position for positions in kept.values() for position in positions})
    place = {position: number for number, position in enumerate(used)}
    servers = sorted({tools[position].server for position in used})
    server_place = {slug: number for number, slug in enumerate(servers)}
    data = {
        "servers": [[slug, context.servers[slug].title] for slug in servers],
        "tools": [_line(context, tools[position], server_place) for position in used],
        "words": {word: [place[position] for position in kept[word]] for word in sorted(kept)},
        "totals": {
            word: len(positions) for word, positions in words.items() if len(positions) > most
        },
    }
    return json.dumps(data, separators=(",", ":"), sort_keys=True).encode()


def _line(context: Context, tool: ToolSummary, servers: dict[str, int]) -> list[object]:
    """Return what one result needs: server, name, slug if it differs, ratings, facets, reason."""
    slug = context.tool_slug(tool.server, tool.name, tool.occurrence)
    return [
        servers[tool.server],
        tool.name[:120],
        "" if slug == tool.name else slug,
        _CATEGORIES.index(tool.category),
        _LEVELS.index(tool.level),
        tool.score,
        " ".join(facet.value for facet in tool.facets),
        texts.plain(tool.headline, _GIST),
    ]
