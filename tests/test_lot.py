"""What holds between lots: each page that goes wrong is named, also one that was kept."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

import pytest
from built_site import Site, tree

from generator.render import site as site_room
from generator.render.checks import lot
from generator.render.checks.across import Across
from generator.render.checks.lost import Lost
from generator.render.checks.lot import Expected, LotFacts
from generator.render.checks.named import named
from generator.render.checks.numbers import number
from generator.render.files import File
from generator.render.lots import Lot

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator

EXPECTED = Expected("", "https://example.org/")


def page(path: str, title: str, *links: str, ids: str = "") -> File:
    """Return a page with links and one id."""
    hrefs = "".join(f'<a href="{link}">to</a>' for link in links)
    mark = f'<p id="{ids}">here</p>' if ids else ""
    text = f'<!doctype html><html lang="en"><head><title>{title}</title></head><body>{mark}{hrefs}'
    return File(path, f"{text}</body></html>".encode())


def across(*lots: Iterable[File]) -> tuple[Across, list[LotFacts]]:
    """Return what some lots say together, and what each says."""
    found, facts = Across(), [lot.check(list(files), EXPECTED) for files in lots]
    for one in facts:
        found.add(one)
    return found, facts


def told(files: list[File], *others: list[File]) -> list[str]:
    """Return what is named in a lot that stands beside others."""
    together, facts = across(files, *others)
    found = together.close()
    messages = [str(one) for one in named(files, EXPECTED, found, facts[0])]
    assert found.is_wrong(facts[0]) == bool(messages), messages
    return messages


HOME = [page("index.html", "Home", "a/", "b/", ids="top")]


@pytest.mark.parametrize(
    ("files", "message"),
    [
        ([page("a/index.html", "A", "../b/#there", "../#top")], ""),
        (
            [page("a/index.html", "A", "../c/")],
            "a/index.html: links.dead: ../c/ leads to no file (c/index.html)",
        ),
        (
            [page("a/index.html", "A", "../b/#elsewhere")],
            "a/index.html: links.anchor: ../b/#elsewhere names no id of b/index.html",
        ),
        (
            [page("a/index.html", "A"), page("a/alone/index.html", "Alone")],
            "a/alone/index.html: links.orphan: no link from the front page leads here",
        ),
        (
            [page("c/index.html", "C", "d/"), page("c/d/index.html", "D", "../")],
            (
                "c/index.html: links.orphan: no link from the front page leads here, nor to the 1 "
                "it is linked with"
            ),
        ),
        (
            [page("a/index.html", "B")],
            "a/index.html: form.title: another page has the same title: 'B'",
        ),
        (
            [
                page("a/index.html", "A"),
                File("a/feed.json", b'{"items": [{"url": "https://example.org/gone/"}]}'),
            ],
            "a/feed.json: links.dead: https://example.org/gone/ has no page",
        ),
    ],
)
def test_what_a_lot_counts_on_in_others_is_named(files: list[File], message: str) -> None:
    """A dead link, a dead anchor, an orphan, a title of another page, a feed's dead address."""
    other = [page("b/index.html", "B", ids="there")]
    assert told(files, HOME, other) == ([message] if message else [])


def test_one_path_twice_is_counted_within_a_lot_and_between_lots() -> None:
    """Neither the last page nor the first wins in silence."""
    one, two = page("a/index.html", "A"), page("b/index.html", "B")
    assert across([one], [two])[0].close().twice() == frozenset()
    assert across([one, two], [one])[0].close().twice() == {number("a/index.html")}
    assert across([one, one], [two])[0].close().twice() == {number("a/index.html")}


def test_what_is_asked_about_few_numbers_is_answered_as_among_all() -> None:
    """Only those that were announced are looked for, and how often each stands there counts."""
    one, two = page("a/index.html", "A", "../b/#there"), page("b/index.html", "B", ids="there")
    found, facts = across([one, two], [one], [page("c/index.html", "C", "../a/", "../b/#there")])
    numbers = {number(text) for text in ("a/index.html", "b/index.html#there", "A")}
    some, whole = found.close(numbers), found.close()
    assert some.twice() == {number("a/index.html")} == whole.twice()
    assert some.is_wrong(facts[0])
    for asked in numbers:
        assert some.has_target(asked) == whole.has_target(asked)
        assert some.has_link(asked) == whole.has_link(asked)
    assert not some.holds("c/index.html")


