"""Preview server and the catalogue as an MCP server; loopback only."""
