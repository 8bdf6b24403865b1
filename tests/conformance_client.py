"""The crawl command as a client under test: `python conformance_client.py URL` crawls one remote.

The public conformance suite starts this with the address of its test server, see
`test_conformance.py`.
"""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
from pathlib import Path

import yaml

ROOT = Path(__file__).parent.parent


def main(url: str) -> int:
    """Crawl one URL with the real command; return its exit code."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name) / "content"
        (folder / "servers").mkdir(parents=True)
        spec = {
            "title": "Conformance",
            "remotes": [{"type": "streamable-http", "url": url}],
            "catalogue": {"domain": "test", "crawl": {"loopback": "the suite's own server"}},
        }
        (folder / "servers" / "suite.yaml").write_text(yaml.safe_dump(spec))
        words = ["crawl", "--all", "--content", str(folder), "--cache", str(Path(name) / "cache")]
        if os.environ.get("MCP_CONFORMANCE_SCENARIO") == "initialize":
            words += ["--era", "handshake"]
        program = [sys.executable, "-m", "generator", *words]
        return subprocess.run(program, check=False, cwd=ROOT).returncode


if __name__ == "__main__":
    sys.exit(main(sys.argv[1]))
