"""Any ending of a crawl to a state, a clean reason and a hint that helps.

Called by every module of this room: they raise `Failure`, `run.py` catches it. Reasons are read
by people on pages and terminals, so ANSI sequences, control characters, paths of this machine and
values of secrets are gone before a reason leaves this module.
"""

from __future__ import annotations

import re
import signal
from typing import TYPE_CHECKING

from generator.taxonomy import State
from generator.text import cut, visible

if TYPE_CHECKING:
    from collections.abc import Callable

_ANSI = re.compile(r"\x1b(?:\[[0-?]*[ -/]*[@-~]|\][^\x07\x1b]{0,500}(?:\x07|\x1b\\)|[@-Z\\-_])")
_BLANKS = re.compile(r"[ \t]+")
_LINES = re.compile(r"\s*\n\s*")
_VARIABLE = re.compile(r"\b[A-Z][A-Z0-9]*(?:_[A-Z0-9]+)+\b")
_STDERR_CHARS = 400

_WANTS_KEY = re.compile(
    r"(?i)(api[ _-]?key|access[ _-]?token|\btoken\b|secret|credential|password|passphrase|"
    r"_KEY\b|_TOKEN\b).{0,80}(required|missing|not set|not provided|not found|must be|"
    r"undefined|no default|please|invalid|expected)"
    r"|(?i:(missing|required|please set|must set|provide|set the|no)\b.{0,60}"
    r"(api[ _-]?key|token|secret|credential|password|environment variable))"
    r"|(?i:unauthori[sz]ed|authentication (?:failed|required)|not authenticated|not logged in)"
)
_HINTS: tuple[tuple[re.Pattern[str], str], ...] = (
    (
        re.compile(r"requires? node(?:\.js)? ?(?:version)? ?[>^=v ]*(\d+)", re.IGNORECASE),
        "needs Node >= {0}",
    ),
    (
        re.compile(
            r"does not provide an export named|ERR_UNKNOWN_BUILTIN_MODULE|Unsupported engine|"
            r"ERR_REQUIRE_ESM|No such built-in module|is not a function.*node:"
        ),
        "probably needs a newer Node",
    ),
    (
        re.compile(r"Requires-Python ?[<>=!~]*([\d.]+)|requires a different Python"),
        "needs another Python version",
    ),
    (
        re.compile(r"No module named '?([\w.]+)"),
        "the Python module {0} is missing from the package",
    ),
    (
        re.compile(r"Cannot find (?:module|package) '([^'\n]{1,80})'"),
        "the module {0} is missing from the package, or its install script did not run",
    ),
    (
        re.compile(r"([\w.+-]+\.so[\w.]*): cannot open shared object"),
        "the system library {0} is missing",
    ),
    (
        re.compile(
            r"ENOTFOUND|EAI_AGAIN|ENETUNREACH|ECONNREFUSED|getaddrinfo|Name or service not known|"
            r"Temporary failure in name resolution|Network is unreachable|fetch failed|"
            r"Connection refused|nodename nor servname|no such host|ConnectError"
        ),
        "needs the network to start: crawl it with --allow-network",
    ),
    (
        re.compile(r"heap out of memory|MemoryError|Cannot allocate memory|ENOMEM|bad_alloc"),
        "needs more memory than the limit allows",
    ),
    (
        re.compile(
            r"(?i)listening (?:on|at)|running (?:on|at) http|uvicorn running|server started on|"
            r"EADDRINUSE"
        ),
        "listens on a port instead of stdio",
    ),
    (
        re.compile(r"(?i)\busage:|unrecognized arguments|missing required argument|unknown option"),
        "wants other arguments; see packageArguments in its spec",
    ),
    (
        re.compile(r"could not determine executable|command not found|ENOENT.*spawn"),
        "a program it needs is not installed",
    ),
)
_STATE_HINTS = {
    State.TIMED_OUT: "raise --timeout for this server, or supply a dump of its tools",
    State.PROTOCOL_ERROR: "report it to the server's authors",
    State.TOO_LARGE: "raise the limit for this server",
    State.FAILED_TO_START: "a runtime, an argument or a variable may be missing",
    State.NEEDS_AUTH: "set the named variables and crawl privately; no login is attempted",
    State.NOT_OBSERVED: "supply a dump of its tools with mcp-risk import",
}


