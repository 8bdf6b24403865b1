"""Whatever a server sends is inert in every file of the site."""

import json
import re
from functools import cache
from pathlib import Path

import pytest
import site_sample
import typed_site

from generator import text

TEMPLATES = Path(__file__).parent.parent / "templates"
_RAW_TAG = re.compile(r"<(script|img|b|i|title)\b[^>]*>", re.IGNORECASE)


@cache
def _files() -> dict[str, bytes]:
    catalogue = site_sample.catalogue(base_url="https://example.org/base/")
    made = typed_site.files(catalogue)
    return {file.path: file.data for file in made}


def _of(*suffixes: str) -> list[tuple[str, str]]:
    return [(path, data.decode()) for path, data in _files().items() if path.endswith(suffixes)]


def test_no_sent_element_reaches_a_page() -> None:
    """A page holds our own script, title and strong elements and no others of a server's."""
    for path, page in _of(".html"):
        scripts = [m[0] for m in _RAW_TAG.finditer(page) if m[1].lower() in {"script", "img", "i"}]
        ours = [
            tag for tag in scripts if 'src="' in tag or tag == '<script type="application/ld+json">'
        ]
        assert scripts == ours, path
        tags = re.sub(r'"[^"]*"', '""', re.sub(r">[^<]*<", "><", page))
        assert "onerror" not in tags, path
        assert page.count("<title>") == 1, path


def test_no_hidden_character_in_any_file() -> None:
    """Bidirectional, invisible and control characters are shown as chips or escapes."""
    for path, content in _of(".html", ".json", ".md", ".svg", ".xml", ".atom", ".txt"):
        assert not text.has_hidden(content), path


def test_every_json_file_is_ascii_and_parses() -> None:
    """JSON keeps what was sent, in escapes."""
    for path, content in _of(".json"):
        assert content.isascii(), path
        json.loads(content)
    sent = [json.loads(c)["name"] for p, c in _of(".json") if p.startswith("api/v1/tools/odd/")]
    assert sorted(site_sample.HOSTILE_NAMES) == sorted(sent)


def test_structured_data_cannot_end_its_element() -> None:
    """JSON-LD holds no raw angle bracket or ampersand."""
    for path, page in _of(".html"):
        for block in re.findall(r'<script type="application/ld\+json">(.*?)</script>', page):
            assert not re.search("[<>&\u2028\u2029]", block), path
            json.loads(block)


def test_twins_fence_what_the_server_said() -> None:
    """A fence is longer than any run of backticks inside it, and nothing raw stands outside."""
    for path, twin in _of(".md"):
        outside = re.sub(r"(?ms)^(`{3,})\n.*?\n\1$", "", twin)
        bare = re.sub(r"(`+)(?:(?!\1).)*\1", "", outside)
        assert not re.search(r"(?<!\\)<(script|img|title|b)\b", bare), path


@pytest.mark.parametrize("name", ["__proto__", "CON", "con", "../../etc/passwd", "page"])
def test_paths_never_come_from_a_name(name: str) -> None:
    """Each odd name has a page whose path is a slug."""
    pages = [path for path in _files() if path.startswith("tools/odd/") and path.endswith(".html")]
    assert len(pages) == len(site_sample.HOSTILE_NAMES) + 1
    assert f"tools/odd/{name}/index.html" not in pages
    assert all(re.fullmatch(r"[a-z0-9_~./-]+", path) for path in pages)
