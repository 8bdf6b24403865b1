"""Style sheets and scripts as served: the sources without comments and indentation."""

from __future__ import annotations

import re

_CSS_COMMENT = re.compile(r"/\*.*?\*/", re.DOTALL)
_CSS_SPACE = re.compile(r"\s+")
_CSS_SIGNS = re.compile(r"\s*([{};,>])\s*|:\s+(?=[^{}]*[;}])")
_JS_LINE = re.compile(r"^\s*//.*$", re.MULTILINE)
_JS_INDENT = re.compile(r"\n\s*")


def slim(name: str, data: bytes) -> bytes:
    """Return a static file as it is served; only whole-line comments of scripts are dropped."""
    if name.endswith(".css"):
        text = _CSS_SPACE.sub(" ", _CSS_COMMENT.sub("", data.decode()))
        return (
            _CSS_SIGNS.sub(lambda m: m[1] or ":", text).replace(";}", "}").strip() + "\n"
        ).encode()
    if name.endswith(".js"):
        return _JS_INDENT.sub("\n", _JS_LINE.sub("", data.decode())).lstrip("\n").encode()
    return data
