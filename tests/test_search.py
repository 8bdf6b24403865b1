"""The search shards find every tool by its words, stay small, and the script reads them."""

from __future__ import annotations

import gzip
import http.server
import json
import re
import shutil
import subprocess
import threading
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.parse import quote

import pytest
import site_sample
import typed_site

from generator import search_words, slugs
from generator.model import ToolDetails
from generator.render import search
from generator.render.context import Context
from generator.text import one_line

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from generator.model import JsonObject
    from generator.render.files import File

TEMPLATES = Path(__file__).parent.parent / "templates"
CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser")


def made(context: Context) -> list[File]:
    """Return the files of every shard."""
    return [file for lot in search.lots(context) for file in lot.make()]


def shards(context: Context) -> dict[str, JsonObject]:
    """Return the shards of an index by name."""
    return {
        file.path.removeprefix("api/v1/search/").removesuffix(".json"): json.loads(file.data)
        for file in made(context)
    }


def sample() -> Context:
    """Return the typed sample with the details of its tools."""
    catalogue = site_sample.catalogue()
    return Context(catalogue.index, site_sample.known(catalogue))


def listed(shard: JsonObject, token: str) -> list[tuple[str, str, str]]:
    """Return (server, name, slug) of the tools of a token, as the script reads them."""
    found, row = [], 0
    for step in shard["tokens"][token][1:]:
        row += step
        name, server = shard["names"][row], shard["servers"][shard["server"][row]]
        digits = shard["hashes"].get(str(row))
        slug = f"{slugs.cleaned(name)}~{digits}" if digits else name
        found.append((server, name, shard["slugs"].get(str(row), slug)))
    return found


def many(total: int, name: str, words: Callable[[int], str] | None = None) -> Context:
    """Return an index of many tools with one pattern of a name, found by it or by `words`."""
    index = site_sample.catalogue().index
    names = [name.format(n=n) for n in range(total)]
    tools = tuple(replace(index.tools[0], name=n, slug=slugs.tool_slug(n)) for n in names)
    found = {
        slugs.tool_slug(name): ToolDetails(
            words=words(n) if words else search_words.of_tool(name, (), "")
        )
        for n, name in enumerate(names)
    }
    return Context(replace(index, tools=tools), lambda _server: found)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("workSessions", {"work", "sessions", "worksessions"}),
        ("get_file-contents", {"get", "file", "contents"}),
        ("Use GitHub.", {"use", "git", "hub", "github"}),
        ("s3 a", {"s3"}),
        ("日本語", {"日本語"}),
        ("__proto__", {"proto"}),
    ],
)
def test_words_are_found_whole_and_in_parts(text: str, expected: set[str]) -> None:
    """A word is a key as written, and again at capital letters; single letters are none."""
    assert expected == set(search_words.split(text))


def test_every_tool_is_found_by_every_word_of_its_name() -> None:
    """Each word of each name leads to the tool and to the address of its page."""
    context = sample()
    found = shards(context)
    for tool in context.index.tools:
        for token in search_words.split(tool.name):
            expected = (tool.server, one_line(tool.name, 120), tool.slug)
            assert expected in listed(found[search.shard(token)], token)


def test_parameters_descriptions_and_servers_are_found() -> None:
    """A parameter's word leads to tools, a server's word to the server."""
    found = shards(sample())
    assert ("sprintra", "work_sessions", "work_sessions") in listed(found["fi"], "field")
    assert ("sprintra", "work_sessions", "work_sessions") in listed(found["co"], "coding")
    row = found["sp"]["server_tokens"]["sprintra"][0]
    assert found["sp"]["server_rows"][row] == ["sprintra", "Sprintra", "high", 1]


def test_hidden_characters_stay_visible() -> None:
    """No shard holds a raw control, bidirectional or invisible character."""
    for file in made(sample()):
        assert file.data.isascii()
        assert "\\u202e" not in file.data.decode()