class Failure(Exception):  # noqa: N818  # an ending, not an error of ours
    """One server's crawl ended here, for this reason."""

    def __init__(self, state: State, reason: str, hint: str = "") -> None:
        super().__init__(reason)
        self.state, self.reason, self.hint = state, reason, hint


def clean(text: str, redact: Callable[[str], str], limit: int) -> str:
    """Return one line of visible text without ANSI sequences, secrets and paths, capped."""
    plain = _ANSI.sub("", text[: limit * 20].replace("\r", "\n"))
    folded = _LINES.sub(" / ", _BLANKS.sub(" ", plain).strip())
    return cut(visible(redact(folded)), limit)


def stderr_tail(text: str) -> str:
    """Return the end of what a server printed to stderr, starting at a line."""
    plain = _ANSI.sub("", text).strip()
    if len(plain) <= _STDERR_CHARS:
        return plain
    tail = plain[-_STDERR_CHARS:]
    return tail.partition("\n")[2] or tail


def exit_words(code: int) -> str:
    """Return how a process ended: `exit code 1` or `signal SIGKILL`."""
    number = -code if code < 0 else code - 128 if code > 128 else 0  # noqa: PLR2004  # shells add 128
    if number:
        try:
            return f"signal {signal.Signals(number).name}"
        except ValueError:
            return f"exit code {code}"
    return f"exit code {code}"


def exited(code: int | None, stderr: str, during: str) -> Failure:
    """Return the failure of a server that ended, or closed its output, before it answered."""
    how = "it closed its output" if code is None else f"it ended with {exit_words(code)}"
    said = stderr_tail(stderr)
    reason = f"{how} before answering {during}" + (f"; stderr: {said}" if said else "")
    names = variables(said)
    if _WANTS_KEY.search(said):
        hint = f"set {', '.join(names)} and crawl privately" if names else ""
        return Failure(State.NEEDS_AUTH, reason, hint or _STATE_HINTS[State.NEEDS_AUTH])
    return Failure(State.FAILED_TO_START, reason, hint_for(State.FAILED_TO_START, stderr))


def timed_out(during: str, seconds: float, stderr: str = "", noise: str = "") -> Failure:
    """Return the failure of a deadline, with what the server said meanwhile."""
    said = stderr_tail(stderr) or noise
    reason = f"no answer to {during} within {seconds:g} s" + (f"; it said: {said}" if said else "")
    if said and _WANTS_KEY.search(said):
        return Failure(State.NEEDS_AUTH, reason, hint_for(State.NEEDS_AUTH, said))
    return Failure(State.TIMED_OUT, reason, hint_for(State.TIMED_OUT, f"{stderr}\n{noise}"))


def refused(during: str, code: object, message: str) -> Failure:
    """Return the failure of an error reply."""
    reason = f"{during} was answered with error {code}: {cut(message, 200)}"
    if _WANTS_KEY.search(message):
        names = variables(message)
        hint = f"set {', '.join(names)} and crawl privately" if names else ""
        return Failure(State.NEEDS_AUTH, reason, hint)
    return Failure(State.PROTOCOL_ERROR, reason)


def variables(text: str) -> list[str]:
    """Return names that look like environment variables, each once, at most five."""
    return list(dict.fromkeys(_VARIABLE.findall(text)))[:5]


def hint_for(state: State, evidence: str) -> str:
    """Return the first hint that the evidence supports, or the general one of the state."""
    for pattern, hint in _HINTS:
        match = pattern.search(evidence)
        if match:
            return hint.format(*(group or "" for group in match.groups()))
    return _STATE_HINTS.get(state, "")
