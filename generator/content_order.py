"""The canonical order of keys in content files, as data: what `mcp-risk format` writes.

A mapping here names the keys of a mapping in a file, and under each the order below it; for a
list it is the order of each of its items. Keys that are not named keep their order, at the end.
"""

from __future__ import annotations

from typing import TypeAlias

Order: TypeAlias = "dict[str, Order]"


def _keys(*names: str) -> Order:
    return {name: {} for name in names}


_VARIABLE = _keys(
    "name", "description", "isRequired", "isSecret", "default", "placeholder", "choices"
)
_REFERENCES = _keys("title", "url", "publisher", "date")
_EXAMPLE = _keys("note", "tool")

SERVER: Order = {
    **_keys("name", "title", "description", "websiteUrl"),
    "repository": _keys("url", "source"),
    "packages": {
        **_keys("registryType", "identifier", "version", "runtimeHint", "executable"),
        "packageArguments": _keys("type", "name", "value"),
        "environmentVariables": _VARIABLE,
        "transport": _keys("type", "url"),
    },
    "remotes": {**_keys("type", "url"), "headers": _VARIABLE},
    "catalogue": {
        **_keys("domain", "license"),
        "crawl": _keys("network", "scripts", "loopback", "skip"),
    },
}
OVERRIDES: Order = {
    "overrides": _keys("tool", "field", "value", "reason", "author", "date", "expires", "digest")
}
RULE: Order = {
    **_keys("axis", "points", "title", "why", "headline", "consequence", "remediation"),
    **_keys("lifecycle", "since", "frameworks"),
    "references": _REFERENCES,
    "examples": {"hits": _EXAMPLE, "misses": _EXAMPLE},
}
ATTACK: Order = {
    **_keys("title", "kind", "date", "summary", "affected", "fixed", "confidence", "cve"),
    "frameworks": {},
    "references": _REFERENCES,
    "applies_to": _keys("rules", "facets", "categories"),
    **_keys("proxy_helps", "prevention", "patterns", "checked_on"),
}
FAQ: Order = _keys("scope", "order", "question")
PAGE: Order = _keys("title", "summary", "advice", "purpose")
SITE: Order = _keys(
    "name",
    "tagline",
    "base_url",
    "repository_url",
    "data_license",
    "footer",
    "accent",
    "contact_email",
    "contact_form",
)
OPT_OUT: Order = {"opt_out": _keys("host", "package", "reason", "date")}
BY_FOLDER: dict[str, Order] = {
    "servers": SERVER,
    "overrides": OVERRIDES,
    "rules": RULE,
    "attacks": ATTACK,
    "faq": FAQ,
    "pages": PAGE,
}
