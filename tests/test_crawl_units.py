"""The pure parts of the crawler: addresses, reasons, placeholders, redaction, repair of JSON."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from generator.crawl import outcome, plan, sandbox
from generator.crawl.address import is_public, origin
from generator.crawl.limits import Limits
from generator.crawl.outcome import Failure
from generator.crawl.redact import redactor
from generator.crawl.web import retry_after
from generator.crawl.wire import Cleaner, parse
from generator.model import CrawlSettings, Package, Remote, ServerSpec, Variable
from generator.taxonomy import State

LIMITS = Limits()


@pytest.mark.parametrize(
    "address",
    [
        *("127.0.0.1", "10.1.2.3", "172.16.0.1", "192.168.1.1", "169.254.169.254", "100.64.0.1"),
        *("0.0.0.0", "224.0.0.1", "::1", "fe80::1", "fc00::1", "::ffff:10.0.0.1", "ff02::1"),  # noqa: S104  # looked at, nothing listens
        *("64:ff9b::a00:1", "2002:a00:1::1", "fe80::1%eth0"),
    ],
)
def test_private_addresses(address: str) -> None:
    """Private, link-local and metadata addresses are not public, in no IPv6 disguise either."""
    assert not is_public(address)


@pytest.mark.parametrize("address", ["1.1.1.1", "93.184.215.14", "2606:4700::1111"])
def test_public_addresses(address: str) -> None:
    """Ordinary addresses are public."""
    assert is_public(address)


@pytest.mark.parametrize(
    ("url", "message"),
    [
        ("ftp://example.org/", "no https URL"),
        ("https:///path", "no https URL"),
        ("https://[::bad/", "is no URL"),
        ("https://user:secret@example.org/", "holds credentials"),
    ],
)
def test_addresses_that_are_not_asked(url: str, message: str) -> None:
    """A URL that cannot be asked ends its server with a reason, without its secret."""
    with pytest.raises(Failure, match=message) as failure:
        origin(url)
    assert "secret" not in failure.value.reason


@pytest.mark.parametrize(
    ("code", "stderr", "state", "hint"),
    [
        (1, "Error: GITHUB_TOKEN is required", State.NEEDS_AUTH, "set GITHUB_TOKEN"),
        (1, "Please set the API key", State.NEEDS_AUTH, "crawl privately"),
        (1, "Error: Cannot find module 'left-pad'", State.FAILED_TO_START, "left-pad"),
        (1, "ModuleNotFoundError: No module named 'acme'", State.FAILED_TO_START, "acme"),
        (1, "requires Node.js >=22", State.FAILED_TO_START, "needs Node >= 22"),
        (1, "getaddrinfo ENOTFOUND api.acme.io", State.FAILED_TO_START, "--allow-network"),
        (1, "libGL.so.1: cannot open shared object file", State.FAILED_TO_START, "libGL.so.1"),
        (134, "JavaScript heap out of memory", State.FAILED_TO_START, "more memory"),
        (2, "usage: acme [options]", State.FAILED_TO_START, "packageArguments"),
        (-11, "", State.FAILED_TO_START, "may be missing"),
        (None, "", State.FAILED_TO_START, "may be missing"),
    ],
)
def test_endings(code: int | None, stderr: str, state: State, hint: str) -> None:
    """An exit becomes a state and a hint that helps."""
    failure = outcome.exited(code, stderr, "initialize")
    assert (state, True) == (failure.state, hint in failure.hint), failure.hint


@pytest.mark.parametrize(
    ("code", "words"),
    [(1, "exit code 1"), (-9, "signal SIGKILL"), (139, "signal SIGSEGV"), (250, "exit code 250")],
)
def test_exit_words(code: int, words: str) -> None:
    """A signal is named, also when a shell reports it as 128 and more."""
    assert words == outcome.exit_words(code)


def test_reasons_are_clean() -> None:
    """ANSI sequences, control characters, line breaks and secrets are gone, and the cap holds."""
    redact = redactor({"TOKEN": "s3cr3t-value"}, ["/srv/cache/packages"])
    text = (
        "\x1b[31mbad\x1b[0m\x1b]0;title\x07\r\n  at /srv/cache/packages/x s3cr3t-value\x00"
        + "y" * 2000
    )
    cleaned = outcome.clean(text, redact, 900)
    assert cleaned.startswith("bad / at [redacted:path]/x [redacted:TOKEN][U+0000]yyy")
    assert len(cleaned) <= 900


def test_secrets_in_the_forms_in_which_they_travel() -> None:
    """A secret is found plain, percent-encoded and in Base64."""
    redact = redactor({"KEY": "pass/word+1"}, [])
    found = redact("a pass/word+1 b pass%2Fword%2B1 c cGFzcy93b3JkKzE= d")
    assert found == "a [redacted:KEY] b [redacted:KEY] c [redacted:KEY]= d"


def test_variables() -> None:
    """Real values win, then placeholders, defaults, and fakes for what is required."""
    made = plan.settings(
        (
            Variable("A_TOKEN", is_required=True),
            Variable("B_URL", is_required=True),
            Variable("C_MODE", is_required=True, choices=("fast", "slow")),
            Variable("D", default="x"),
            Variable("E", placeholder="{HOME}/e"),
            Variable("F"),
            Variable("KUBECONFIG", placeholder="{HOME}/kc"),
        ),
        {"A_TOKEN": "real-secret", "UNDECLARED": "never"},
        "/home/user",
    )
    assert made.values == {
        "A_TOKEN": "real-secret",
        "B_URL": "https://placeholder.invalid",
        "C_MODE": "fast",
        "D": "x",
        "E": "/home/user/e",
        "KUBECONFIG": "/home/user/kc",
    }
    assert made.placeholders == ("B_URL", "C_MODE", "E", "KUBECONFIG")
    assert made.secrets == {"A_TOKEN": "real-secret"}
    assert list(made.fixtures) == ["/home/user/kc"]


NPM = Package("npm", "a")
OPEN = Remote("streamable-http", "https://a.example/mcp")
CLOSED = Remote("streamable-http", "https://a.example/mcp", (Variable("k", is_required=True),))


@pytest.mark.parametrize(
    ("spec", "kind"),
    [
        (ServerSpec("a", "A", packages=(NPM,), remotes=(OPEN,)), "remote"),
        (ServerSpec("a", "A", packages=(NPM,), remotes=(CLOSED,)), "package"),
        (ServerSpec("a", "A", remotes=(CLOSED,)), "remote"),
        (ServerSpec("a", "A", packages=(Package("oci", "a"), NPM)), "package"),
        (ServerSpec("a", "A", packages=(Package("oci", "a"),)), "oci over stdio"),
        (ServerSpec("a", "A"), "names no package and no remote"),
        (ServerSpec("a", "A", packages=(NPM,), crawl=CrawlSettings(skip_reason="no")), "no"),
    ],
)
def test_choice_of_the_way(spec: ServerSpec, kind: str) -> None:
    """A remote without credentials comes first, then a package; what is not tried says why."""
    chosen = plan.target(spec)
    found = "package" if chosen.package else "remote" if chosen.remote else chosen.why_not
    assert kind in found


@pytest.mark.parametrize(
    ("data", "value", "note"),
    [
        (b'{"a":1,"a":2}', {"a": 2}, "twice in one object"),
        (b"[NaN,Infinity]", [None, None], "the number NaN"),
        (b"[" + b"1" * 5000 + b"]", ["1" * 5000], "more than 4,300 digits"),
        (b'["\xff"]', ["\ufffd"], "not UTF-8"),
    ],
)
def test_repairs_of_a_message(data: bytes, value: object, note: str) -> None:
    """What strict JSON readers refuse is repaired, and each repair is told."""
    parsed = parse(data, LIMITS)
    assert value == parsed.value
    assert note in " ".join(n.what for n in parsed.notes)


def test_very_deep_nesting_keeps_its_neighbours() -> None:
    """A tool a hundred thousand levels deep costs itself, not the one beside it."""
    deep = b'{"t":[' + b"[" * 100_000 + b'"\\"]"' + b"]" * 100_000 + b',"good"]}'
    cleaner = Cleaner(LIMITS, str)
    cleaned = cleaner.clean(parse(deep, LIMITS).value)
    assert cleaned["t"][1] == "good"
    assert "nesting deeper than 200" in {n.what for n in cleaner.notes}


def test_many_values_are_refused() -> None:
    """A short text that stands for millions of objects is not parsed."""
    with pytest.raises(Failure, match="more than 1,000,000 JSON values"):
        parse(b"[" + b"[]," * 1_000_000 + b"[]]", LIMITS)


@pytest.mark.parametrize(
    ("value", "low", "high"),
    [("5", 5, 5), ("", 1, 1), ("soon", 1, 1), ("Wed, 21 Oct 2015 07:28:00 GMT", 0, 0)],
)
def test_retry_after(value: str, low: float, high: float) -> None:
    """Seconds, a date, or a second for anything else."""
    assert low <= retry_after(value) <= high


def test_sandbox_command_shows_no_secret(tmp_path: Path) -> None:
    """Variables travel in the environment, not among the words that `ps` shows."""
    box = sandbox.Sandbox(sandbox.BWRAP, tmp_path)
    value = "s3cr3t-value"
    env = sandbox.environment(box, "", {"TOKEN": value})
    words = box.command(["server"], (), LIMITS, network=False, work=sandbox.WORK)
    assert env["TOKEN"] == value
    assert value not in " ".join(words)
    assert "--share-net" not in words
    assert not any(
        word.startswith(("/root", "/home/", str(Path.home())))
        for word in words
        if word not in {sandbox.HOME, sandbox.WORK}
    )


JSON_VALUES = st.recursive(
    st.none()
    | st.booleans()
    | st.integers()
    | st.floats()
    | st.text(st.sampled_from("abé\ud800\U0001f600")),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text("ab\ud801"), inner),
    max_leaves=12,
)


@given(JSON_VALUES)
def test_a_look_ahead_changes_nothing(value: object) -> None:
    """A definition that needs no repair is as large as one that was searched value by value."""
    quick, thorough = (Cleaner(Limits(depth=3), lambda text: text.replace("bb", "")) for _ in "ab")
    cleaned = quick.clean(value)
    assert repr(thorough._clean(value, "", 1)) == repr(cleaned)  # the longer way
    assert (thorough.printed, thorough.notes) == (quick.printed, quick.notes)
