"""Configuration files of MCP clients, typed in the shape each client writes."""

from __future__ import annotations

import json
from dataclasses import asdict
from typing import TYPE_CHECKING

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from generator.crawl.intake_clients import ConfiguredServer, parse
from generator.crawl.intake_secrets import clean_url, clean_words, is_secret_name, looks_secret

if TYPE_CHECKING:
    from collections.abc import Callable

GITHUB_TOKEN = "ghp_16C7e42F292c6912E7710c838347Ae178B4a"  # noqa: S105 - a made-up key in its real shape


def one(entry: object, name: str = "acme") -> ConfiguredServer:
    """Return the only server of a file with one entry."""
    servers, problems = parse(json.dumps({"mcpServers": {name: entry}}), "mcp.json")
    assert [p for p in problems if p.severity == "error"] == []
    return servers[0]


def words(server: ConfiguredServer) -> str:
    """Return what an entry starts or opens, or why neither, as one line."""
    package, remote = server.package, server.remote
    if package is not None:
        version = f"@{package.version}" if package.version else ""
        program = f" [{package.executable}]" if package.executable else ""
        names = ",".join(v.name for v in package.environment)
        line = f"{package.registry_type} {package.identifier}{version}{program}"
        return f"{line} {' '.join(package.arguments)} {names}".strip().replace("  ", " ")
    if remote is not None:
        headers = ",".join(header.name for header in remote.headers)
        return f"{remote.transport} {remote.url} {headers}".strip()
    return f"- {server.reason}"


CLIENTS = {
    "Claude Desktop": (
        "claude_desktop_config.json",
        '{"mcpServers": {"fs": {"command": "npx", "args": ["-y", "acme-fs@1.2.3", "/Users/x"]}}}',
        ["npm acme-fs@1.2.3 ."],
    ),
    "Claude Code": (
        "/home/me/.claude.json",
        (
            '{"mcpServers": {"a": {"type": "http", "url": "https://a.example/mcp"}}, "projects": '
            '{"/home/me/secret-project": {"mcpServers": {"b": {"type": "stdio", "command": "uvx", '
            '"args": ["acme-b"]}}, "allowedTools": []}, "/home/me/other": {}}}'
        ),
        ["streamable-http https://a.example/mcp", "pypi acme-b"],
    ),
    "Cursor": (
        ".cursor/mcp.json",
        '{"mcpServers": {"a": {"url": "https://a.example/mcp", "headers": {"X-Api-Key": "k"}}}}',
        ["streamable-http https://a.example/mcp X-Api-Key"],
    ),
    "Windsurf": (
        "mcp_config.json",
        '{"mcpServers": {"a": {"serverUrl": "https://a.example/sse", "type": "sse"}}}',
        ["sse https://a.example/sse"],
    ),
    "VS Code": (
        ".vscode/mcp.json",
        (
            '{\n  // the team\'s servers\n  "inputs": [{"id": "key", "type": "promptString", '
            '"password": true}],\n  "servers": {"a": {"type": "stdio", "command": "npx", "args": '
            '["-y", "@acme/a",], "env": {"ACME_KEY": "${input:key}"}}, /* } */ },\n}'
        ),
        ["npm @acme/a ACME_KEY"],
    ),
    "VS Code, older": (
        "settings.json",
        '{"editor.fontSize": 12, "mcp": {"servers": {"a": {"command": "uvx", "args": ["a"]}}}}',
        ["pypi a"],
    ),
    "VS Code, dotted": (
        "settings.json",
        '{"mcp.servers": {"a": {"command": "uvx", "args": ["a"]}}}',
        ["pypi a"],
    ),
    "Codex": (
        "config.toml",
        (
            'model = "x"\n[mcp_servers.a]\ncommand = "npx"\nargs = ["a"]\nenv_vars = ["A_TOKEN"]\n'
            '[mcp_servers.a.env]\nB = "1"\n[mcp_servers.b]\nurl = "https://b.example/mcp"\n'
            'bearer_token_env_var = "B_TOKEN"\nhttp_headers = { "X-Region" = "eu" }\n'
            'env_http_headers = { "X-Key" = "B_KEY" }\n'
        ),
        ["npm a B,A_TOKEN", "streamable-http https://b.example/mcp X-Region,X-Key,Authorization"],
    ),
    "Gemini CLI": (
        ".gemini/settings.json",
        '{"mcp": {"allowed": ["a"]}, "mcpServers": {"a": {"httpUrl": "https://a.example/mcp"}}}',
        ["streamable-http https://a.example/mcp"],
    ),
    "Copilot CLI": (
        "mcp-config.json",
        '{"mcpServers": {"a": {"type": "local", "command": "npx", "args": ["a"], "tools": ["*"]}}}',
        ["npm a"],
    ),
    "opencode": (
        "opencode.json",
        (
            '{"mcp": {"a": {"type": "local", "command": ["npx", "-y", "a", "--x"], "environment": '
            '{"A_KEY": "v"}, "enabled": false}, "b": {"type": "remote", "url": "https://b.example"}}}'
        ),
        ["npm a --x A_KEY", "streamable-http https://b.example"],
    ),
    "Zed": (
        "settings.json",
        (
            '{"context_servers": {"a": {"command": "uvx", "args": ["a"]}, "b": {"command":'
            ' {"path": "npx", "args": ["b"], "env": {"B": "1"}}}, "c": {"settings": {}}}}'
        ),
        ["pypi a", "npm b B", "- is started by an extension of the editor"],
    ),
}


