"""The client scenarios of the public MCP conformance suite that concern a client which only lists.

Needs Node >= 22 and the suite, both from the npm registry: `make conformance` installs them into
.cache/conformance and runs this file; without them it is skipped.
"""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

HERE = Path(__file__).parent
MODULES = HERE.parent / ".cache" / "conformance" / "node_modules"
SUITE = MODULES / ".bin" / "conformance"
CLIENT = f"{sys.executable} {HERE / 'conformance_client.py'}"
BASELINE = HERE / "conformance-baseline.yml"
PASSING = ("initialize", "request-metadata", "http-standard-headers", "json-schema-ref-no-deref")
FAILING = ("tools_call", "sse-retry")

pytestmark = pytest.mark.skipif(
    not SUITE.exists(), reason="the conformance suite is not installed: make conformance"
)


@pytest.mark.parametrize("scenario", [*PASSING, *FAILING])
def test_scenario(scenario: str, tmp_path: Path) -> None:
    """A scenario passes, or it is one that would call a tool and fails as listed."""
    node = next(MODULES.glob("node-*/bin"))
    words = [str(node / "node"), str(SUITE), "client", "--command", CLIENT]
    words += ["--scenario", scenario, "--expected-failures", str(BASELINE), "-o", str(tmp_path)]
    path = f"{node}{os.pathsep}{os.environ['PATH']}"
    done = subprocess.run(
        words,
        capture_output=True,
        text=True,
        check=False,
        timeout=90,
        env={**os.environ, "PATH": path},
    )
    assert done.returncode == 0, done.stdout + done.stderr
