"""Places that hold keys, and addresses nobody can vouch for."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from generator.classify.hygiene.checks import Found, check
from generator.classify.wordset import word_set
from generator.taxonomy import Verdict

if TYPE_CHECKING:
    from collections.abc import Iterable

    from generator.classify.hygiene.strings import Text
    from generator.classify.view import Context

_SENSITIVE = re.compile(
    r"~/\.ssh\b|\.ssh/id_|\bid_rsa\b|\bid_ed25519\b|\.aws/credentials|\bmcp\.json\b|/etc/(?:passwd|shadow)\b|"
    r"\.netrc\b|\.kube/config\b|\bwallet\.dat\b",
    re.IGNORECASE,
)
_HINTS = word_set("ssh rsa ed aws mcp etc netrc kube wallet")
_URL = re.compile(r"https?://([A-Za-z0-9.-]{1,253})(?::\d{1,5})?", re.IGNORECASE)
_RAW_IP = re.compile(r"\d{1,3}(?:\.\d{1,3}){3}\Z")
_UNKNOWN = frozenset(
    [
        "bit.ly",
        "tinyurl.com",
        "t.ly",
        "is.gd",
        "goo.gl",
        "ow.ly",
        "cutt.ly",
        "rebrand.ly",
        "webhook.site",
        "requestbin.com",
        "pipedream.net",
        "requestcatcher.com",
        "beeceptor.com",
        "ngrok.io",
        "ngrok-free.app",
        "ngrok.app",
        "trycloudflare.com",
        "loca.lt",
        "serveo.net",
        "interact.sh",
        "oast.fun",
        "oast.pro",
        "burpcollaborator.net",
        "pastebin.com",
        "transfer.sh",
        "hookbin.com",
    ]
)
_LOCAL = ("127.", "10.", "192.168.", "172.", "0.0.0.0", "169.254.", "1.2.3.4")  # noqa: S104 - compared, not bound


@check("path.sensitive", words=(_HINTS,))
def sensitive(text: Text, _: Context) -> Iterable[Found]:
    """Find the name of a file that holds keys or passwords."""
    if text.part != "value":
        return
    match = _SENSITIVE.search(text.raw)
    if match is not None:
        yield Found(match.start(), match.end(), Verdict.REVIEW, "Names a file that holds secrets")


@check("url.unknown", glued=("://",))
def unknown(text: Text, _: Context) -> Iterable[Found]:
    """Find shorteners, raw addresses, request bins and tunnels."""
    for match in _URL.finditer(text.raw):
        host = match.group(1).lower().rstrip(".")
        known = ".".join(host.split(".")[-2:])
        raw_ip = bool(_RAW_IP.match(host)) and not host.startswith(_LOCAL)
        if raw_ip or known in _UNKNOWN:
            yield Found(
                match.start(), match.end(), Verdict.REVIEW, f"Address of unknown owner ({host})"
            )
            return