@pytest.mark.parametrize("client", CLIENTS)
def test_the_files_of_each_client(client: str) -> None:
    """Every client's own keys lead to the same packages and addresses."""
    filename, text, expected = CLIENTS[client]
    servers, problems = parse(text, filename)
    assert (expected, ()) == ([words(server) for server in servers], problems)
    assert client.partition(",")[0] in {server.client for server in servers}


COMMANDS = {
    "npx -y acme@latest": "npm acme",
    "npx -y @acme/a@^1.2 --port 80": "npm @acme/a@^1.2 --port 80",
    "npx --package @acme/tools acme-mcp run": "npm @acme/tools [acme-mcp] run",
    "npx -y --package=acme acme": "npm acme",
    "npx github:acme/mcp": "- npx runs something that is no package of the npm registry",
    "npx -y": "- npx names no package",
    "npx -c ls": "- npx runs a shell script",
    "cmd /c npx -y acme": "npm acme",
    r"C:\Program_Files\nodejs\npx.cmd -y acme": "npm acme",
    "/opt/homebrew/bin/bunx acme": "npm acme",
    "bun x acme": "npm acme",
    "pnpm dlx acme": "npm acme",
    "npm exec -- acme --x": "npm acme --x",
    "uvx acme==1.2": "pypi acme@1.2",
    "uvx acme@latest": "pypi acme",
    "uvx --python 3.12 --from acme[http]>=2 acme-mcp serve": "pypi acme [acme-mcp] serve",
    "uvx --from git+https://example.org/a acme": (
        "- uvx runs something that is no package of the Python index"
    ),
    "uv tool run acme": "pypi acme",
    "uv --directory /home/me/acme run server.py": (
        "- uv is a program on this machine, and its package is unknown"
    ),
    "pipx run --spec acme==2 acme-mcp": "pypi acme@2 [acme-mcp]",
    "docker run -i --rm -e ACME_KEY -e A=b -v /x:/y ghcr.io/acme/mcp:1.0 stdio": (
        "oci ghcr.io/acme/mcp@1.0 stdio ACME_KEY,A"
    ),
    "podman run --rm -i localhost:5000/acme": "oci localhost:5000/acme",
    "docker exec -i acme run": "- docker does not run an image here",
    "docker run -i": "- the container command names no image",
    "dnx Acme.Mcp@1.0 --yes -- serve": "nuget Acme.Mcp@1.0 serve",
    "env A=b npx acme": "npm acme",
    "wsl npx acme": "npm acme",
    "node /home/me/acme/index.js": "- a node program on this machine",
    "/bin/acme-d": "- acme-d is a program on this machine, and its package is unknown",
    "python3 -m acme": (
        "- python -m acme runs what is installed here; name its package with uvx --from PACKAGE"
    ),
    "python /x.py": "- a Python program on this machine",
    "npx -y mcp-remote https://a.example/mcp": "streamable-http https://a.example/mcp",
    "npx -y mcp-remote@0.1 https://a.example/sse --transport sse-only": "sse https://a.example/sse",
    "npx mcp-remote https://a.example/mcp --header X-Key:${K}": (
        "streamable-http https://a.example/mcp X-Key"
    ),
    "npx mcp-remote": "- mcp-remote opens an address that is not in its arguments",
    "uvx mcp-proxy https://a.example/sse": "streamable-http https://a.example/sse",
    "npx -y @smithery/cli run acme": "- is started through Smithery; import the server itself",
}


