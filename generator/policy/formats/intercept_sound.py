"""An Intercept file in the very shape we write it: recognised as sound in one pass, or not.

Called by intercept_check.py first. The expressions below take a file apart tool by tool, to its
last character, and allow in each place only what no rule of the check objects to. A file that is
not recognised is no worse for it: a YAML parser reads it, and the check says what is wrong, if
anything is. The tests hold both verdicts against each other.
"""

from __future__ import annotations

import re

from generator.policy.formats.grammar import ESCAPE, INSIDE, REMARK, TEXT, read
from generator.policy.re2 import refused_by_re2

_SERVER_WIDE, _GLOBAL = "*", "_global"
_LONGEST_NAME = 1000
"""YAML finds no key behind more characters than 1,024."""
_NUMBER = r"-?+(?:0|[1-9][0-9]{0,17}+)(?:\.[0-9]{1,17}+(?:e[-+]?+[0-9]{1,2}+)?)?"
_SCALAR = rf"(?:{TEXT}|{_NUMBER}|true|false)"
_COMMENT = rf"(?:\n| ++{REMARK}\n)"
_LIST = rf"\[{_SCALAR}(?:,(?: | ++# [A-Za-z]++\n {{20}}){_SCALAR})*\]"
# Parts of a path between dots: none is empty, and no escape hides a dot.
_PATH = (
    r'"args(?:\.(?=[^."])[ !#-\-/-\[\]-~]*+(?:(?!\\u002e)' + ESCAPE + r"[ !#-\-/-\[\]-~]*+)*)+\""
)
_NAME = rf'      - name: (?!""){TEXT}{_COMMENT}'
_SAID = rf"        on_deny: {TEXT}\n"
_TEST = rf"""          - path: {_PATH}{_COMMENT}\
            op: "(?:\
exists"\n            value: (?:true|false)|\
in"\n            value: {_LIST}|\
regex"\n            value: {TEXT}|\
[lg]te?+"\n            value: {_NUMBER}|\
eq"\n            value: {_SCALAR}){_COMMENT}""".replace("\\\n", "")
_REMARKS = rf"(?:      {REMARK}\n)*"
_CONDITIONS = rf"{_REMARKS}{_NAME}        conditions:\n(?:{_TEST})+{_SAID}"
_RATES = "".join(
    rf'(?:{_NAME}        rate_limit: "[1-9][0-9]{{0,17}}+/{window}"\n{_SAID})?'
    for window in ("minute", "hour", "day")
)
_SPENT = rf"""{_NAME}        conditions:
          - path: "state\.(?P=name)\.spend_day"
            op: "lte"
            value: {_NUMBER}
        state:
          counter: "spend_day"
          window: "day"
          increment_from: {_PATH}
{_SAID}"""
_DENIED = rf'{_NAME}        action: "deny"\n{_SAID}{_REMARKS}'
_HEAD = re.compile(
    rf'(?:{REMARK}\n)*version: "1"\ndescription: {TEXT}\ndefault: "deny"\n'
    rf"(?P<hide>hide:\n(?P<hidden>(?:  - {TEXT}{_COMMENT})+))?tools:(?P<none> \{{\}})?\n"
)
_HIDDEN = re.compile(rf'  - "({INSIDE})"{_COMMENT}')
_TOOL = re.compile(
    rf'  "(?P<name>(?!"){INSIDE})":{_COMMENT}    rules:'
    rf"(?: \[\]\n|\n(?={_REMARKS}      - )(?:{_DENIED}|(?:{_CONDITIONS})*"
    rf"(?P<counted>{_RATES}(?:(?:{_CONDITIONS})?{_SPENT})?)))"
)
_REGEX = re.compile(rf'            op: "regex"\n            value: "({INSIDE})"')


def is_sound(text: str) -> bool:
    """Return whether a file is in our shape and no rule of the check objects to any part of it."""
    head = _HEAD.match(text)
    if head is None:
        return False
    at, names = head.end(), list[str]()
    while (tool := _TOOL.match(text, at)) is not None:
        written, counted = tool.groups()
        name = read(written)
        if len(written) > _LONGEST_NAME or (counted and not _can_count(name, counted)):
            return False
        names.append(name)
        at = tool.end()
    is_whole = at == len(text) and bool(names) is not bool(head["none"])
    return is_whole and _are_apart(names, head["hidden"] or "") and _are_expressions(text)


def _can_count(name: str, counted: str) -> bool:
    """Return whether rules that count find their own counters: a dot in a name hides them."""
    return "." not in name and (name != _SERVER_WIDE or "state" not in counted)


def _are_apart(names: list[str], hidden: str) -> bool:
    """Return whether no name stands twice, and none takes what another means."""
    found = [read(name) for name in _HIDDEN.findall(hidden)]
    every = {*names, *found}
    return (
        len(every) == len(names) + len(found)
        and (_SERVER_WIDE not in every or (_GLOBAL not in every and _SERVER_WIDE not in found))
        and all(map(str.strip, found))
    )


def _are_expressions(text: str) -> bool:
    if 'op: "regex"' not in text:
        return True
    return not any(refused_by_re2(read(one)) for one in set(_REGEX.findall(text)))
