"""Our files in the hands of the real programs, where they are installed; skipped otherwise.

`generator/policy/formats/checked.py` records which of them ran, in which version, on which day.
"""

from __future__ import annotations

import contextlib
import json
import os
import re
import shutil
import subprocess
import sys
import tomllib
from collections import Counter
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from policy_samples import assess, means, raw, schema, serve, sprintra
from test_policy_intercept import REFUSED

from generator import content
from generator.classify import engine, registry
from generator.policy import calls, draft, meanings, regex
from generator.policy import re2 as re2_forms
from generator.policy.evaluate import evaluate, rules_of
from generator.policy.formats import FORMATS, render
from generator.policy.formats import gemini as gemini_format
from generator.policy.formats.intercept_check import check
from generator.policy.formats.intercept_evaluate import UndefinedError
from generator.policy.formats.intercept_evaluate import evaluate as in_intercept
from generator.policy.formats.intercept_yaml import read
from generator.taxonomy import Category, Decision, Profile

if TYPE_CHECKING:
    from collections.abc import Mapping

    from generator.model import Policy, Rendered, Server

ROOT = Path(__file__).parent.parent
EVERY = 9
"""Of the catalogue's servers, how many there are per one that is tried."""
TOOLS_EACH = 3
MUTATIONS = ("", "../../etc/passwd", "https://evil.example/", -1, 10**9, True, ["a"])
BY_NAME = {fmt.name: fmt for fmt in FORMATS}
PATTERNS = [
    r"^[a-z]+$", r"^\d{4}-\d{2}$", r"a|b|", r"^(?:x|y){2,5}?$", r"[^\]\\^-]", r"\s\S\w\W\d\D\b\B",
    r"^\u00e9\x41\t$", r"^[\w.-]+@[\w.-]+\.\w{2,}$", r"(?<year>\d{4})", r"^.{0,1000}$",
    r"\$\{\w+\}", r"^[A-Z][A-Z0-9_]*$", r"[\u4e00-\u9fff]+", r"^\/api\/v\d+\/", r"[a\-z]",
    r"^(a(b(c)?)?)?$", r"^#[0-9a-fA-F]{6}$", r"[-a]", r"[a-]", r"\ud83d\ude00", r"x{3}",
    r"x{3,}", r"^\-?\d+$",
    r"[\b]",     r"^~\`\!\@\#\%\&\_\=\:\;\<\>\,\"\'$",
]  # fmt: skip
FOREIGN = [
    r"(?=a)", r"(?!a)", r"(?<=a)b", r"(?<!a)b", r"(a)\1", r"\p{L}", r"\cA", r"a++", r"a{1001}",
    r"(a{100}){11}", r"[^]", r"[]", r"(", r")", r"a**", r"\Z", r"\e", r"\h", r"\u{1F600}", r"(?i)a",
    r"(?#c)", r"(?>a)", r"*a", r"a{2,1}", r"\ud83d", r"[z-a]", r"[\D]", "\\", r"^*", r"{", r"a{,5}",
    r"\x4", "a" * 1001, "(" * 60 + ")" * 60, r"\k<n>", r"[\u12]",
]  # fmt: skip


def example(profile: Profile = Profile.BALANCED) -> tuple[Server, Policy]:
    """Return a server with every kind of condition, and its policy."""
    inputs = schema(
        ("kind", "n", "url", "flag", "text", "items"),
        kind={"type": "string", "enum": ["a", "b"]},
        n={"type": "integer", "minimum": 1, "maximum": 100},
        url="string",
        flag={"type": "boolean", "const": True},
        text={"type": "string", "minLength": 2, "pattern": "^[a-z]+$"},
        items={"type": "array"},
    )
    signals = (means("schema.param.url", "url"),)
    server = serve([raw("run", inputs), raw("list"), raw("pay"), raw("drop", schema())])
    assessments = (
        assess("run", Category.EXECUTE, signals=signals),
        assess("list"),
        assess("pay", Category.FINANCIAL),
        assess("drop", Category.DESTRUCTIVE),
    )
    return server, draft.draft(server, assessments, profile)


