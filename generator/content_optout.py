"""`content/opt-out.yaml` to OptOuts, and specs to those the crawler leaves alone.

Called by content.py. An operator who asked not to be crawled is found by the host of a remote or by
the name of a package, also when somebody adds the server again under another name.
"""

from __future__ import annotations

import re
from dataclasses import replace
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from generator.model import OptOut

if TYPE_CHECKING:
    from collections.abc import Sequence

    from generator.content_fields import Fields
    from generator.model import ServerSpec

FILE = "opt-out.yaml"
_HOST = re.compile(r"[a-z0-9-]+(\.[a-z0-9-]+)+")
_PACKAGE = re.compile(r"[a-z]+/\S+")
_SEPARATORS = re.compile(r"[-_.]+")


def opt_outs(fields: Fields) -> list[OptOut]:
    """Return the entries of the file; one with a wrong value is reported and left out."""
    found = []
    for row in fields.rows("opt_out", required=True):
        before = len(row.sink.problems)
        host = row.matching("host", _HOST, "a host in lower case, such as mcp.example.org")
        package = row.matching("package", _PACKAGE, "a package, such as npm/@acme/demo")
        reason = row.text("reason", required=True)
        on = row.day("date", required=True)
        row.done()
        if not row.has("host") and not row.has("package"):
            row.wrong("host", "a host or a package", "neither")
        if len(row.sink.problems) == before and on is not None:
            found.append(OptOut(host, package, reason, on))
    fields.done()
    return found


def left_alone(spec: ServerSpec, entries: Sequence[OptOut]) -> ServerSpec:
    """Return the spec with the reason why it is not crawled, when its operator asked for that."""
    if spec.crawl.skip_reason:
        return spec
    hosts = [_host(remote.url) for remote in spec.remotes]
    packages = {_package(f"{p.registry_type}/{p.identifier}") for p in spec.packages}
    for entry in entries:
        own = entry.host and any(f".{host}".endswith(f".{entry.host}") for host in hosts)
        if own or (entry.package and _package(entry.package) in packages):
            reason = f"its operator asked not to be crawled, on {entry.on}: {entry.reason}"
            return replace(spec, crawl=replace(spec.crawl, skip_reason=reason))
    return spec


def _host(url: str) -> str:
    try:
        return urlsplit(url).hostname or ""
    except ValueError:
        return ""


def _package(name: str) -> str:
    """Return a name as its registry compares it."""
    kind, _, identifier = name.partition("/")
    return f"{kind}/{_SEPARATORS.sub('-', identifier.lower()) if kind == 'pypi' else identifier}"
