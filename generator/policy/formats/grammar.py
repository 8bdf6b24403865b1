"""What the files of several targets are made of, as parts of expressions: texts and remarks.

Used by intercept_sound.py and client_sound.py, which recognise whole files.
"""

from __future__ import annotations

import json

# Possessive behind single characters only: behind groups, early releases of 3.11 lose their place.
# Printable ASCII with the escapes that JSON, TOML and YAML share; half of a pair is left to others.
PLAIN = r"[ !#-\[\]-~]*+"
ESCAPE = r'\\(?:["\\bfnrt]|u(?!d[89a-f])[0-9a-f]{4})'
INSIDE = rf"{PLAIN}(?:{ESCAPE}{PLAIN})*"
# As INSIDE between quotes; that most texts end before any escape is seen at once.
TEXT = rf'"{PLAIN}(?:"|(?:{ESCAPE}{PLAIN})+")'
REMARK = "#[ -~]*+"


def read(written: str) -> str:
    """Return what stands between two quotes."""
    return str(json.loads(f'"{written}"')) if "\\" in written else written
