"""MCP Tool Risk Catalogue: what each tool of an MCP server can do, why, and a policy for it."""

__version__ = "0.1.0"