@pytest.mark.parametrize("line", COMMANDS)
def test_commands_are_unwrapped_to_what_they_start(line: str) -> None:
    """Runners, shells and bridges give way to the package or the address behind them."""
    command, *args = line.split()
    assert words(one({"command": command, "args": args})) == COMMANDS[line]


SHELLS = {
    ("bash", "-c", "npx -y acme --x"): "npm acme --x",
    (
        "sh",
        "-lc",
        "A=b exec npx acme",
    ): "- exec is a program on this machine, and its package is unknown",
    ("zsh", "-l", "-c", "uvx acme"): "pypi acme",
    ("bash", "-c", "cd /x && npx acme"): "- runs a shell script",
    ("bash", "-c", "npx 'acme"): "- runs a shell script with an open quote",
    ("npx -y acme",): "npm acme",
    ("cmd", "/c", "npx -y acme"): "npm acme",
    ("bash", "/home/me/run.sh"): "- bash is a program on this machine, and its package is unknown",
}


@pytest.mark.parametrize("line", SHELLS, ids=" ".join)
def test_shells_are_read_when_they_start_one_program(line: tuple[str, ...]) -> None:
    """A script of one command is that command; anything more is not guessed at."""
    assert words(one({"command": line[0], "args": list(line[1:])})) == SHELLS[line]


ARGUMENTS = {
    ("--root", "/home/me"): ("--root", "."),
    ("--root=/home/me", "~/x", r"C:\x", "./y"): ("--root=.", ".", ".", "."),
    ("--api-key", "hunter2"): ("--api-key", "placeholder-not-a-secret"),
    ("--token=abc", "ACME_KEY=abc"): (
        "--token=placeholder-not-a-secret",
        "ACME_KEY=placeholder-not-a-secret",
    ),
    ("--header", "Authorization: Bearer x"): (
        "--header",
        "Authorization: placeholder-not-a-secret",
    ),
    (GITHUB_TOKEN,): ("placeholder-not-a-secret",),
    ("--max-tokens", "4096", "--read-only"): ("--max-tokens", "4096", "--read-only"),
    ("postgresql://me:pw@db.corp/x",): ("postgresql://placeholder.invalid",),
    ("https://me:pw@a.example/x?token=1&page=2#f",): ("https://a.example/x?page=2",),
    ("${workspaceFolder}", "$HOME"): ("placeholder-not-a-secret", "placeholder-not-a-secret"),
    ("--id", "7d444840-9dc0-11d1-b245-5ffdce74fad2"): ("--id", "placeholder-not-a-secret"),
    ("--toolsets", "repos,issues", "2025-06-18"): ("--toolsets", "repos,issues", "2025-06-18"),
}


@pytest.mark.parametrize("line", ARGUMENTS, ids=" ".join)
def test_arguments_lose_secrets_and_paths(line: tuple[str, ...]) -> None:
    """Keys are replaced by what is no key, paths of the machine by the working directory."""
    kept, removed = clean_words(line, frozenset())
    assert ARGUMENTS[line] == kept
    assert bool(removed) == (kept != line)


