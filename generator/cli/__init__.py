"""The command `mcp-risk`: the only code that prints or exits."""
