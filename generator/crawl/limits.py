"""The bounds of one crawl, all settings with the defaults of the crawler specification.

Made by the command line, handed to every module of this room. Times are in seconds, sizes in
bytes. A bound that is reached ends a list or a server, never the run.
"""

from __future__ import annotations

from dataclasses import dataclass

_MIB = 1024 * 1024


@dataclass(frozen=True, slots=True)
class Limits:
    """What one server may take of time, memory, output and patience."""

    install_seconds: float = 300
    stdio_seconds: float = 60
    http_seconds: float = 30
    connect_seconds: float = 10
    end_seconds: float = 2
    discover_seconds: float = 2
    """For the question which other versions a server speaks, asked once the lists are here."""

    message_bytes: int = 16 * _MIB
    server_bytes: int = 64 * _MIB
    tool_bytes: int = 2 * _MIB
    """Of one definition as printed in a snapshot, indentation included."""
    message_values: int = 1_000_000
    """JSON values in one message: a short text can stand for very many objects in memory."""
    header_bytes: int = 64 * 1024
    tools: int = 10_000
    entries: int = 1_000
    """Of each other list: resources, resource templates, prompts."""
    pages: int = 200
    idle_pages: int = 3
    """Pages in a row that bring nothing new before a list is cut."""
    messages: int = 10_000
    lines: int = 500_000
    """Of a server's stdout, empty ones included."""
    depth: int = 200
    reason_chars: int = 900
    stderr_bytes: int = 4096

    data_bytes: int = 1024 * _MIB
    """RLIMIT_DATA of each process of a server; the address space stays free, Node needs it."""
    total_memory_bytes: int = 2 * 1024 * _MIB
    """Of all processes of one server together."""
    cpu_seconds: int = 120
    processes: int = 256
    file_bytes: int = 512 * _MIB
    temporary_bytes: int = 256 * _MIB
    prefix_bytes: int = 2 * 1024 * _MIB