ADDRESSES = {
    "https://A.example:443/mcp": "https://a.example:443/mcp",
    "https://a.example/s/AbC123dEf456gHi789/mcp": "https://a.example/s/{secret}/mcp",
    "https://a.example/mcp?tavilyApiKey=x&region=eu": "https://a.example/mcp?region=eu",
    "https://a.example/mcp?x=${input:x}": "https://a.example/mcp",
    "http://[::1]:80/x": "http://[::1]:80/x",
    "ftp://a.example": None,
    "https://": None,
    "https://a b.example": None,
    "https://a.example:port": None,
    "https://[": None,
}


@pytest.mark.parametrize("raw", ADDRESSES)
def test_addresses_lose_credentials(raw: str) -> None:
    """User, password and query values of secrets go; what is no http address is none."""
    clean = clean_url(raw)
    assert (clean.url if clean else None) == ADDRESSES[raw]


NAMES = {"API_KEY": True, "tavilyApiKey": True, "X-Auth": True, "apikey": True,
         "KEYCLOAK_URL": False, "maxTokens": False, "Authorization": True}  # fmt: skip


@pytest.mark.parametrize("name", NAMES)
def test_names_of_secrets(name: str) -> None:
    """A name is split into words, so that a monkey is no key."""
    assert NAMES[name] == is_secret_name(name)


MESSAGES = {
    '{"mcpServers": {"a": 5, "b": {"command": "uvx", "args": ["b"]}}}': (
        "/mcpServers/a (expected an object, got a number)"
    ),
    '{"mcpServers": {"a": {}, "b": {"command": "uvx", "args": ["b"]}}}': (
        "/mcpServers/a (expected a command or a url, got neither)"
    ),
    '{"mcpServers": {"a": {"command": 1}, "b": {"command": "uvx", "args": ["b"]}}}': (
        "/mcpServers/a/command (expected text or a list of texts, got a number)"
    ),
    '{"mcpServers": {"b": {"command": "uvx", "args": "b"}, "c": {"command": "uvx"}}}': (
        "/mcpServers/b/args (expected a list of texts, got text)"
    ),
    '{"mcpServers": {"b": {"command": "uvx", "args": ["b", null, 1, true]}}}': (
        "/mcpServers/b/args/1 (expected text, got nothing)"
    ),
    '{"mcpServers": {"b": {"command": "uvx", "args": ["b"], "env": ["A"]}}}': (
        "/mcpServers/b/env (expected an object, got a list)"
    ),
    '{"mcpServers": {"b": {"command": "uvx", "args": ["b"], "type": "pigeon"}}}': (
        "/mcpServers/b/type (expected stdio, http or sse, got another word)"
    ),
    '{"mcpServers": []}': "/mcpServers (expected an object, got a list)",
    "[]": "the file (expected an object, got a list)",
    "": "the file (expected JSON, got broken JSON in line 1)",
    '{\n"mcpServers": {\n"a": "' + GITHUB_TOKEN: (
        "the file (expected JSON, got broken JSON in line 3)"
    ),
    '{"a": 1}': (
        "the file (expected mcpServers, servers, mcp_servers, mcp or context_servers, "
        "got none of them)"
    ),
}


@pytest.mark.parametrize("text", MESSAGES)
def test_messages_name_the_place_and_not_the_value(text: str) -> None:
    """What is wrong is said once, and the sibling named b is still there."""
    servers, problems = parse(text, "mcp.json")
    assert [MESSAGES[text]] == [problem.message for problem in problems]
    assert ('"b"' in text) == bool(servers)


def test_broken_toml_is_named_by_its_line() -> None:
    """A message about TOML holds nothing of the file."""
    problem = parse('[mcp_servers.a]\nkey = "x\n', "config.toml")[1][0]
    assert str(problem) == (
        "config.toml: intake.config.syntax: the file (expected TOML, got broken TOML in line 2)"
    )


def test_traps_of_single_entries() -> None:
    """Null arguments, a url without a type and its odd spellings are what people write."""
    assert words(one({"command": "acme", "args": None})).startswith("- acme is a program")
    assert words(one({"url": "https://a.example"})) == "streamable-http https://a.example"
    odd = {"type": "streamableHttp", "url": "https://a.example"}
    assert words(one(odd)) == "streamable-http https://a.example"
    assert one({"url": "http://[", "type": "sse"}).reason == (
        "its url is no http address that can be kept"
    )
    assert not one({"url": "https://a.example", "disabled": True}).is_enabled
    assert one({"url": "https://a.example"}, name=GITHUB_TOKEN).name == "a server"


