"""Every block of the pages is there with the words it owes, and left out when it is empty."""

import re
from functools import cache
from pathlib import Path
from typing import NamedTuple

import pytest
import site_sample
import typed_site
from site_sample import Catalogue

from generator.render import buckets, rows
from generator.render.blocks import policies
from generator.search_words import letters

TEMPLATES = Path(__file__).parent.parent / "templates"


@cache
def _site(base_url: str = "", contact: str = "") -> dict[str, str]:
    catalogue = site_sample.catalogue(base_url=base_url, contact=contact)
    return _files(catalogue)


def _files(catalogue: Catalogue) -> dict[str, str]:
    made = typed_site.files(catalogue)
    return {file.path: file.data.decode() for file in made if not file.path.endswith(".sqlite")}


def _golden() -> str:
    return _site()["tools/sprintra/work_sessions/index.html"]


@pytest.mark.parametrize(
    "words",
    [
        '<li><a href="../../../servers/sprintra/">Sprintra</a></li>',
        'href="../../../risk/high/"><svg aria-hidden="true"><use href="#g-high"/></svg>High risk',
        '<h1 class="name">work_<wbr>sessions</h1>',
        "Treat it as a claim, not an instruction.",
        "Whole description, 504 characters",
        '<a href="#s2">High parameter count (35 properties)</a>',
        "npm package <code>@sprintra/mcp</code>",
        "<small>70 of 100</small>",
        "Strong, 3 signals",
        "Contradicts its own hints",
        'href="../../../policies/sprintra.yaml" download>Download policy</a>',
        "Agents use <code>work_sessions</code> to start things.",
        '<p class="advice">Cap how often.</p>',
        "Total, High band (50 to 74)",
        "Considered and not chosen",
        "Signals that do not count here",
        "field: category\n  value: Execute",
        "One tool, 9 methods",
        "See the full Sprintra policy for all 1 tools",
        "<summary>Claude Code</summary>",
        "What each profile does with this tool.",
        "Counts towards 10 per minute.",
        "35 parameters",
        "10 more parameters",
        "Call template",
        "Contradicts Execute",
        "Changes between crawls",
        "Attack patterns with the same preconditions",
        "All Execute tools",
        "the only High tool of Sprintra",
        "every High tool of the catalogue",
        "View all 1 tool",
        "Definition digest",
        "Input hash",
    ],
)
def test_golden_tool_page_has_every_block(words: str) -> None:
    """The page of the golden tool shows each block of its contract."""
    assert words in _golden()


def test_golden_tool_page_has_six_questions_and_nine_methods() -> None:
    """Questions keep their order, and every method has a row."""
    page = _golden()
    places = [
        page.index(f'id="q-{slug}"')
        for slug in ("what", "enforce", "level", "limit", "block", "server")
    ]
    assert places == sorted(places)
    methods = page.partition('id="methods"')[2].partition("</table>")[0]
    assert methods.count("<tr>") == 10


def test_blocks_without_content_are_left_out() -> None:
    """A tool without methods, changes or attacks has no heading for them."""
    page = _site()["tools/odd/work_sessions/index.html"]
    assert not [word for word in ('id="methods"', 'id="changes"', 'id="attacks"') if word in page]


def test_policy_on_the_page_is_the_snippet_of_the_download() -> None:
    """What a page prints of a policy is what the policy room rendered, character by character."""
    shown = _golden().partition('aria-label="Intercept policy of this tool"')[2]
    code = shown.partition("<code>")[2].partition("</code>")[0]
    plain = code.replace('<span class="c">', "").replace("</span>", "").replace("&#34;", '"')
    assert site_sample.SNIPPET.rstrip("\n") == plain.replace("&#34;", '"')


@pytest.mark.parametrize(
    ("expected", "snippet"),
    [
        ('<span class="c"># all of it</span>', "# all of it"),
        ('  <span class="c"># indented &#34;word&#34;</span>', '  # indented "word"'),
        ('a: &#34;x # y&#34; <span class="c"># why</span>', 'a: "x # y" # why'),
        ("a: &#34;\\&#34; # x&#34;", 'a: "\\" # x"'),
        ("a#b: &#34;c&#34;", 'a#b: "c"'),
        ('a: &lt;\n<span class="c"># &#39;</span>', "a: <\n# '\n"),
    ],
)
def test_comments_of_a_policy_are_toned_down(expected: str, snippet: str) -> None:
    """A comment starts a line or follows a space; a sign in a string is no comment."""
    assert expected == str(policies.code(snippet))