def test_paths_that_differ_in_case_are_named() -> None:
    """On many disks they would be one file, whichever lots they are of and however spelt."""
    lower, upper, mixed = (File(f"x/{name}.txt", b"") for name in ("ab", "AB", "aB"))
    message = "differs from another file in case only"
    for files in ([lower, upper], [lower], [upper, lower, mixed]):
        assert f"x/ab.txt: links.case: {message}" in told(files, HOME, [upper])
    assert told([upper], [lower]) == ["x/AB.txt: links.case: differs from x/ab.txt in case only"]
    assert told([upper], [mixed]) == [f"x/AB.txt: links.case: {message}"]
    assert told([upper], HOME) == []


def test_a_page_that_is_too_large_is_named() -> None:
    """The lot itself shows it; too many large tool pages are a matter of all lots."""
    large = page("a/index.html", "x" * 70_000)
    [facts] = across([large])[1]
    sizes = [str(one) for one in facts.problems if one.rule == "size"]
    assert sizes == ["a/index.html: size: 70079 bytes (expected at most 61440)"]
    tools = [page(f"tools/acme/{n}/index.html", f"{n} {'x' * 62_000}") for n in range(3)]
    found, _ = across(tools)
    assert [str(one) for one in found.sizes()] == [
        "tools/: size: tool pages: 3 of 3 are above 61440 bytes (expected at most 5%)"
    ]


@pytest.mark.parametrize(
    ("before", "after", "matters"),
    [
        (page("b/index.html", "B", ids="there"), page("b/index.html", "Other", ids="there"), False),
        (page("b/index.html", "B", ids="there"), page("b/index.html", "B"), True),
        (page("b/index.html", "B", "../a/"), page("b/index.html", "B"), False),
        (page("b/index.html", "B", "../only/"), page("b/index.html", "B"), True),
        (page("b/index.html", "B"), page("c/index.html", "B"), True),
    ],
)
def test_what_a_new_lot_no_longer_has_matters_when_no_lot_has_it(
    before: File, after: File, *, matters: bool
) -> None:
    """An id or a file that is gone, or the last link to a page, may hurt a lot that was kept."""
    found, facts = across([after], HOME)
    lost = Lost()
    lost.add(lot.check([before], EXPECTED), facts[0])
    assert lost.matters(found.close()) == matters


def test_a_lot_that_was_never_checked_may_have_lost_anything() -> None:
    """After an unchecked build nobody knows what its pages had."""
    found, facts = across(HOME)
    lost = Lost()
    lost.add(None, facts[0])
    assert lost.matters(found.close())


# ------------------------------------------------------------------- within a whole build


def _without_glossary(lots: Iterator[Lot]) -> Iterator[Lot]:
    """Leave a page out that every page links to."""
    return (one for one in lots if one.name != "glossary/")


def _twice(lots: Iterator[Lot]) -> Iterator[Lot]:
    """Make the page of a server once more."""
    yield from lots
    yield Lot("again", "", lambda: iter([page("servers/acme/index.html", "Again")]))


def _changed(path: str, before: bytes, after: bytes, lots: Iterator[Lot]) -> Iterator[Lot]:
    """Make one page with other bytes."""

    def made(one: Lot) -> Iterator[File]:
        for file in one.make():
            data = file.data.replace(before, after) if file.path == path else file.data
            yield File(file.path, data)

    for one in lots:
        yield Lot(one.name, "", partial(made, one)) if one.name in path else one


@pytest.mark.parametrize(
    ("harm", "message"),
    [
        (
            _without_glossary,
            (
                "servers/acme/index.html: links.dead: ../../glossary/ leads to no file "
                "(glossary/index.html)"
            ),
        ),
        (
            _twice,
            (
                "servers/acme/index.html: truth.site: two pages claim this path "
                "(server/acme and shared/again)"
            ),
        ),
        (
            partial(_changed, "rules/index.html", b'rules/cross.clone/"', b'rules/"'),
            "rules/cross.clone/index.html: links.orphan: no link from the front page leads here",
        ),
        (
            partial(_changed, "glossary/index.html", b'id="ledger"', b'id="other"'),
            "tools/acme/",
        ),
    ],
)
def test_a_kept_page_that_goes_wrong_stops_the_build(
    site: Site,
    monkeypatch: pytest.MonkeyPatch,
    harm: Callable[[Iterator[Lot]], Iterator[Lot]],
    message: str,
) -> None:
    """The page was not made again; it is named all the same, and the old site stays."""
    before = tree(site.out)
    right = site_room.shared_lots
    monkeypatch.setattr(site_room, "shared_lots", lambda *given: harm(right(*given)))
    built = site.build()
    assert built.failed
    told = [str(one) for one in built.problems]
    assert any(one.startswith(message) for one in told), told
    assert tree(site.out) == before
    monkeypatch.undo()
    assert site.written() == {}
