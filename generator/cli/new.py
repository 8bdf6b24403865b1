"""Write a filled-in file for a new server, rule, attack or question, ready to be edited.

  mcp-risk new server acme
  mcp-risk new server acme --package npm:@acme/mcp
  mcp-risk new server acme --remote https://mcp.acme.example/mcp
  mcp-risk new rule schema.param.webhook
  mcp-risk new attack session-fixation
  mcp-risk new question tool-who-pays

An existing file is never overwritten. A rule also gets the beginning of its predicate in the
module of its first word; `make test` then says what is missing. A question belongs to the pages
that its first word names, tool pages when it names none, and comes last on them.
"""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

from generator import content, content_prose
from generator.cli import drafts
from generator.content_listing import SLUG
from generator.content_rules import RULE_ID
from generator.derive import answers
from generator.errors import BuildError

if TYPE_CHECKING:
    import argparse

_FORMS = {
    "server": (SLUG, "lower-case letters, digits and hyphens"),
    "attack": (SLUG, "lower-case letters, digits and hyphens"),
    "question": (SLUG, "lower-case letters, digits and hyphens"),
    "rule": (RULE_ID, "words joined by dots, like schema.param.url"),
}


def arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the options."""
    parser.add_argument("kind", choices=list(_FORMS), help="what to write")
    parser.add_argument("name", help="its slug, or the id of a rule; it becomes the file name")
    parser.add_argument("--package", default="", help="npm:NAME or pypi:NAME, for a server")
    parser.add_argument("--remote", default="", help="https address of a hosted server")
    parser.add_argument("--content", type=Path, default=Path("content"), help="content folder")


def run(args: argparse.Namespace) -> int:
    """Write the file and say what to do next."""
    form, words = _FORMS[args.kind]
    if not form.fullmatch(args.name):
        raise BuildError(f'{args.kind} expected {words}, got "{args.name}"')
    name = args.name
    if args.kind == "server":
        text = drafts.server(name, args.package, args.remote)
        _write(args.content / "servers" / f"{name}.yaml", text)
        print(f"Next: fill in the title, then make crawl SERVER={name} and make site.")
    elif args.kind == "attack":
        today = datetime.now(tz=UTC).date()
        _write(args.content / "attacks" / f"{name}.md", drafts.attack(today))
        print("Next: fill in the facts and their sources, then make lint and make serve.")
    elif args.kind == "question":
        _question(name, args.content)
    else:
        module = Path("generator/classify/rules") / f"{name.partition('.')[0]}.py"
        predicate = drafts.predicate(name, first=not module.exists())
        _write(args.content / "rules" / f"{name}.yaml", drafts.rule())
        with module.open("a", encoding="utf-8") as file:
            file.write(predicate)
        print(f"wrote the beginning of a predicate to {module}")
        print("Next: write the predicate and at least two hits and two misses, then make test.")
    return 0


def _question(name: str, folder: Path) -> None:
    """Write a question after the others of its scope, and say which names it may use."""
    scope = drafts.scope_of(name)
    known = content.load([folder])[0].faq
    last = max((entry.order for entry in known if entry.scope == scope), default=0)
    order = min(last + 1, content_prose.MAX_ORDER)
    _write(folder / "faq" / f"{name}.md", drafts.question(name, scope, order))
    print(
        f"Next: write the question and its answer for the pages of scope {scope}, then make lint."
    )
    print("Both may use these names, a server's own words only in backticks:")
    for placeholder, meant in sorted(answers.PLACEHOLDERS[scope].items()):
        shown = f"`{{{placeholder}}}`" if meant.is_crawled else f"{{{placeholder}}}"
        print(f"  {shown:<22}  {meant.meaning}")


def _write(path: Path, text: str) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    try:
        with path.open("x", encoding="utf-8") as file:
            file.write(text)
    except FileExistsError:
        raise BuildError(f"{path} exists; edit it instead") from None
    print(f"wrote {path}")
