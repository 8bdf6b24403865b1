"""Files of clients in the very shape we write them: recognised as sound in one pass, or not.

Called first by the check of each format. An expression takes a file of one server apart to its last
character and allows in each place only what the check has nothing to say about; what one expression
cannot see, such as a tool that stands twice, is looked at afterwards. A file that is not recognised
is no worse for it: a parser reads it, and the check says what is wrong, if anything is. The tests
hold both verdicts against each other.
"""

from __future__ import annotations

import re

from generator.policy.formats.grammar import INSIDE, PLAIN, REMARK, TEXT, read

_REMARKS = rf"(?:{REMARK}\n)*"
_SERVER = "[a-z0-9-]++"

# ------------------------------------------------------------------------------ Claude Code

_ENTRY = rf'      "mcp__{_SERVER}__(?:_?[A-Za-z0-9-]++(?:_[A-Za-z0-9-]++)*_?)"'
_ENTRIES = rf'    "(?:allow|ask|deny)": \[\n{_ENTRY}(?:,\n{_ENTRY})*\n    \]'
_CLAUDE_CODE = re.compile(
    rf'\{{\n  "permissions": \{{\n{_ENTRIES}(?:,\n{_ENTRIES})*\n  \}}\n\}}\n\Z'
)
_WORD_OR_ENTRY = re.compile(r'^ {4,6}"([^"]+)"', re.MULTILINE)


def claude_code(text: str) -> bool:
    """Return whether this is a sound file: each list and each entry stands once."""
    return _CLAUDE_CODE.match(text) is not None and _are_apart(_WORD_OR_ENTRY.findall(text))


def _are_apart(found: list[str]) -> bool:
    return len(set(found)) == len(found)


# --------------------------------------------------------------------------------- opencode

_OPENCODE = re.compile(
    rf'\{{\n  "permission": \{{\n    "(?P<server>{_SERVER})_\*": "deny"'
    r'(?:,\n    "(?P=server)_[A-Za-z0-9_-]++": "(?:allow|ask|deny)")*\n  \}\n\}\n\Z'
)
_KEY = re.compile(r'^    "([^"]+)": ', re.MULTILINE)


def opencode(text: str) -> bool:
    """Return whether this is a sound file: the wildcard first, and each tool once."""
    return _OPENCODE.match(text) is not None and _are_apart(_KEY.findall(text))


# ----------------------------------------------------------------------------------- Gemini

_GEMINI_NAME = r'"[A-Za-z0-9_.:-]++"'
_GEMINI = re.compile(
    rf'{_REMARKS}rule = \[\n  \{{mcpName = "(?P<server>[a-z0-9-]{{1,25}}+)", toolName = "\*", '
    r'decision = "deny", priority = 100\},\n'
    rf'(?:  \{{mcpName = "(?P=server)", toolName = \[{_GEMINI_NAME}(?:, {_GEMINI_NAME})*\], '
    r'decision = "(?:allow|ask_user|deny)", priority = [2-9][0-9]{2}'
    rf"(?:, denyMessage = {TEXT})?\}},\n)*\]\n\Z"
)


def gemini(text: str) -> bool:
    """Return whether this is a sound file: all rules of one server, the wildcard first."""
    return _GEMINI.match(text) is not None


# ------------------------------------------------------------------------------------ Codex

_LIST = rf"\[(?:(?:{TEXT}(?:, {TEXT})*)?|\n(?:  {TEXT},\n)+)\]\n"
_CODEX = re.compile(
    rf"{_REMARKS}\[mcp_servers\.{_SERVER}\]\n"
    rf"(?:url = {TEXT}\n|command = {TEXT}(?: ++{REMARK})?\n"
    rf"(?:args = {_LIST}(?:env_vars = {_LIST})?)?)"
    rf"enabled_tools = (?P<enabled>{_LIST})(?:disabled_tools = (?P<disabled>{_LIST}))?"
    r'default_tools_approval_mode = "prompt"\n'
    rf'(?P<approved>(?:tools\.{TEXT}\.approval_mode = "approve"\n)*)\Z'
)
_INSIDE = re.compile(f'"({INSIDE})"')
_APPROVED = re.compile(rf'^tools\."({INSIDE})"\.', re.MULTILINE)


def codex(text: str) -> bool:
    """Return whether this is a sound file: no enabled tool disabled, and all approved enabled."""
    found = _CODEX.match(text)
    if found is None:
        return False
    enabled = set(map(read, _INSIDE.findall(found["enabled"])))
    approved = list(map(read, _APPROVED.findall(found["approved"])))
    disabled = map(read, _INSIDE.findall(found["disabled"] or ""))
    return _are_apart(approved) and enabled.issuperset(approved) and enabled.isdisjoint(disabled)


# --------------------------------------------------------------------------------- ToolHive

# Cedar's texts inside of JSON's; those with escapes of their own are left to the reader.
_CEDAR = rf'\\"{PLAIN}\\"'
_DECIMAL = r'decimal\(\\"-?[0-9]{1,15}+\.[0-9]{1,4}+\\"\)'
_SCALAR = f"(?:{_CEDAR}|true|false|{_DECIMAL})"
_ARGUMENT = "arg_[A-Za-z0-9_]++"
_BOUND = rf"context\.(?P=argument)\.(?:greater|less)Than(?:OrEqual)?\({_DECIMAL}\)"
_TEST = (
    rf"(?:\(context has {_ARGUMENT} \|\| context has {_ARGUMENT}\)|!\(context has {_ARGUMENT}\)"
    rf"|context has (?P<argument>{_ARGUMENT}) && (?:{_BOUND}(?: && {_BOUND})?"
    rf"|\[{_SCALAR}(?:, {_SCALAR})*\]\.contains\(context\.(?P=argument)\)))"
)
_PERMIT = (
    r'      "permit\(principal, action == Action::\\"call_tool\\", resource == '
    rf"Tool::{_CEDAR}\)(?: when \{{ (?:{_TEST}(?: && (?! )|(?= \}};)))+ \}})?;\""
)
_TOOLHIVE = re.compile(
    r'\{\n  "version": "1\.0",\n  "type": "cedarv1",\n  "cedar": \{\n    "policies": \[\n'
    r'(?:      "forbid\(principal, action, resource\);"'
    rf"|(?:{_PERMIT}(?:,\n(?=      )|(?=\n    \])))+)\n"
    r'    \],\n    "entities_json": "\[\]"\n  \}\n\}\n\Z'
)
_TOOL = re.compile(r' resource == Tool::\\"([^"\\]*)\\"\)')


def toolhive(text: str) -> bool:
    """Return whether this is a sound file: each tool once, and no argument read without its has."""
    return _TOOLHIVE.match(text) is not None and _are_apart(_TOOL.findall(text))
