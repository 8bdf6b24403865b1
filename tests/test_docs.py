"""The documents: no dead link, no command left out, and a workflow that does what `make` does."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
import yaml

from generator.cli.commands import COMMANDS
from generator.cli.main import run

ROOT = Path(__file__).parent.parent
README = (ROOT / "README.md").read_text(encoding="utf-8")
DOCUMENTS = [
    *(ROOT / name for name in ("README.md", "CONTRIBUTING.md", "CHANGELOG.md")),
    *sorted((ROOT / "docs").glob("*.md")),
]
WORKFLOWS = sorted((ROOT / ".github" / "workflows").glob("*.yml"))
RUN = re.compile(r"<!-- run: mcp-risk (.+) -->\n```console\n\$ .+\n((?s:.*?))```\n<!-- end -->")
PICTURE = re.compile(r'(?:src|srcset)="([^"]+)"')
LINK = re.compile(r"!?\[[^\]]*\]\((?!https?:|#)([^)#\s]+)")
TARGET = re.compile(r"^([a-z]+):.*##", re.MULTILINE)


@pytest.mark.parametrize("command", COMMANDS)
def test_every_command_is_in_the_readme(command: str) -> None:
    """A command that nobody can find in the README is not finished."""
    assert f"`mcp-risk {command}" in README


def test_every_make_target_is_in_the_readme() -> None:
    """`make` alone shows the help; every other target has its row."""
    targets = set(TARGET.findall((ROOT / "Makefile").read_text(encoding="utf-8"))) - {"help"}
    assert targets == {name for name in targets if f"`make {name}`" in README}


@pytest.mark.parametrize("path", DOCUMENTS, ids=lambda path: path.name)
def test_links_of_documents_lead_to_files(path: Path) -> None:
    """A relative link or picture in a document names a file of the repository."""
    text = path.read_text(encoding="utf-8")
    links = [*LINK.findall(text), *PICTURE.findall(text)]
    assert [link for link in links if not (path.parent / link).exists()] == []


@pytest.mark.parametrize(("command", "printed"), RUN.findall(README))
def test_runs_in_the_readme_print_what_it_says(
    command: str, printed: str, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    """The output of a run in the README is the output of that run today."""
    monkeypatch.chdir(ROOT)
    run(command.split())
    assert printed == capsys.readouterr().out


@pytest.mark.parametrize("path", WORKFLOWS, ids=lambda path: path.name)
def test_workflows_call_make_and_pin_what_they_use(path: Path) -> None:
    """What CI says can be repeated with one command, and nothing floats or may write unasked."""
    text = path.read_text(encoding="utf-8")
    workflow = yaml.safe_load(text)
    assert workflow["permissions"] == {}
    for job in workflow["jobs"].values():
        for step in job["steps"]:
            if "run" in step:
                assert re.fullmatch(r"make [a-z-]+", step["run"])
            else:
                assert re.fullmatch(r"[\w-]+/[\w-]+@[0-9a-f]{40}", step["uses"])
    assert "@" not in re.sub(r"@[0-9a-f]{40} # v\d+\.\d+\.\d+\b", "", text)
