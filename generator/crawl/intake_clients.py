"""Text of an MCP client's configuration file to the servers it names, without any value.

Called by `intake.py` and by `mcp-risk check`. The clients differ in file, key and shape; what
they mean is the same. One entry that cannot be read is a Problem and costs no other entry.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import PurePath
from typing import TYPE_CHECKING

from generator.crawl.intake_command import Launch, launch, secret_header
from generator.crawl.intake_secrets import (
    clean_url,
    holds_secret,
    is_secret_name,
    looks_secret,
    secrets_among,
)
from generator.crawl.intake_text import configuration, kind, problem
from generator.errors import Problem, Severity
from generator.model import Remote, Variable
from generator.text import one_line

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator, Mapping

    from generator.model import Json, JsonObject, Package

_TRANSPORTS = {
    "stdio": "stdio",
    "local": "stdio",
    "http": "streamable-http",
    "streamable-http": "streamable-http",
    "streamable_http": "streamable-http",
    "streamablehttp": "streamable-http",
    "remote": "streamable-http",
    "sse": "sse",
}
_ADDRESSES = ("url", "serverUrl", "httpUrl")
_VARIABLES = ("env", "environment")
_HEADERS = ("headers", "http_headers", "env_http_headers")
_VARIABLE_NAME = re.compile(r"[A-Za-z_][\w.-]{0,99}")
_HEADER_NAME = re.compile(r"[A-Za-z0-9!#$%&'*+.^_`|~-]{1,100}")
_NEEDED = frozenset({"URL", "URI", "ENDPOINT", "HOST", "PORT", "ID", "USER", "USERNAME", "EMAIL"})
_NAME_CHARS = 80
_FILES = {
    "claude_desktop_config.json": "Claude Desktop",
    ".mcp.json": "Claude Code",
    ".claude.json": "Claude Code",
    "mcp_config.json": "Windsurf",
    "mcp-config.json": "Copilot CLI",
}
_FOLDERS = {".cursor": "Cursor", ".kiro": "Kiro", ".gemini": "Gemini CLI", ".vscode": "VS Code"}


@dataclass(frozen=True, slots=True)
class ConfiguredServer:
    """One server of a configuration file (names are c): what it starts or opens, or why neither."""

    name: str
    client: str
    package: Package | None = None
    remote: Remote | None = None
    reason: str = ""
    """Why it is neither package nor remote, e.g. a program on this machine; empty otherwise."""
    is_enabled: bool = True
    pointer: str = ""
    removed: tuple[str, ...] = ()
    """What was taken out because it was a secret, a path or a reference, in words."""


@dataclass(frozen=True, slots=True)
class _Place:
    client: str
    pointer: str
    servers: Json


def parse(text: str, filename: str) -> tuple[tuple[ConfiguredServer, ...], tuple[Problem, ...]]:
    """Return the servers of a configuration file and what is wrong in it.

    `filename` tells TOML from JSON and names the client; the file is not opened.
    """
    data, problems = configuration(text, filename)
    if problems:
        return (), problems
    found: list[ConfiguredServer] = []
    places = list(_places(data, filename))
    if not places:
        message = (
            "the file (expected mcpServers, servers, mcp_servers, mcp or context_servers, "
            "got none of them)"
        )
        return (), (problem("config.empty", filename, message),)
    wrong: list[Problem] = []
    for place in places:
        if not isinstance(place.servers, dict):
            message = f"{place.pointer} (expected an object, got {kind(place.servers)})"
            wrong.append(problem("config.type", filename, message, place.pointer))
            continue
        for name, raw in place.servers.items():
            if isinstance(raw, dict):
                _add(found, wrong, _Entry(str(name), _flat(raw), place, filename))
            else:
                entry = _Entry(str(name), {}, place, filename)
                wrong.append(entry.problem("", "an object", kind(raw)))
    return tuple(found), tuple(wrong)


def is_configuration(data: JsonObject) -> bool:
    """Return whether an object has one of the keys under which clients keep servers."""
    return any(True for _ in _places(data, ""))


def _places(data: JsonObject, filename: str) -> Iterator[_Place]:
    """Yield every table of servers in a file, whichever client wrote it."""
    path = PurePath(filename.replace("\\", "/"))
    client = _FILES.get(path.name.lower(), _FOLDERS.get(path.parent.name, ""))
    if "mcpServers" in data:
        yield _Place(client or "mcpServers", "/mcpServers", data["mcpServers"])
    projects = data.get("projects")
    for position, project in enumerate(projects.values() if isinstance(projects, dict) else ()):
        # The key is a path of this machine; a position says enough.
        if isinstance(project, dict) and project.get("mcpServers"):
            pointer = f"/projects/{position}/mcpServers"
            yield _Place("Claude Code", pointer, project["mcpServers"])
    if isinstance(data.get("servers"), dict):
        yield _Place("VS Code", "/servers", data["servers"])
    if "mcp_servers" in data:
        yield _Place("Codex", "/mcp_servers", data["mcp_servers"])
    if "context_servers" in data:
        yield _Place("Zed", "/context_servers", data["context_servers"])
    inner = data.get("settings")
    for at, settings in (("", data), ("/settings", inner if isinstance(inner, dict) else {})):
        yield from _below_mcp(settings, at, has_servers="mcpServers" in data)


def _below_mcp(settings: JsonObject, at: str, *, has_servers: bool) -> Iterator[_Place]:
    """Yield the tables under `mcp`: VS Code's settings, or opencode's servers themselves."""
    if "mcp.servers" in settings:
        yield _Place("VS Code", f"{at}/mcp.servers", settings["mcp.servers"])
    inner = settings.get("mcp")
    if not isinstance(inner, dict):
        return
    servers = inner.get("servers")
    if isinstance(servers, dict) and not {"command", "url", "type"} & set(servers):
        yield _Place("VS Code", f"{at}/mcp/servers", servers)
    elif not has_servers:  # Gemini CLI keeps other settings under `mcp`.
        yield _Place("opencode", f"{at}/mcp", inner)


@dataclass(frozen=True, slots=True)
class _Entry:
    key: str
    raw: JsonObject
    place: _Place
    filename: str

    @property
    def name(self) -> str:
        return "a server" if looks_secret(self.key) else one_line(self.key, _NAME_CHARS)

    def problem(self, what: str, expected: str, got: str) -> Problem:
        pointer = f"{self.place.pointer}/{self.name.replace('~', '~0').replace('/', '~1')}"
        at = f"{pointer}{f'/{what}' if what else ''}"
        return problem("config.entry", self.filename, f"{at} (expected {expected}, got {got})", at)

    def texts(self, keys: tuple[str, ...], wrong: list[Problem]) -> dict[str, str]:
        """Return names and values of a table; a value that is no text counts by its name."""
        found: dict[str, str] = {}
        for key in keys:
            value = self.raw.get(key)
            if isinstance(value, dict):
                found |= {str(n): v if isinstance(v, str) else "" for n, v in value.items()}
            elif value is not None:
                wrong.append(self.problem(key, "an object", kind(value)))
        return found


def _flat(raw: JsonObject) -> JsonObject:
    """Return an entry with its command as text: older Zed writes path, args and env below it."""
    command = raw.get("command")
    if not isinstance(command, dict):
        return raw
    inner = {key: command[key] for key in ("args", "env") if key in command}
    return {**raw, **inner, "command": command.get("path")}


def _add(found: list[ConfiguredServer], wrong: list[Problem], entry: _Entry) -> None:
    own: list[Problem] = []
    started = _launch(entry, own)
    if started is not None:
        found.append(
            ConfiguredServer(
                name=entry.name,
                client=entry.place.client,
                package=started.package,
                remote=started.remote,
                reason=started.reason,
                is_enabled=entry.raw.get("disabled") is not True
                and entry.raw.get("enabled") is not False,
                pointer=entry.place.pointer,
                removed=tuple(dict.fromkeys(started.removed)),
            )
        )
        # What is odd about an entry that could be read costs nothing.
        own = [Problem(p.rule, p.location, p.message, Severity.WARNING) for p in own]
    wrong += own


def _launch(entry: _Entry, wrong: list[Problem]) -> Launch | None:
    """Return what an entry starts or opens; None beside the problem when it says neither."""
    raw = entry.raw
    values, headers = entry.texts(_VARIABLES, wrong), entry.texts(_HEADERS, wrong)
    known = secrets_among(values, headers)
    command, args = _command(entry, wrong)
    address = next((raw[key] for key in _ADDRESSES if isinstance(raw.get(key), str)), "")
    declared = raw.get("type", raw.get("transport", ""))
    transport = _TRANSPORTS.get(declared.lower(), "") if isinstance(declared, str) else ""
    if declared and not transport:
        wrong.append(entry.problem("type", "stdio, http or sse", "another word"))
    if address and (not command or transport not in {"", "stdio"}):
        return _opened(entry, address, transport, headers, known)
    if command:
        variables = (*_variables(values, known), *_passed(raw.get("env_vars"), known))
        return launch(command, args, variables, known)
    if wrong and raw.get("command") is not None:
        return None
    if raw.get("source") == "extension" or isinstance(raw.get("settings"), dict):
        return Launch(reason="is started by an extension of the editor")
    wrong.append(entry.problem("", "a command or a url", "neither"))
    return None


def _command(entry: _Entry, wrong: list[Problem]) -> tuple[str, list[str]]:
    """Return command and arguments; opencode writes both as one list."""
    command, args = entry.raw.get("command"), entry.raw.get("args")
    if isinstance(command, list):
        command, args = (command[0], command[1:]) if command else ("", [])
    if command is not None and not isinstance(command, str):
        wrong.append(entry.problem("command", "text or a list of texts", kind(command)))
        return "", []
    if args is not None and not isinstance(args, list):
        wrong.append(entry.problem("args", "a list of texts", kind(args)))
        args = []
    words: list[str] = []
    for position, word in enumerate(args or []):
        if isinstance(word, str):
            words.append(word)
        elif isinstance(word, int | float):
            words.append(str(word).lower())
        else:
            wrong.append(entry.problem(f"args/{position}", "text", kind(word)))
    return (command or "").strip(), words


def _opened(
    entry: _Entry,
    address: str,
    transport: str,
    headers: Mapping[str, str],
    known: Collection[str],
) -> Launch:
    clean = clean_url(address, known)
    if clean is None:
        return Launch(reason="its url is no http address that can be kept")
    names = [name for name in headers if _HEADER_NAME.fullmatch(name)]
    if entry.raw.get("bearer_token_env_var"):
        names.append("Authorization")
    kept = [name for name in dict.fromkeys(names) if not holds_secret(name, known)]
    kind_of = "sse" if transport == "sse" else "streamable-http"
    remote = Remote(kind_of, clean.url, tuple(secret_header(name) for name in kept))
    return Launch(remote=remote, removed=clean.removed)


def _variables(values: Mapping[str, str], known: Collection[str]) -> tuple[Variable, ...]:
    """Return the names of variables; one that holds a key, an address or an id is needed."""
    found = []
    for name, value in values.items():
        if not _VARIABLE_NAME.fullmatch(name) or holds_secret(name, known):
            continue
        is_secret = is_secret_name(name) or looks_secret(value)
        is_needed = is_secret or name.upper().split("_")[-1] in _NEEDED
        found.append(Variable(name, is_required=is_needed, is_secret=is_secret))
    return tuple(found)


def _passed(names: Json, known: Collection[str]) -> tuple[Variable, ...]:
    """Return the variables that Codex passes on by name."""
    rows = names if isinstance(names, list) else []
    texts = [row.get("name") if isinstance(row, dict) else row for row in rows]
    return _variables({name: "" for name in texts if isinstance(name, str)}, known)
