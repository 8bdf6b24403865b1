"""`python -m generator` is the command `mcp-risk`."""

import sys

from generator.cli.main import run

sys.exit(run())
