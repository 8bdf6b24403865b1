"""Files in our TOML shapes are read as the standard library reads them; others are left to it."""

from __future__ import annotations

import tomllib

import pytest

from generator.policy import draft
from generator.policy.formats import FORMATS, toml_shape
from generator.taxonomy import Profile
from tests.policy_samples import sprintra

TABLE = '[mcp_servers.x]\ncommand = "npx"   # fill in\n'
RULE = '{mcpName = "x", toolName = ["a", "b"], decision = "deny", priority = 300}'
OURS = [
    "",
    "# a comment\n",
    f"{TABLE}args = []\n",
    f'{TABLE}args = ["-y", "a\\u00e9\\"b\\\\"]\n',
    f'{TABLE}enabled_tools = [\n  "a",\n  "b",\n]\n',
    f'{TABLE}tools."a b".approval_mode = "approve"\ntools."c".approval_mode = "x"\n',
    f'{TABLE}\n[mcp_servers.y]\nurl = "https://a.example"\n',
    f"rule = [\n  {RULE},\n]\n",
    f'rule = [\n  {RULE[:-1]}, denyMessage = "No \\\\ way."}},\n  "text",\n]\n',
]
NOT_OURS = [
    "a = 1\n",
    "a = 'b'\n",
    'a = "b"\r\n',
    'a = "\U0001f642"\n',
    'a = """b"""\n',
    'a = "\\U0001F642"\n',
    f"rule = [{RULE}]\n",
    '"a" = "b"\n',
    "[a]\n",
    "[[a.b]]\n",
]
WRONG = [
    'a = "b"\na = "c"\n',
    'a = [\n  "b",\n',
    f"{TABLE}{TABLE}",
    f'mcp_servers = "x"\n{TABLE}',
    f'{TABLE}tools = []\ntools."a".b = "c"\n',
    f'{TABLE}tools."a".b = "c"\ntools."a".b = "c"\n',
    'a = "\\ud800"\n',
    'a = "b" c\n',
    "# \x00\n",
    "]\n",
]


@pytest.mark.parametrize("text", OURS)
def test_our_shapes_are_read_alike(text: str) -> None:
    """The quick reading gives what the standard library gives."""
    assert tomllib.loads(text) == toml_shape.read(text)


@pytest.mark.parametrize("text", NOT_OURS)
def test_other_toml_is_left_to_the_standard_library(text: str) -> None:
    """The quick reading says nothing, and the whole reading is right."""
    assert toml_shape.read(text) is None
    assert tomllib.loads(text) == toml_shape.load(text)


@pytest.mark.parametrize("text", WRONG)
def test_what_is_no_toml_is_refused(text: str) -> None:
    """Nothing that the standard library refuses is read."""
    assert toml_shape.read(text) is None
    with pytest.raises(tomllib.TOMLDecodeError):
        toml_shape.load(text)


@pytest.mark.parametrize("profile", Profile)
@pytest.mark.parametrize("name", ["codex", "gemini"])
def test_our_files_are_in_our_shape(name: str, profile: Profile) -> None:
    """The files we write are read the quick way."""
    server, assessments = sprintra()
    target = next(one for one in FORMATS if one.name == name)
    text = target.dump(draft.draft(server, assessments, profile)).text
    assert tomllib.loads(text) == toml_shape.read(text)