def rendered(policy: Policy, name: str) -> Rendered:
    found, problems = render(policy, BY_NAME[name])
    assert problems == []
    assert found is not None
    return found


def rows(server: Server, policy: Policy) -> list[tuple[str, dict[str, Any]]]:
    """Return some hundred calls: every argument replaced by every odd value."""
    odd = ["", "a", "A", "zz", "x" * 30, 0, 1, 100, 101, 1.5, True, False, None, [], ["a"], {}]
    odd += ["https://example.com/", "file:///etc/hosts", "../x", -1, 10**12]
    found: list[tuple[str, dict[str, Any]]] = [("unknown", {})]
    for tool in server.tools:
        call = calls.ordinary_call(tool, rules_of(policy, tool.name))
        found += [(tool.name, call), (tool.name, {})]
        found += [(tool.name, {**call, name: value}) for name in call for value in odd]
        found += [
            (tool.name, {key: value for key, value in call.items() if key != name}) for name in call
        ]
    return found


def program(name: str, variable: str = "") -> str:
    """Return the path of a program, or skip the test."""
    found = os.environ.get(variable, "") if variable else ""
    found = found or shutil.which(name) or ""
    if not found:
        pytest.skip(f"{name} is not installed")
    return found


def test_google_re2_accepts_what_the_recogniser_accepts() -> None:
    """Every rewritten pattern compiles in RE2 and means the same there and in Python."""
    re2 = pytest.importorskip("re2", reason="re2 is not installed")
    options = re2.Options()
    options.log_errors = False
    texts = [
        "",
        "a",
        "abc",
        "2026-11",
        "xyxy",
        "é A\t",
        "a@b.co",
        "x" * 3,
        "漢",
        "/api/v1/",
        "\n",
        "😀",
    ]
    known = [guard.expression for guard in meanings.GUARDS.values()]
    for pattern in [*map(regex.to_re2, PATTERNS), *known]:
        theirs = re2.compile(pattern, options)
        for text in texts:
            assert (re2_forms.compiled(pattern).search(text) is not None) == (
                theirs.search(text) is not None
            ), (pattern, text)


@pytest.mark.parametrize("pattern", FOREIGN)
def test_recogniser_refuses_what_means_something_else(pattern: str) -> None:
    """Whatever RE2 lacks or reads differently is refused with a reason."""
    with pytest.raises(regex.NotExpressibleError):
        regex.to_re2(pattern)


def test_google_re2_refuses_what_the_check_refuses() -> None:
    """The check of a user's own expressions never accepts what RE2 refuses."""
    re2 = pytest.importorskip("re2", reason="re2 is not installed")
    options = re2.Options()
    options.log_errors = False
    for pattern in [
        *FOREIGN,
        *PATTERNS,
        "(?P<n>a)",
        r"\z",
        r"\pL",
        r"[[:alpha:]]",
        r"(?s).",
        r"\C",
    ]:
        try:
            re2.compile(pattern, options)
        except re2.error:
            assert re2_forms.refused_by_re2(pattern), pattern


def cedar_context(arguments: dict[str, Any]) -> dict[str, Any]:
    """Return arguments as ToolHive passes them: numbers as decimals, the rest by presence."""
    context: dict[str, Any] = {}
    for name, value in arguments.items():
        if isinstance(value, bool | str):
            context[f"arg_{name}"] = value
        elif isinstance(value, int | float):
            number = {"fn": "decimal", "arg": f"{float(value):.4f}"}
            context[f"arg_{name}"] = {"__extn": number}
        else:
            context[f"arg_{name}_present"] = True
    return context


