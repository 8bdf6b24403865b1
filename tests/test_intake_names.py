"""Slugs of servers that are new, and specs as the files they are written to."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from generator import content, content_listing, content_write
from generator.crawl import intake_names
from generator.model import CrawlSettings, Package, Remote, ServerSpec, Variable

SLUGS = {
    "io.github.acme/demo": "acme-demo",
    "io.github.acme/acme-demo": "acme-demo",
    "com.stripe/mcp": "stripe-mcp",
    "ai.exa/Search_MCP": "exa-search-mcp",
    "localname/x": "localname-x",
}


@pytest.mark.parametrize("name", SLUGS)
def test_slugs_of_registry_names(name: str) -> None:
    """The part that says who and what is kept."""
    assert intake_names.Slugs().new(intake_names.of_name(name), (f"name:{name}",)) == SLUGS[name]


@given(st.lists(st.text(max_size=90), unique=True, max_size=12))
def test_slugs_are_injective_and_no_path(texts: list[str]) -> None:
    """Two servers never share a slug, and a slug is letters, digits and hyphens."""
    slugs = intake_names.Slugs(reserved=("page", "server"))
    found = [slugs.new(text, (f"name:{text}",)) for text in texts]
    assert len(set(found)) == len(texts)
    assert all(content_listing.SLUG.fullmatch(slug) and len(slug) <= 129 for slug in found)
    assert not {"page", "server"} & set(found)


CHARACTERS = st.characters(exclude_categories=["Cs", "Cc"])
TEXT = st.text(CHARACTERS, min_size=1, max_size=40).filter(str.strip)
MAYBE = st.just("") | TEXT
VARIABLE = st.builds(
    Variable, TEXT, MAYBE, st.booleans(), st.just(value=False), MAYBE, MAYBE, st.tuples(TEXT)
)
PACKAGE = st.builds(
    Package,
    *(st.sampled_from(["npm", "pypi", "oci"]), TEXT, MAYBE, MAYBE, MAYBE),
    st.tuples(TEXT, TEXT) | st.tuples(),
    st.tuples(VARIABLE) | st.tuples(),
    st.sampled_from(["stdio", "sse"]),
)
REMOTE = st.builds(Remote, st.just("sse"), st.just("https://a.example"), st.tuples(VARIABLE))
SPEC = st.builds(
    ServerSpec,
    slug=st.just("acme"),
    title=TEXT,
    name=st.sampled_from(["", "io.github.acme/demo"]),
    description=MAYBE,
    repository_url=st.sampled_from(["", "https://github.com/acme/x", "https://code.example/x"]),
    packages=st.tuples() | st.tuples(PACKAGE),
    remotes=st.tuples() | st.tuples(REMOTE, REMOTE),
    crawl=st.builds(CrawlSettings, network_reason=MAYBE, skip_reason=MAYBE),
    license=MAYBE,
)


@given(SPEC)
def test_a_spec_survives_its_file(spec: ServerSpec) -> None:
    """What is written loads without a problem and says the same."""
    assert content_write.spec_to_yaml(spec)[1] == []


def test_every_committed_spec_survives_its_file() -> None:
    """The writer knows every field that people use."""
    root = Path(__file__).parent.parent / "content"
    for one in content.load([root])[0].servers:
        assert content_write.spec_to_yaml(one.spec)[1] == []


def test_a_spec_that_would_not_load_is_a_problem() -> None:
    """An address the loader refuses is found before there is a file."""
    spec = ServerSpec("acme", "Acme", remotes=(Remote("sse", "ftp://a.example"),))
    (problem,) = content_write.spec_to_yaml(spec)[1]
    assert problem.message.startswith("remotes[0].url (expected an https address")
