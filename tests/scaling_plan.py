"""Measured unit costs to the tables of docs/scaling.md: a large crawl and a large site, planned.

`python -m tests.scaling_plan` writes the tables into the document; a test compares. A figure is
changed here and nowhere else, and what follows from it is calculated.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

DOCUMENT = Path(__file__).parent.parent / "docs" / "scaling.md"
KB, MB, GB = 1e3, 1e6, 1e9
HOUR = 3600


@dataclass(frozen=True, slots=True)
class Kind:
    """What one server of a kind costs to crawl, and how many of them are planned."""

    name: str
    servers: int
    install_cpu: float
    """Seconds."""
    start_cpu: float
    downloaded: float
    """Bytes."""
    installed: float
    files: int
    requests: int
    """To the package registry."""


NPM = Kind("npm package", 9_000, 5.3, 1.0, 51 * MB, 78 * MB, 6_380, 270)
PYPI = Kind("PyPI package", 6_000, 7.1, 1.0, 98 * MB, 98 * MB, 8_715, 86)
REMOTE = Kind("remote", 15_000, 0, 0.01, 0.1 * MB, 0, 0, 0)
KINDS = (NPM, PYPI, REMOTE)
OWN_CPU = 0.020
"""Of the crawler itself, seconds a server, its start included."""
SNAPSHOT, SNAPSHOT_PACKED = 77.8 * KB, 9.6 * KB
MERGE_CPU = 0.008

TOOLS = 1_000_000
SITE_FILES, SITE_BYTES = 1_063_491 / 224_112, 13_308.2 * MB / 224_112
SITE_INODES, SITE_DISK = 23_371 / 3_721, 287.8 * MB / 3_721
SITE_CPU = 656 / 224_112
"""Of the whole command with its check, seconds a tool."""

TARGETS = (1, 2, 16, 32)
PRICES = {"storage": 0.015, "write": 4.50, "read": 0.36}
"""Of one object storage, dollars: a GB and month, a million writes, a million reads."""


def servers() -> int:
    """Return how many servers are planned."""
    return sum(kind.servers for kind in KINDS)


def crawl_cpu() -> float:
    """Return the CPU seconds of the whole crawl."""
    each = sum(kind.servers * (kind.install_cpu + kind.start_cpu) for kind in KINDS)
    return each + servers() * OWN_CPU


def row(*cells: object) -> str:
    """Return one line of a table."""
    return f"| {' | '.join(map(str, cells))} |"


def table(head: tuple[str, ...], rows: list[str]) -> str:
    """Return a table in Markdown."""
    return "\n".join([row(*head), row(*["---"] * len(head)), *rows])


def size(amount: float) -> str:
    """Return bytes as people say them."""
    for unit, factor in (("TB", 1e12), ("GB", GB), ("MB", MB)):
        if amount >= factor:
            return f"{amount / factor:,.1f} {unit}"
    return f"{amount / KB:,.0f} KB"


def count(amount: float) -> str:
    """Return a large number as people say it."""
    return f"{amount / 1e6:,.1f} million" if amount >= 1e6 else f"{round(amount, -3):,.0f}"


def crawl_table() -> str:
    """Return what the crawl costs by kind of server."""
    rows = [
        row(
            kind.name,
            f"{kind.servers:,}",
            f"{kind.install_cpu + kind.start_cpu:g} s",
            f"{kind.servers * (kind.install_cpu + kind.start_cpu) / HOUR:,.1f} h",
            size(kind.servers * kind.downloaded),
            count(kind.servers * kind.requests) if kind.requests else "-",
            size(kind.servers * kind.installed) if kind.installed else "-",
            count(kind.servers * kind.files) if kind.files else "-",
        )
        for kind in KINDS
    ]
    own = servers() * OWN_CPU
    rows.append(
        row("our own work", f"{servers():,}", f"{OWN_CPU:g} s", f"{own / HOUR:,.1f} h", *"----")
    )
    total = [
        "**all**",
        f"{servers():,}",
        "",
        f"**{crawl_cpu() / HOUR:,.0f} h**",
        f"**{size(sum(kind.servers * kind.downloaded for kind in KINDS))}**",
        f"**{count(sum(kind.servers * kind.requests for kind in KINDS))}**",
        f"**{size(sum(kind.servers * kind.installed for kind in KINDS))}**",
        f"**{count(sum(kind.servers * kind.files for kind in KINDS))}**",
    ]
    head = (
        "kind",
        "servers",
        "CPU each",
        "CPU",
        "download",
        "requests",
        "if kept: disk",
        "if kept: files",
    )
    return table(head, [*rows, row(*total)])


def machine_table() -> str:
    """Return how long the crawl takes on some numbers of cores, and what bounds it."""
    down = sum(kind.servers * kind.downloaded for kind in KINDS)
    rows = [
        row(
            cores,
            f"{crawl_cpu() / cores / HOUR:,.1f} h",
            f"{NPM.servers * NPM.requests / (crawl_cpu() / cores) * 60:,.0f}",
            f"{PYPI.servers * PYPI.requests / (crawl_cpu() / cores) * 60:,.0f}",
            f"{down * 8 / (crawl_cpu() / cores) / 1e6:,.0f} Mbit/s",
        )
        for cores in TARGETS
    ]
    head = (
        "cores",
        "wall time, if only the CPU counts",
        "npm requests a minute",
        "PyPI requests a minute",
        "download",
    )
    return table(head, rows)


def site_table() -> str:
    """Return what the site of a million tools comes to."""
    files, bytes_ = TOOLS * SITE_FILES, TOOLS * SITE_BYTES
    rows = [
        row("files", f"{SITE_FILES:.2f}", count(files)),
        row("bytes", size(SITE_BYTES), size(bytes_)),
        row("bytes on ext4 with 4 KB blocks", size(SITE_DISK), size(TOOLS * SITE_DISK)),
        row("inodes, folders included", f"{SITE_INODES:.2f}", count(TOOLS * SITE_INODES)),
        row(
            "CPU of `mcp-risk site`, its check included",
            f"{SITE_CPU * 1e3:.1f} ms",
            f"{TOOLS * SITE_CPU / HOUR:,.1f} h",
        ),
        row(
            "object storage, a month",
            "",
            f"${bytes_ / GB * PRICES['storage']:,.2f}",
        ),
        row(
            "object storage, writing every file once", "", f"${files / 1e6 * PRICES['write']:,.2f}"
        ),
        row("object storage, a million reads", "", f"${PRICES['read']:,.2f}"),
    ]
    return table(("what", "a tool", f"{TOOLS:,} tools"), rows)


def limit_table() -> str:
    """Return how many tools fit where."""
    rows = [
        row("GitHub Pages", "1 GB", f"{int(GB / SITE_BYTES):,}"),
        row("Cloudflare Pages, free", "20,000 files", f"{int(20_000 / SITE_FILES):,}"),
        row("Cloudflare Pages, paid", "100,000 files", f"{int(100_000 / SITE_FILES):,}"),
        row(
            "a disk of 14 GB, as a standard GitHub runner has",
            "14 GB",
            f"{int(14 * GB / SITE_DISK):,}",
        ),
    ]
    return table(("where", "limit", "tools that fit"), rows)


def content_table() -> str:
    """Return what the content folder comes to."""
    rows = [
        row("`content/snapshots`, on disk", size(SNAPSHOT), size(servers() * SNAPSHOT)),
        row(
            "the same, compressed as in git",
            size(SNAPSHOT_PACKED),
            size(servers() * SNAPSHOT_PACKED),
        ),
        row(
            "CPU of `mcp-risk merge`",
            f"{MERGE_CPU * 1e3:g} ms",
            f"{servers() * MERGE_CPU / 60:,.0f} min",
        ),
    ]
    return table(("what", "a server", f"{servers():,} servers"), rows)


TABLES = {
    "crawl": crawl_table,
    "machines": machine_table,
    "content": content_table,
    "site": site_table,
    "limits": limit_table,
}


def filled(text: str) -> str:
    """Return the document with its tables made anew."""
    for name, made in TABLES.items():
        begin = f"<!-- begin {name} -->\n"
        before, _, rest = text.partition(begin)
        _, end, after = rest.partition("<!-- end -->")
        text = f"{before}{begin}{made()}\n{end}{after}"
    return text


if __name__ == "__main__":
    DOCUMENT.write_text(filled(DOCUMENT.read_text(encoding="utf-8")), encoding="utf-8")
