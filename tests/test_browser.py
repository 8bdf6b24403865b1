"""The site in a real browser: accessible on every page kind, narrow enough, and quiet."""

import functools
import http.server
import importlib.util
import threading
from collections.abc import Iterator
from pathlib import Path

import browser_pipe
import pytest
import site_sample
import typed_site

TEMPLATES = Path(__file__).parent.parent / "templates"
_AXE = importlib.util.find_spec("axe_core_python")
pytestmark = [
    pytest.mark.skipif(not browser_pipe.program(), reason="chromium is not installed"),
    pytest.mark.skipif(_AXE is None, reason="axe-core-python is not installed"),
]
KINDS = (
    "",
    "servers/",
    "servers/sprintra/",
    "servers/odd/",
    "servers/unseen/",
    "servers/failed/",
    "tools/",
    "tools/odd/",
    "tools/sprintra/work_sessions/",
    "tools/odd/script-alert-1-script~5c140d35dc/",
    "risk/",
    "risk/high/",
    "risk/high/odd/",
    "categories/",
    "categories/read/",
    "categories/read/critical/",
    "attacks/",
    "attacks/injected-log/",
    "rules/",
    "rules/base.execute/",
    "methodology/",
    "faq/",
    "glossary/",
    "search/",
    "stack/",
    "compare/",
    "api/",
    "404.html",
)
_RULES = '["wcag2a","wcag2aa","wcag21a","wcag21aa","wcag22aa","best-practice"]'
_CHECK = (
    "(async () => { for (const d of document.querySelectorAll('details:not([name])')) "
    f"d.open = true; const r = await axe.run(document, {{runOnly: {_RULES}}});"
    "return r.violations.map(v => v.id + ': ' + v.nodes[0].html.slice(0, 160)); })()"
)
_WIDER = "document.documentElement.scrollWidth - document.documentElement.clientWidth"


class _Quiet(http.server.SimpleHTTPRequestHandler):
    def log_message(self, *_: object) -> None:
        """Say nothing."""


@pytest.fixture(scope="module")
def address(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    folder = tmp_path_factory.mktemp("browser") / "site"
    typed_site.build(site_sample.catalogue(), folder)
    handler = functools.partial(_Quiet, directory=str(folder))
    with http.server.ThreadingHTTPServer(("127.0.0.1", 0), handler) as server:
        thread = threading.Thread(target=server.serve_forever, daemon=True)
        thread.start()
        yield f"http://127.0.0.1:{server.server_address[1]}/"
        server.shutdown()
        thread.join()


@pytest.fixture(scope="module")
def browser(tmp_path_factory: pytest.TempPathFactory) -> Iterator[browser_pipe.Browser]:
    with browser_pipe.Browser(tmp_path_factory.mktemp("profile")) as running:
        yield running


@pytest.fixture(scope="module")
def axe() -> str:
    assert _AXE is not None
    assert _AXE.origin is not None
    return (Path(_AXE.origin).parent / "axe.min.js").read_text(encoding="utf-8")


@pytest.mark.parametrize("kind", KINDS)
def test_page_kind_is_accessible_and_quiet(
    kind: str, address: str, browser: browser_pipe.Browser, axe: str
) -> None:
    """No finding in either theme at either width, nothing wider than 320 px, no error logged."""
    browser.errors.clear()
    for width, theme in ((1280, "light"), (390, "dark")):
        browser.show(width, theme)
        browser.open(address + kind)
        browser.run(axe)
        assert browser.run(_CHECK) == [], (width, theme)
    browser.show(320, "light")
    assert browser.run(_WIDER) <= 0
    assert browser.errors == []


def test_search_finds_a_tool_and_keeps_the_query_in_the_address(
    address: str, browser: browser_pipe.Browser
) -> None:
    """A part of a name leads to the tool; the address can be shared."""
    browser.open(f"{address}search/?q=sessions")
    found = browser.run(
        "new Promise(done => { const look = () => { const a = "
        "document.querySelector('main ol a, main ul.results a'); "
        "if (a) done(a.getAttribute('href')); else setTimeout(look, 50); }; look(); })"
    )
    assert "work_sessions" in found
    assert browser.run("location.search") == "?q=sessions"


def test_slash_goes_to_the_search_field(address: str, browser: browser_pipe.Browser) -> None:
    """The keyboard alone reaches the search."""
    browser.open(f"{address}servers/")
    browser.call("Input.dispatchKeyEvent", type="keyDown", key="/", text="/")
    browser.call("Input.dispatchKeyEvent", type="keyUp", key="/")
    assert browser.run("document.activeElement.type") == "search"


def test_theme_button_goes_round(address: str, browser: browser_pipe.Browser) -> None:
    """Auto, light, dark, and auto again; the choice outlives the page."""
    browser.open(address)
    click = "document.querySelector('.theme').click(), document.documentElement.dataset.theme ?? ''"
    assert [browser.run(click) for _ in range(2)] == ["light", "dark"]
    browser.open(f"{address}servers/")
    assert browser.run("document.documentElement.dataset.theme") == "dark"
    assert browser.run(click) == ""


def test_list_is_filtered_and_sorted(address: str, browser: browser_pipe.Browser) -> None:
    """A level hides the other rows and says how many are left; a column sorts."""
    browser.open(f"{address}tools/odd/")
    browser.run(
        "(() => { const pick = document.querySelector('.filterbar select'); pick.value = 'high';"
        "pick.dispatchEvent(new Event('change', {bubbles: true})); })()"
    )
    assert browser.run("document.querySelector('.filterbar p').textContent") == "10 of 20 shown"
    browser.run("document.querySelectorAll('th .sort')[1].click()")
    assert browser.run("document.querySelectorAll('thead th')[1].ariaSort") == "ascending"


def test_stack_reads_a_configuration_without_sending_it(
    address: str, browser: browser_pipe.Browser
) -> None:
    """A pasted configuration names its servers; a value of a secret is nowhere on the page."""
    browser.open(f"{address}stack/")
    config = (
        '{"mcpServers":{"mine":{"command":"npx","args":["-y","@sprintra/mcp@1"],'
        '"env":{"KEY":"s3cr3t"}},"other":{"command":"nothing"}}}'
    )
    text = browser.run(
        "new Promise(done => { const area = document.querySelector('textarea');"
        f"area.value = {config!r}; area.dispatchEvent(new Event('input'));"
        "const look = () => { const out = document.querySelector('.result').textContent;"
        "if (out) { area.value = ''; done(document.body.textContent); }"
        "else setTimeout(look, 50); }; look(); })"
    )
    assert "1 of 2 are in the catalogue." in text
    assert "s3cr3t" not in text


def test_compare_puts_two_servers_side_by_side(address: str, browser: browser_pipe.Browser) -> None:
    """The address names both sides, and shared names come first."""
    browser.open(f"{address}compare/?a=sprintra&b=odd")
    text = browser.run(
        "new Promise(done => { const look = () => { const out = "
        "document.querySelector('.result').textContent; if (out) done(out); "
        "else setTimeout(look, 50); }; look(); })"
    )
    assert "1 names on both sides come first." in text


def test_compare_of_one_server_lists_its_changes(
    address: str, browser: browser_pipe.Browser
) -> None:
    """The same server on both sides shows what changed between its observations."""
    browser.open(f"{address}compare/?a=sprintra&b=sprintra")
    text = browser.run(
        "new Promise(done => { const look = () => { const out = "
        "document.querySelector('.result').textContent; if (out) done(out); "
        "else setTimeout(look, 50); }; look(); })"
    )
    assert "gained field_33, score 65 to 70" in text
