"""Ids of public frameworks to the names a reader knows them by.

Used by the pages of attack entries and rules. An id whose title is not listed prints as it is.
"""

from __future__ import annotations

_FAMILIES = {
    "OWASP-MCP": "OWASP MCP Top 10 (v0.1, beta)",
    "OWASP-ASI": "OWASP Top 10 for Agentic Applications (2026)",
    "OWASP-LLM": "OWASP Top 10 for LLM Applications",
    "ATLAS": "MITRE ATLAS",
    "CWE": "Common Weakness Enumeration",
    "CAPEC": "Common Attack Pattern Enumeration",
}
_TITLES = {
    "OWASP-MCP:MCP01": "Token Mismanagement & Secret Exposure",
    "OWASP-MCP:MCP02": "Privilege Escalation via Scope Creep",
    "OWASP-MCP:MCP03": "Tool Poisoning",
    "OWASP-MCP:MCP04": "Software Supply Chain Attacks & Dependency Tampering",
    "OWASP-MCP:MCP05": "Command Injection & Execution",
    "OWASP-MCP:MCP06": "Intent Flow Subversion",
    "OWASP-MCP:MCP07": "Insufficient Authentication & Authorization",
    "OWASP-MCP:MCP08": "Lack of Audit and Telemetry",
    "OWASP-MCP:MCP09": "Shadow MCP Servers",
    "OWASP-MCP:MCP10": "Context Injection & Over-Sharing",
    "OWASP-ASI:ASI01": "Agent Goal Hijack",
    "OWASP-ASI:ASI02": "Tool Misuse and Exploitation",
    "OWASP-ASI:ASI03": "Identity and Privilege Abuse",
    "OWASP-ASI:ASI04": "Agentic Supply Chain Vulnerabilities",
    "OWASP-ASI:ASI05": "Unexpected Code Execution",
    "OWASP-ASI:ASI06": "Memory & Context Poisoning",
    "OWASP-ASI:ASI07": "Insecure Inter-Agent Communication",
    "OWASP-ASI:ASI08": "Cascading Failures",
    "OWASP-ASI:ASI09": "Human-Agent Trust Exploitation",
    "OWASP-ASI:ASI10": "Rogue Agents",
    "ATLAS:AML.T0010": "AI Supply Chain Compromise",
    "ATLAS:AML.T0010.005": "AI Supply Chain Compromise: AI Agent Tool",
    "ATLAS:AML.T0051": "LLM Prompt Injection",
    "ATLAS:AML.T0051.001": "LLM Prompt Injection: Indirect",
    "ATLAS:AML.T0053": "AI Agent Tool Invocation",
    "ATLAS:AML.T0110": "AI Agent Tool Poisoning",
}


def prefix(identity: str) -> str:
    """Return what names an id's framework: `OWASP-MCP`, `ATLAS`, `CWE`."""
    head, colon, _ = identity.partition(":")
    return head if colon else head.partition("-")[0]


def family(name: str) -> str:
    """Return the framework of a prefix in full: `MITRE ATLAS`."""
    return _FAMILIES.get(name, name)


def named(identity: str) -> str:
    """Return an id with its title: `OWASP MCP03 Tool Poisoning`."""
    head, _, tail = identity.partition(":")
    words = [head.partition("-")[0], tail] if tail else [identity]
    return " ".join([*words, _TITLES.get(identity, "")]).strip()