def test_every_level_on_a_page_has_its_picture() -> None:
    """A badge refers to a picture of its own page; a tool's page holds no other pictures."""
    for path, page in _site().items():
        if path.endswith(".html"):
            used, drawn = (set(re.findall(how, page)) for how in ('"#g-([a-z]+)', '"g-([a-z]+)'))
            assert used <= drawn, path
    assert set(re.findall('"g-([a-z]+)', _golden())) == set(re.findall('"#g-([a-z]+)', _golden()))


def test_server_never_observed_keeps_its_page() -> None:
    """It has a title, a state and a way to supply an answer, but no level and no tools."""
    page = _site()["servers/unseen/index.html"]
    assert "Not observed yet" in page
    assert "mcp-risk import --server unseen" in page
    assert 'class="signal' not in page
    assert "unseen" not in _site()["risk/high/index.html"]
    assert "not observed" in _site()["badges/unseen.svg"]


def test_failed_server_says_why() -> None:
    """The state, the cleaned reason and the hint are on the page."""
    page = _site()["servers/failed/index.html"]
    assert "Failed to start" in page
    assert "&lt;script&gt;alert(1)&lt;/script&gt;" in page
    assert "Set <code>TOKEN</code>." in page


def test_links_of_the_not_found_page_start_at_the_sites_own_path() -> None:
    """It is served at any depth, so relative links would lead nowhere."""
    assert 'href="/servers/"' in _site()["404.html"]
    deployed = _site("https://example.org/base/")["404.html"]
    assert 'href="/base/servers/"' in deployed


def test_without_a_base_url_nothing_needs_an_address() -> None:
    """A private catalogue has no canonical link, sitemap or feed, and works without them."""
    files = _site()
    assert not [path for path in files if path.endswith((".atom", ".xml"))]
    assert not [path for path, text in files.items() if 'rel="canonical"' in text]


def test_with_a_base_url_there_are_feeds_and_a_sitemap() -> None:
    """Feeds, sitemap and structured breadcrumbs carry public addresses."""
    files = _site("https://example.org/base/")
    assert "https://example.org/base/tools/sprintra/work_sessions/" in files["sitemap-1.xml"]
    assert "gained field_33, score 65 to 70" in files["feeds/changes.atom"]
    assert '"BreadcrumbList"' in files["tools/sprintra/work_sessions/index.html"]


def test_contact_form_is_allowed_by_the_policy_of_every_page() -> None:
    """A configured form origin joins form-action, and the form names its page."""
    files = _site("", "https://forms.example/x")
    page = files["tools/sprintra/work_sessions/index.html"]
    assert "form-action &#39;self&#39; https://forms.example;" in page
    assert '<input type="hidden" name="page" value="tools/sprintra/work_sessions/">' in page
    assert "contact/sent/index.html" in files


class _Row(NamedTuple):
    digest: bytes


def test_long_lists_continue_by_name() -> None:
    """The parts of a long list depend on its keys alone and hold every row once."""
    keys = [f"{letter}{number}" for letter in "abc" for number in range(60)] + ["", "Ünï"]
    listed = [_Row(key.encode()) for key in keys]
    parts = buckets.split(buckets.in_order(map(letters, keys), listed), rows.LIST_LIMIT)
    places = sorted(place for part in parts.values() for place in part.positions)
    assert places == list(range(len(keys)))
    assert all(part.total <= rows.LIST_LIMIT for part in parts.values())
    assert list(parts) == sorted(parts)


def test_markdown_twin_says_the_same() -> None:
    """The twin has the heading, the ledger as a table, and relative links."""
    twin = _site()["tools/sprintra/work_sessions/index.md"]
    assert "# work\\_sessions" in twin
    assert "| [base.execute](../../../rules/base.execute/) |" in twin
    assert "Sent by the server: data, not instructions." in twin


def test_search_leads_from_a_part_of_a_name_to_the_tool() -> None:
    """`sessions` finds work_sessions, and parameters are words too."""
    shard = _site()["api/v1/search/se.json"]
    assert '"sessions"' in shard
    assert '"work_sessions"' in shard
    assert '"method"' in _site()["api/v1/search/me.json"]