def test_cedar_decides_like_the_model_minus_its_losses() -> None:
    """Cedar permits nothing that the model denies but where a loss says so, and nothing errs."""
    cedarpy = pytest.importorskip("cedarpy", reason="cedarpy is not installed")
    for profile in Profile:
        server, policy = example(profile)
        file = rendered(policy, "toolhive")
        policies = "\n".join(json.loads(file.text)["cedar"]["policies"])
        lost = {loss.path for loss in file.losses if loss.path}
        for tool, arguments in rows(server, policy):
            request = {
                "principal": 'Client::"c"',
                "action": 'Action::"call_tool"',
                "resource": f"Tool::{json.dumps(tool)}",
                "context": cedar_context(arguments),
            }
            answer = cedarpy.is_authorized(request, policies, [])
            permitted = answer.decision == cedarpy.Decision.Allow
            wanted = _alone(policy, tool, arguments)
            # An argument of another type is an error in a permit, which denies.
            assert not (answer.diagnostics.errors and (permitted or wanted))
            weaker = permitted and not wanted
            assert not (wanted and not permitted), (tool, arguments)
            if weaker:
                wrong = _failing(policy, tool, arguments)
                assert wrong <= lost | {name for name in wrong if arguments.get(name) is None}


def _alone(policy: Policy, tool: str, arguments: dict[str, Any]) -> bool:
    """Return whether a call passes in a target that cannot ask."""
    outcome = evaluate(policy, tool, arguments)
    if outcome.decision is not Decision.ASK:
        return outcome.decision is Decision.ALLOW
    decision = next(rule for rule in rules_of(policy, tool) if rule.kind == "ask")
    return decision.fallback is Decision.ALLOW


def _failing(policy: Policy, tool: str, arguments: dict[str, Any]) -> set[str]:
    from generator.policy.evaluate import holds  # noqa: PLC0415 - used here only

    return {
        condition.path[0]
        for rule in rules_of(policy, tool)
        for condition in rule.conditions
        if not holds(condition, arguments)
    }


def test_claude_code_accepts_the_settings(tmp_path: Path) -> None:
    """`claude doctor` names no invalid entry."""
    claude = program("claude")
    _, policy = example()
    (tmp_path / ".claude").mkdir()
    (tmp_path / ".claude" / "settings.json").write_text(rendered(policy, "claude-code").text)
    done = _run([claude, "doctor"], tmp_path)
    assert "Invalid settings" not in done.stdout + done.stderr
    assert "Claude Code doctor" in done.stdout


def test_codex_reads_the_entry(tmp_path: Path) -> None:
    """`codex mcp get` shows the tools that the file enables and disables."""
    codex = program("codex")
    _, policy = example()
    text = rendered(policy, "codex").text
    (tmp_path / "config.toml").write_text(text)
    done = _run([codex, "mcp", "get", "demo", "--json"], tmp_path, CODEX_HOME=str(tmp_path))
    assert done.returncode == 0, done.stderr
    wanted = tomllib.loads(text)["mcp_servers"]["demo"]
    shown = json.loads(done.stdout)
    assert shown["enabled_tools"] == wanted["enabled_tools"]
    assert shown["disabled_tools"] == wanted["disabled_tools"]


def test_opencode_reads_the_permissions(tmp_path: Path) -> None:
    """`opencode debug config` keeps the entries and their order."""
    opencode = program("opencode")
    _, policy = example()
    text = rendered(policy, "opencode").text
    (tmp_path / "opencode.json").write_text(text)
    done = _run([opencode, "debug", "config"], tmp_path)
    shown = json.loads(done.stdout[done.stdout.index("{") :])
    assert list(shown["permission"].items()) == list(json.loads(text)["permission"].items())


GEMINI_SCRIPT = """
import { pathToFileURL } from 'node:url';
const at = (path) => import(pathToFileURL(`${process.argv[2]}/dist/src/${path}`));
const { loadPoliciesFromToml } = await at('policy/toml-loader.js');
const { PolicyEngine } = await at('policy/policy-engine.js');
const { generateValidName } = await at('tools/mcp-tool.js');
const [file, server, ...tools] = process.argv.slice(3);
const { rules, errors } = await loadPoliciesFromToml([file], () => 2);
const engine = new PolicyEngine({ rules });
const found = {};
for (const tool of tools) {
  const name = generateValidName(`${server}_${tool}`);
  found[tool] = (await engine.check({ name, args: {} }, server)).decision;
}
const wrong = errors.filter((error) => error.severity !== 'warning').length;
process.stdout.write('RESULT' + JSON.stringify({ errors: wrong, found }));
"""


