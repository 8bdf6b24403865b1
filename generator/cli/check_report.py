"""A checked configuration to the lines a person reads and to JSON for machines.

Called by `check.py`. Names of servers and tools come from files and servers: one line, no tricks.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from generator.cli.console import counted
from generator.derive.exposure import TOKENS_METHOD
from generator.text import one_line

if TYPE_CHECKING:
    from generator.cli.check_stack import Checked, RatedTool, Stack
    from generator.model import JsonObject, Witness

_TOOLS_SHOWN = 3
_NAMES_SHOWN = 10
_NAME_CHARS = 60
_LEGS = (
    ("private_data", "reads private data"),
    ("untrusted_content", "reads text of strangers"),
    ("way_out", "can send it out"),
)


def text(stack: Stack) -> str:
    """Return the report for a terminal: servers, then what they can do together."""
    lines = [_summary(stack)]
    for server in stack.servers:
        lines += ["", *_server(server)]
    return "\n".join([*lines, "", *_together(stack)])


def _summary(stack: Stack) -> str:
    rated = [server for server in stack.servers if not server.unknown]
    first = f"{len(rated)} of {counted(len(stack.servers), 'server')} rated"
    tools = counted(stack.together.tools_total, "tool")
    return f"{first}; {tools}, about {stack.together.tokens:,} tokens in each request"


def _server(server: Checked) -> list[str]:
    name = one_line(server.name, _NAME_CHARS)
    off = "" if server.is_enabled else ", switched off"
    if server.unknown:
        return [f"{name}: {server.unknown}{off}", f"    {one_line(server.starts, 160)}"]
    levels = ", ".join(f"{number} {level.value}" for level, number in server.by_level)
    level = server.level.title if server.level else "no tools"
    origin = "crawled now" if server.is_crawled else server.slug
    title = f"{one_line(server.title, _NAME_CHARS)} ({origin})"
    lines = [f"{name}: {level}{off}  {title}", f"    {levels or 'it lists no tools'}"]
    lines += [_tool(tool) for tool in server.tools[:_TOOLS_SHOWN]]
    if differs(server):
        here, there = one_line(server.configured_version, 40), one_line(server.rated_version, 40)
        lines.append(f"    the file asks for {here}, rated is {there} of {server.observed_on}")
    return lines


def differs(server: Checked) -> bool:
    """Return whether another version is configured than the one that was rated."""
    return bool(server.configured_version and server.rated_version) and (
        server.configured_version != server.rated_version
    )


def _tool(tool: RatedTool) -> str:
    name = one_line(tool.name, _NAME_CHARS)
    return f"    {tool.level.value:<8}  {name}  {tool.category}  {one_line(tool.reason, 160)}"


def _together(stack: Stack) -> list[str]:
    """Return what the servers can do together: the three legs, and names used twice."""
    legs = [(words, getattr(stack.together, leg)) for leg, words in _LEGS]
    lines = ["Together, in one session:"]
    lines += [f"    {words}: {_witness(witness)}" for words, witness in legs]
    if stack.together.is_trifecta:
        lines.append("    All three: text of a stranger can make an agent send private data out.")
    for name, slugs in stack.same_names[:_NAMES_SHOWN]:
        lines.append(f"    {one_line(name, _NAME_CHARS)} is a tool of {', '.join(slugs)}")
    more = len(stack.same_names) - _NAMES_SHOWN
    if more > 0:
        lines.append(f"    {counted(more, 'more name')} of several servers")
    if stack.unknown:
        names = ", ".join(one_line(server.name, _NAME_CHARS) for server in stack.unknown)
        lines.append(f"Not counted, because nothing is known about their tools: {names}")
    return lines


def _witness(witness: Witness | None) -> str:
    if witness is None:
        return "no tool that is known to"
    return f"{one_line(witness.tool, _NAME_CHARS)} of {witness.server}"


def data(stack: Stack) -> JsonObject:
    """Return the JSON form."""
    together = stack.together
    return {
        "level": stack.level.value if stack.level else None,
        "tools": together.tools_total,
        "tokens": together.tokens,
        "tokens_method": TOKENS_METHOD,
        "servers": [_server_data(server) for server in stack.servers],
        "together": {
            **{leg: _witness_data(getattr(together, leg)) for leg, _ in _LEGS},
            "all_three": together.is_trifecta,
            "same_names": [{"tool": name, "servers": list(who)} for name, who in stack.same_names],
        },
    }


def _server_data(server: Checked) -> JsonObject:
    return {
        "name": server.name,
        "client": server.client,
        "starts": server.starts,
        "enabled": server.is_enabled,
        "slug": server.slug or None,
        "title": server.title or None,
        "unknown": server.unknown or None,
        "level": server.level.value if server.level else None,
        "by_level": {level.value: number for level, number in server.by_level},
        "tokens": server.tokens,
        "configured_version": server.configured_version or None,
        "rated_version": server.rated_version or None,
        "observed_on": server.observed_on or None,
        "crawled_now": server.is_crawled,
        "tools": [
            {
                "name": tool.name,
                "category": tool.category,
                "level": tool.level.value,
                "score": tool.score,
                "reason": tool.reason,
                "rules": list(tool.rules),
            }
            for tool in server.tools
        ],
    }


def _witness_data(witness: Witness | None) -> JsonObject | None:
    if witness is None:
        return None
    return {
        "server": witness.server,
        "tool": witness.tool,
        "facet": witness.facet.value,
        "score": witness.score,
    }
