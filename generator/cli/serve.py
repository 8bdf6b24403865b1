"""Serve the site on this machine and rebuild it when content, templates or code change.

  mcp-risk serve
  mcp-risk serve --port 9000 --content content ../our-content

Listens on 127.0.0.1 only and answers to that address only. While content has problems they are
printed here and the last good site stays. Stop with Ctrl-C.
"""

from __future__ import annotations

import subprocess
import sys
import threading
from typing import TYPE_CHECKING

from generator.cli import site
from generator.errors import BuildError
from generator.serve import preview

if TYPE_CHECKING:
    import argparse

MAX_PORT = 65535


def arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the options."""
    site.arguments(parser)
    parser.add_argument("--port", type=int, default=8000, help="port (default: 8000; 0: any)")


def run(args: argparse.Namespace) -> int:
    """Build, serve and rebuild until interrupted."""
    if not 0 <= args.port <= MAX_PORT:
        raise BuildError(f"--port expected 0 to {MAX_PORT}, got {args.port}")

    # A process of its own: it reads changed code too, and no thread of ours is copied into workers.
    words = [sys.executable, "-m", "generator", "site", "--no-verify", *_options(args)]

    def build() -> None:
        subprocess.run(words, check=False)  # noqa: S603 - our own program with our own options

    build()
    try:
        server = preview.server(args.out, args.port)
    except OSError as error:
        raise BuildError(f"port {args.port} cannot be used: {error.strerror}") from error
    stop = threading.Event()
    watch = preview.Watch((*args.content, site.TEMPLATES, site.TEMPLATES.parent / "generator"))
    watcher = threading.Thread(
        target=preview.rebuild_on_change, args=(watch, build, stop), daemon=True
    )
    watcher.start()
    print(f"http://{preview.ADDRESS}:{server.server_address[1]}/  (Ctrl-C stops)", flush=True)
    try:
        server.serve_forever()
    finally:
        stop.set()
        server.server_close()
    return 0


def _options(args: argparse.Namespace) -> list[str]:
    """Return the options of a build as they were given."""
    words = ["--content", *map(str, args.content), "--out", str(args.out)]
    words += ["--base-url", args.base_url] if args.base_url else []
    return [*words, "--jobs", str(args.jobs)]
