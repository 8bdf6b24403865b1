"""What programs look for first: addresses only where there is one, and nothing alive in it."""

from __future__ import annotations

from dataclasses import replace
from xml.etree import ElementTree as ET

import site_sample

from generator.render import discovery, feeds
from generator.render.context import Context

BASE = "https://risk.example.org/base/"


def files(base_url: str = BASE, mail: str = "") -> dict[str, str]:
    """Return the files by path."""
    index = site_sample.catalogue(base_url=base_url).index
    index = replace(index, site=replace(index.site, contact_email=mail))
    return {file.path: file.data.decode() for file in discovery.files(Context(index))}


def test_without_base_url_nothing_needs_one() -> None:
    """A private catalogue has no sitemap, no redirects and no OpenSearch description."""
    assert set(files(base_url="")) == {"llms.txt", "_headers", ".nojekyll", "robots.txt"}


def test_security_contact_is_there_when_configured() -> None:
    """The file names the contact, itself, and a year from the last crawl as its end."""
    assert ".well-known/security.txt" not in files()
    assert files(mail="a@example.org")[".well-known/security.txt"].splitlines() == [
        "Contact: mailto:a@example.org",
        "Expires: 2027-11-20T00:00:00Z",
        "Canonical: https://risk.example.org/base/.well-known/security.txt",
        "Preferred-Languages: en",
    ]


def test_sitemap_names_every_tool() -> None:
    """Each tool's page is listed once with its absolute address."""
    context = Context(site_sample.catalogue(base_url=BASE).index)
    found = ET.fromstring(files()["sitemap-1.xml"])  # noqa: S314 (our own file)
    addresses = [item.text for item in found.iter() if item.tag.endswith("}loc")]
    assert len(addresses) == len(set(addresses))
    wanted = {BASE + context.tool_url(tool) for tool in context.index.tools}
    assert wanted <= set(addresses)


def test_feeds_are_well_formed_whatever_servers_say() -> None:
    """No control character and no element of a server gets into a feed."""
    catalogue = site_sample.catalogue(base_url=BASE)
    context = Context(catalogue.index)
    found = {file.path: file.data for file in feeds.shared(context)}
    for entry in catalogue.entries:
        found |= {file.path: file.data for file in feeds.of_server(context, entry)}
    for path, data in found.items():
        if path.endswith(".atom"):
            root = ET.fromstring(data)  # noqa: S314 (our own file)
            assert not [item for item in root.iter() if "script" in item.tag]
            ids = [item.text for item in root.iter() if item.tag.endswith("}id")]
            assert len(ids) == len(set(ids))
        assert b"\xe2\x80\xae" not in data
