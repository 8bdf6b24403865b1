"""The glossary's terms: anchors on its page, and one link per term in our prose."""

from __future__ import annotations

from markupsafe import Markup

from generator.render import glossary

BODY = (
    "## A to C\n\n### Lethal trifecta\n\nThree.\n\n### Facet\n\nOne.\n\n### Tool\n\nWell known.\n"
)
TERMS = glossary.terms(BODY)


def test_terms_are_the_third_level_headings() -> None:
    """A contributor adds a term by writing its heading."""
    assert TERMS == ("Lethal trifecta", "Facet", "Tool")


def test_each_term_has_an_anchor() -> None:
    """Links can point at a term."""
    page = glossary.anchored(Markup("<h2>A</h2><h3>Lethal trifecta</h3><p>Three.</p>"))
    assert page == '<h2>A</h2><h3 id="lethal-trifecta">Lethal trifecta</h3><p>Three.</p>'


def test_the_first_mention_is_linked_and_no_other() -> None:
    """Plurals and capitals count; links, code and headings are left alone; `tool` is noise."""
    html = Markup(
        "<h2>Facet</h2><p><code>facet</code> and <a href='x'>facet</a> of a tool. Facets, and a"
        " facet in a lethal trifecta.</p>"
    )
    assert glossary.linked(html, TERMS, "../") == (
        "<h2>Facet</h2><p><code>facet</code> and <a href='x'>facet</a> of a tool. "
        '<a href="../glossary/#facet">Facets</a>, and a facet in a '
        '<a href="../glossary/#lethal-trifecta">lethal trifecta</a>.</p>'
    )


def test_prose_without_a_glossary_stays_as_it_is() -> None:
    """No terms, no links."""
    assert glossary.linked(Markup("<p>facet</p>"), (), "../") == "<p>facet</p>"
