"""`content/snapshots/<slug>.json` to Snapshot; the digests it holds must be those of its tools.

Called by content.py. The file's form belongs to snapshots.py; this adds the places of mistakes.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from generator import canonical, snapshots

if TYPE_CHECKING:
    from generator.content_yaml import Sink
    from generator.model import Snapshot


def snapshot(text: str, slug: str, sink: Sink) -> Snapshot | None:
    """Return the snapshot of a file's text, None after reporting what keeps it from being one."""
    try:
        found = snapshots.load(text)
    except snapshots.SnapshotFormatError as error:
        where = error.pointer or "the file"
        sink.report("snapshot", f"{where} ({error})", _line(text, error.pointer))
        return None
    if found.server != slug:
        line = _line(text, "/server")
        sink.report("snapshot", f'/server (expected "{slug}", got "{found.server}")', line)
        return None
    _check_digests(found, text, sink)
    return found


def _check_digests(found: Snapshot, text: str, sink: Sink) -> None:
    """Report tools that were edited by hand: a page would quote what nobody observed."""
    known = [digest.sha256 for digest in found.tool_digests]
    actual = [canonical.digest_of(text) for text in snapshots.texts(found)]
    if len(known) != len(actual):
        message = f"/tool_digests (expected {len(actual)} entries, got {len(known)})"
        sink.report("digest", message, _line(text, "/tool_digests"))
        return
    for position, (digest, computed) in enumerate(zip(known, actual, strict=True)):
        if digest != computed:
            message = f"/tools/{position} (expected the tool of digest {digest}, got {computed})"
            sink.report("digest", message, _line(text, "/tools"))
    whole = canonical.list_digest((d.name, d.sha256) for d in found.tool_digests)
    unobserved = not (found.tools or found.digest)
    if not sink.problems and not unobserved and found.digest != whole:
        message = f"/digest (expected {whole}, got {found.digest})"
        sink.report("digest", message, _line(text, "/digest"))


def _line(text: str, pointer: str) -> int:
    """Return the 0-based line of the pointer's top-level key in canonical form, -1 if unknown."""
    key = pointer.split("/")[1] if pointer else ""
    at = text.find(f'\n  "{key}":') if key else -1
    return text.count("\n", 0, at + 1) if at >= 0 else -1
