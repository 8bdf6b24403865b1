"""The commands and what each is for; a command's module is named by `main.module_name`."""

from __future__ import annotations

GROUPS: dict[str, dict[str, str]] = {
    "Look at servers": {
        "import": "add servers from a registry, a client's configuration or a saved answer",
        "crawl": "list the tools of the servers in content/servers and keep what they said",
        "merge": "join the parts of a crawl that several machines made",
        "check": "say what the servers of a client's configuration can do, alone and together",
        "classify": "rate the tools of a saved tools/list answer",
        "policy": "print or write a server's policy for the program that enforces it",
        "diff": "compare two observations of a server: what changed, and how much it matters",
        "explain": "show why a tool is rated as it is, and what would change that",
        "accuracy": "measure the ratings against labelled tools and write the figures down",
        "lock": "keep what you accepted of your servers, and say what changed since",
    },
    "Publish": {
        "site": "build the site from content/ into site/ and verify it",
        "serve": "serve the site on this machine and rebuild it when content changes",
        "mcp": "answer questions about the catalogue as an MCP server, read-only",
        "verify": "check the built site: links, ids, sizes, safety, pages against tools",
    },
    "Keep content in order": {
        "lint": "report every problem in every content file",
        "format": "write content files in their canonical form",
        "new": "write a filled-in file for a new server, rule or attack",
        "schema": "write JSON Schemas of the content files, for editors",
    },
}
COMMANDS: dict[str, str] = {
    name: summary for group in GROUPS.values() for name, summary in group.items()
}
