"""The texts of new files: valid as they are but for the words a person has to write.

Called by `mcp-risk new`. Each text is in canonical form, so the first `make format` leaves it.
"""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

from generator.content_prose import SCOPES
from generator.errors import BuildError

if TYPE_CHECKING:
    from datetime import date

_RUNTIMES = {"npm": "npx", "pypi": "uvx"}


def server(slug: str, package: str = "", remote: str = "") -> str:
    """Return a server's file; without a package or remote, one with a package of its slug."""
    lines = ["# yaml-language-server: $schema=../schema/server.json"]
    lines += [f"title: {json.dumps(slug.replace('-', ' ').title())}"]
    if package or not remote:
        kind, colon, name = (package or f"npm:{slug}").partition(":")
        if kind not in _RUNTIMES or not colon or not name:
            raise BuildError(f'--package expected npm:NAME or pypi:NAME, got "{package}"')
        lines += [
            "packages:",
            f"- registryType: {kind}",
            f"  identifier: {json.dumps(name)}",
            f"  runtimeHint: {_RUNTIMES[kind]}",
            "  # A variable the server must have to start. Never its value; placeholder is a fake.",
            "  # environmentVariables:",
            "  # - name: ACME_API_KEY",
            "  #   isRequired: true",
            "  #   isSecret: true",
            "  #   placeholder: placeholder",
            "  transport:",
            "    type: stdio",
        ]
    if remote:
        lines += ["remotes:", "- type: streamable-http", f"  url: {json.dumps(remote)}"]
    lines += ["catalogue:", '  domain: ""', '  license: ""']
    return "\n".join(lines) + "\n"


def attack(today: date) -> str:
    """Return an attack's file."""
    return f"""---
title: ""
kind: incident
date: "{today.year}"
summary: ""
affected: ""
fixed: ""
confidence: single-source
cve: []
frameworks: ["OWASP-MCP:MCP03"]
references:
  - {{title: "", url: "", publisher: "", date: ""}}
applies_to:
  rules: []
  facets: []
  categories: []
proxy_helps: partly
prevention: ""
patterns: []
checked_on: "{today}"
---
## What happened

## How it works

## Who was affected

## What would have stopped it

## What to look for in a definition
"""


def scope_of(slug: str) -> str:
    """Return the scope whose name a question's slug begins with, the longest; else `tool`."""
    fitting = [scope for scope in SCOPES if slug.startswith(f"{scope}-")]
    return max(fitting, key=len, default="tool")


def question(slug: str, scope: str, order: int) -> str:
    """Return a question's file with one answer for every page of its scope."""
    words = slug.removeprefix(f"{scope}-").replace("-", " ")
    head = f"scope: {scope}\norder: {order}\nquestion: {json.dumps(words.capitalize() + '?')}\n"
    return f"---\n{head}---\n## always\nThe answer in one or two sentences.\n"


def rule() -> str:
    """Return a rule's file; two hits and two misses are the least that make it a rule."""
    tool = '{name: example, description: "", inputSchema: {type: object}}'
    two = f'  - note: ""\n    tool: {tool}\n' * 2
    words = 'why: ""\nheadline: ""\nconsequence: ""\nremediation: ""\n'
    head = f'axis: risk\npoints: 5\ntitle: ""\n{words}lifecycle: experimental\n'
    return f"{head}examples:\n  hits:\n{two}  misses:\n{two}"


_HEAD = """\"\"\"Rules of this family; content/rules/<id>.yaml says what each one hits.\"\"\"

from __future__ import annotations

from typing import TYPE_CHECKING

from generator.classify.registry import Case, Hit, rule

if TYPE_CHECKING:
    from collections.abc import Iterable
"""
_PREDICATE = """

@rule("{id}")
def {name}(case: Case) -> Iterable[Hit]:
    \"\"\"Say what this hits: one sentence, one fact of the definition.\"\"\"
    return ()
"""


def predicate(rule_id: str, *, first: bool) -> str:
    """Return the beginning of a rule's predicate, with the module's head when it is the first."""
    module, _, rest = rule_id.partition(".")
    name = rest.replace(".", "_") or module
    return (_HEAD if first else "") + _PREDICATE.format(id=rule_id, name=name)