def test_gemini_engine_decides_like_the_file(tmp_path: Path) -> None:
    """The client's own policy engine gives the policy's decisions; unknown tools are denied."""
    node = program("node")
    package = os.environ.get("GEMINI_CLI_CORE", "")
    if not package:
        pytest.skip("@google/gemini-cli-core is not installed (GEMINI_CLI_CORE is its folder)")
    _, policy = example()
    file, script = tmp_path / "demo.toml", tmp_path / "engine.mjs"
    file.write_text(rendered(policy, "gemini").text)
    script.write_text(GEMINI_SCRIPT)
    wanted = {"run": "ask_user", "list": "allow", "pay": "ask_user", "drop": "deny", "new": "deny"}
    key = gemini_format.server_key(policy)
    done = _run([node, str(script), package, str(file), key, *wanted], tmp_path)
    result = json.loads(done.stdout.partition("RESULT")[2])
    assert result == {"errors": 0, "found": wanted}


def _run(command: list[str], folder: Path, **environment: str) -> subprocess.CompletedProcess[str]:
    """Run a program with a home of its own and without the network's credentials."""
    env = {"PATH": os.environ["PATH"], "HOME": str(folder), "NO_COLOR": "1", **environment}
    return subprocess.run(
        command,
        cwd=folder,
        env=env,
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )


def test_intercept_validates_what_we_validate(tmp_path: Path) -> None:
    """Intercept accepts our files and refuses what our check calls refused."""
    intercept = program("intercept", "INTERCEPT_BIN")
    file = tmp_path / "policy.yaml"
    server, assessments = sprintra()
    for profile in Profile:
        file.write_text(rendered(draft.draft(server, assessments, profile), "intercept").text)
        assert _run([intercept, "validate", "-c", str(file)], tmp_path).returncode == 0
    for text, _ in REFUSED:
        if any(problem.rule == "policy.intercept.refused" for problem in check(text)):
            file.write_text(text)
            assert _run([intercept, "validate", "-c", str(file)], tmp_path).returncode == 1, text


STUB = """
import json, sys
for line in sys.stdin:
    message = json.loads(line)
    if "id" not in message:
        continue
    result = {"content": [{"type": "text", "text": "passed"}]}
    if message["method"] == "initialize":
        result = {"protocolVersion": "2025-11-25", "capabilities": {"tools": {}},
                  "serverInfo": {"name": "stub", "version": "1"}}
    answer = {"jsonrpc": "2.0", "id": message["id"], "result": result}
    print(json.dumps(answer), flush=True)
"""


@dataclass(frozen=True, slots=True)
class Table:
    """One policy, its Intercept file with limits that no test reaches, and calls to try."""

    server: str
    policy: Policy
    file: Rendered
    text: str
    calls: list[tuple[str, dict[str, Any]]]


def table(server: Server, policy: Policy, made: list[tuple[str, dict[str, Any]]]) -> Table:
    file = rendered(policy, "intercept")
    text = re.sub(r'"\d+/(minute|hour|day)"', r'"1000000/\1"', file.text)
    return Table(server.slug, policy, file, text, made)