def test_token_lists_its_riskiest_tools() -> None:
    """Two hundred are listed, riskiest first, and the count says how many there are."""
    found = shards(many(300, "alpha{n}"))["al"]
    assert found["tokens"]["alpha"][0] == 300
    assert listed(found, "alpha")[::199] == [
        (found["servers"][0], "alpha0", "alpha0"),
        (found["servers"][0], "alpha199", "alpha199"),
    ]


def test_common_words_narrow_only_and_names_of_them_are_keys() -> None:
    """A word of more than a thousand tools is no key; a name made of such words is one."""
    found = shards(many(1100, "get_file"))
    assert found["ge"]["common"] == {"get": 1100}
    assert list(found["ge"]["tokens"]) == ["getfile"]
    assert found["fi"]["tokens"] == {}


def test_crowded_shard_is_split_and_stays_small() -> None:
    """A shard over the limit says how many characters name its parts."""
    found = shards(many(6000, "co{n:05}_padding_of_a_name_that_is_long"))
    assert found["co"] == {"links": found["co"]["links"], "schema_version": "1.0", "split": 3}
    assert found["co0"]["split"] == 4
    assert len(found["co00"]["names"]) == 1000
    assert max(len(json.dumps(item)) for item in found.values()) < 150_000


def test_index_of_many_words_lists_fewer_tools_per_word() -> None:
    """The whole index keeps its size by a smaller cap for every word, and says so."""
    files = list(made(many(4000, "w{n}", lambda n: " ".join(f"v{n % 61}x{k}" for k in range(70)))))
    caps = {json.loads(file.data).get("cap") for file in files} - {None}
    assert max(caps) < 200
    assert sum(len(gzip.compress(file.data)) for file in files) < 4_000_000


# ------------------------------------------------------------------------------- in a browser


@pytest.fixture(scope="module")
def address(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """Serve the sample site on this machine."""
    folder = tmp_path_factory.mktemp("site")
    typed_site.build(site_sample.catalogue(), folder)

    class Quiet(http.server.SimpleHTTPRequestHandler):
        def log_message(self, format: str, *args: object) -> None:  # noqa: A002 (as inherited)
            pass

    server = http.server.ThreadingHTTPServer(
        ("127.0.0.1", 0), partial(Quiet, directory=str(folder))
    )
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield f"http://127.0.0.1:{server.server_address[1]}"
    server.shutdown()
    server.server_close()


@pytest.mark.skipif(CHROMIUM is None, reason="no Chromium on this machine")
@pytest.mark.parametrize(
    ("query", "said", "address_of_first"),
    [
        ("q=sessions", "4 tools.", "tools/odd/work_sessions/"),
        ("q=" + quote("<script>"), "", "tools/odd/script-alert-1-script~"),
        ("server=odd&level=critical", "10 tools of odd. All servers", "tools/odd/"),
    ],
)
def test_page_shows_what_is_asked_for(
    address: str, tmp_path: Path, query: str, said: str, address_of_first: str
) -> None:
    """The address carries the query; results are text, counted aloud, and lead to their pages."""
    command = [
        str(CHROMIUM), "--headless", "--no-sandbox", "--disable-gpu", "--virtual-time-budget=3000",
        f"--user-data-dir={tmp_path}", "--dump-dom", f"{address}/search/?{query}",
    ]  # fmt: skip
    page = subprocess.run(command, capture_output=True, text=True, timeout=60, check=True).stdout
    status = re.search(r'<p id="search-count"[^>]*>(.*?)</p>', page)
    results = re.search(r'<ol id="search-results".*?</ol>', page, re.DOTALL)
    assert status
    assert results
    assert said in re.sub(r"<[^>]+>", "", status[1])
    first = re.search(r'<a [^>]*href="([^"]*)"', results[0])
    assert address_of_first in (first[1] if first else "")
    assert "<script" not in results[0]