def test_a_secret_of_the_environment_is_found_in_the_arguments() -> None:
    """The same value written twice is a secret in both places."""
    entry = {"command": "uvx", "args": ["acme", "plainsecret"], "env": {"A_TOKEN": "plainsecret"}}
    assert words(one(entry)) == "pypi acme placeholder-not-a-secret A_TOKEN"
    entry = {"command": "uvx", "args": ["plainsecret"], "env": {"A_TOKEN": "plainsecret"}}
    assert one(entry).reason == "the name of its package looks like a secret"


VALUES = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=12),
    lambda inner: st.lists(inner, max_size=4)
    | st.dictionaries(
        st.sampled_from(["command", "args", "env", "url", "type", "mcpServers", "servers", "mcp",
                         "projects", "headers", "context_servers", "a", ""]),
        inner, max_size=5,
    ),
    max_leaves=20,
)  # fmt: skip


@given(VALUES, st.sampled_from(["mcp.json", "config.toml", "", "a/.claude.json"]))
def test_no_json_is_a_crash(value: object, filename: str) -> None:
    """Any value in any place gives servers and problems."""
    parse(json.dumps(value), filename)


@given(st.text(max_size=60))
@example("[" * 100_000)
@example('{"a":' * 5_000)
@example("9" * 5_000)
@example("/*" * 1_000)
def test_no_text_is_a_crash(text: str) -> None:
    """Any text gives problems, as JSON and as TOML."""
    for filename in ("mcp.json", "config.toml"):
        servers, problems = parse(text, filename)
        assert servers or problems or text.strip()


# The start is no word of ours: a generated value could be a piece of a message.
SECRET = st.text(
    st.characters(codec="ascii", exclude_characters="\x00"), min_size=6, max_size=40
).map(lambda text: f"Zq9{text.strip()}qZ9")
SHAPES = (
    lambda s: {"command": "npx", "args": ["acme", "--x", s, f"--y={s}"], "env": {"A_TOKEN": s}},
    lambda s: {"command": "docker", "args": ["run", "-e", f"K={s}", "acme", s], "env": {"PASS": s}},
    lambda s: {"command": "npx", "args": ["acme", "--api-key", s, f"A_SECRET={s}"]},
    lambda s: {"url": f"https://a.example/{s}/x?y={s}&{s}=1", "headers": {"Authorization": s}},
    lambda s: {"url": f"https://{s}:{s}@a.example/", "headers": {"X-Key": s}},
    lambda s: {"command": s, "args": [s], "env": {"A_KEY": s, s: s}, "type": s},
    lambda s: {"command": "sh", "args": ["-c", f"npx acme {s}"], "env": {"A_KEY": s}},
    lambda s: {"command": "npx", "args": ["mcp-remote", f"https://a.example?key={s}", "--header",
                                          f"X: {s}"], "env": {"TOKEN": s}},
)  # fmt: skip


@given(SECRET, st.sampled_from(SHAPES))
def test_no_secret_survives(secret: str, shape: Callable[[str], object]) -> None:
    """A value named as a secret once is nowhere in what is kept or said."""
    servers, problems = parse(json.dumps({"mcpServers": {"a": shape(secret)}}), "mcp.json")
    kept = json.dumps([*map(asdict, servers), *map(str, problems)])
    assert json.dumps(secret)[1:-1].lower() not in kept.lower()


def test_shapes_of_keys() -> None:
    """Keys are told from words, versions and names of packages."""
    assert looks_secret("eyJhbGciOiJIUzI1NiJ9.e30.x")
    assert looks_secret("a1B2c3D4e5F6g7H8i9")
    assert not looks_secret("@modelcontextprotocol/server-sequential-thinking")
    assert not looks_secret("awslabs.amazon-bedrock-agentcore-mcp-server")