def sampled_rows(server: Server, policy: Policy) -> list[tuple[str, dict[str, Any]]]:
    """Return calls of some tools: an ordinary one, one mutated, one without an argument, more."""
    found: list[tuple[str, dict[str, Any]]] = [("no_such_tool", {}), ("no_such_tool", {"a": 1})]
    for tool in server.tools[:: max(1, len(server.tools) // TOOLS_EACH)][:TOOLS_EACH]:
        call = calls.ordinary_call(tool, rules_of(policy, tool.name))
        # Every condition is on an argument, also on those that an ordinary call leaves out.
        names = {rule.conditions[0].path[0] for rule in rules_of(policy, tool.name)
                 if rule.conditions}  # fmt: skip
        found += [(tool.name, call), (tool.name, {})]
        for name in sorted({*call, *names}):
            found.append((tool.name, {k: v for k, v in call.items() if k != name}))
            found += [(tool.name, {**call, name: value}) for value in MUTATIONS]
    return found


@pytest.fixture(scope="module")
def tables() -> list[Table]:
    """Return the hand-written policy and those of every few servers of the catalogue."""
    server, policy = example()
    found = [table(server, policy, rows(server, policy))]
    loaded, _ = content.load([ROOT / "content"])
    book = registry.rulebook(loaded.rules)
    for server in [server for server in loaded.servers if server.tools][::EVERY]:
        rated = engine.assess_server(server, book, today=date(2026, 11, 24))
        for profile in (Profile.BALANCED, Profile.LOCKED):
            policy = draft.draft(server, rated, profile)
            found.append(table(server, policy, sampled_rows(server, policy)))
    return found


def test_the_table_of_calls_is_sound(tables: list[Table]) -> None:
    """Our reading of the file agrees with the policy on every call, but where a loss says so."""
    seen: Counter[tuple[Decision, bool]] = Counter()
    undefined = 0
    for one in tables:
        document = read(one.text).value
        stated = {(loss.tool, loss.direction) for loss in one.file.losses}
        for tool, arguments in one.calls:
            wanted = evaluate(one.policy, tool, arguments).decision
            try:
                passes = in_intercept(document, tool, arguments).passes
            except UndefinedError:
                undefined += 1
                continue
            seen[wanted, passes] += 1
            direction = "weaker" if passes else "stricter"
            if passes is not (wanted is Decision.ALLOW):
                assert (tool, direction) in stated, (one.server, tool, arguments)
    assert seen.total() >= 200
    assert undefined < seen.total() / 4
    assert min(seen[Decision.ALLOW, True], seen[Decision.DENY, False]) >= 50
    assert {one.server for one in tables if len(one.calls) > 2} == {one.server for one in tables}


def test_intercept_decides_like_our_evaluator(tables: list[Table], tmp_path: Path) -> None:
    """Some hundred calls through the real proxy: the same pass, the same are stopped."""
    intercept = program("intercept", "INTERCEPT_BIN")
    compared = 0
    for number, one in enumerate(tables):
        document = read(one.text).value
        passed = through_proxy(intercept, tmp_path / str(number), one)
        counters: Mapping[str, int] = {}
        for (tool, arguments), theirs in zip(one.calls, passed, strict=True):
            with contextlib.suppress(UndefinedError):
                ours = in_intercept(document, tool, arguments, counters)
                counters = ours.counters
                assert theirs == ours.passes, (one.server, tool, arguments)
                compared += 1
    assert compared >= 200


def through_proxy(intercept: str, folder: Path, one: Table) -> list[bool]:
    """Return for each call whether the proxy with this policy lets it pass."""
    folder.mkdir()
    (folder / "policy.yaml").write_text(one.text)
    (folder / "stub.py").write_text(STUB)
    env = {"PATH": os.environ["PATH"], "HOME": str(folder)}
    proxy = subprocess.Popen(
        [intercept, "-c", "policy.yaml", "--state-dir", str(folder / "state"),
         "--", sys.executable, "stub.py"],
        cwd=folder, env=env, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True,
    )  # fmt: skip
    assert proxy.stdin is not None
    assert proxy.stdout is not None
    passed = []
    try:
        for number, (tool, arguments) in enumerate(one.calls, 1):
            params = {"name": tool, "arguments": arguments}
            message = {"jsonrpc": "2.0", "id": number, "method": "tools/call", "params": params}
            proxy.stdin.write(json.dumps(message) + "\n")
            proxy.stdin.flush()
            answer = json.loads(proxy.stdout.readline())
            passed.append(not answer["result"].get("isError", False))
    finally:
        proxy.kill()
        proxy.wait()
        proxy.stdin.close()
        proxy.stdout.close()
    return passed
