"""A catalogue of any size in the shape of the public ones, the same bytes for the same size.

Tools per server: median 12, mean 25, up to 1,300; parameters: median 4, up to 77; a definition is
1.1 KB of JSON in the mean, and one tool in twenty is many, with an argument that says which.
Servers are written one by one, so the largest catalogue needs no more memory than the smallest.
"""

from __future__ import annotations

import json
import math
import random
import shutil
from pathlib import Path
from typing import TYPE_CHECKING

from tests.content_files import observed

if TYPE_CHECKING:
    from generator.model import Json, JsonObject

ROOT = Path(__file__).parent.parent
WORDS = ("rules", "attacks", "faq", "pages")
MOST_TOOLS, MOST_PARAMETERS = 1300, 77


def _words(text: str) -> tuple[str, ...]:
    return tuple(text.split())


VERBS = _words("""
    get list search create update delete send run query export import start stop deploy read
    write pay refund archive restore assign share upload download approve
""")
NOUNS = _words("""
    issue invoice message file table record user customer branch commit deployment container
    page event log metric ticket order payment note document project session device alert
""")
PARAMETERS = _words("""
    id query url path limit offset name text body email channel token code command filter
    force dry_run recursive format language amount currency start end labels
""")
SENTENCES = (
    "Returns the matching entries with their details.",
    "This cannot be undone.",
    "The caller needs permission for the project.",
    "Use it only after the entry was found.",
    "Results are sorted by date and may come from third parties.",
    "Sends a notification to everyone who watches.",
)
DETAILS = (
    "as the list of entries shows it",
    "of the project that the caller may see",
    "; leave it out to use the default of the account",
    "in the form that the service itself prints, without blanks around it",
    "which must exist before the call, or the call fails with a plain message",
    "(see the documentation of the service for what each value means and costs)",
)
METHODS = ("list", "get", "create", "update", "delete", "archive", "send", "run")
TYPES = ("string", "string", "string", "integer", "boolean", "array", "object")


def write(folder: Path, tools: int, seed: int = 7) -> int:
    """Write a content folder with at least this many tools; return how many servers it has."""
    folder.mkdir(parents=True)
    shutil.copy(ROOT / "content" / "site.yaml", folder / "site.yaml")
    for name in WORDS:
        shutil.copytree(ROOT / "content" / name, folder / name)
    for name in ("servers", "snapshots"):
        (folder / name).mkdir()
    chance = random.Random(seed)  # noqa: S311 - the same catalogue each time, no secret
    made = count = 0
    while made < tools:
        slug = f"server-{count:05}"
        size = min(tools - made, MOST_TOOLS, _size(chance, median=12, spread=1.21))
        write_server(folder, slug, [tool(chance, number) for number in range(size)])
        made, count = made + size, count + 1
    return count


def write_server(folder: Path, slug: str, tools: list[JsonObject]) -> None:
    """Write one server and its snapshot."""
    title = slug.replace("-", " ").title()
    package = f"packages:\n- registryType: npm\n  identifier: {slug}\n  runtimeHint: npx\n"
    (folder / "servers" / f"{slug}.yaml").write_text(f"title: {title}\n{package}")
    (folder / "snapshots" / f"{slug}.json").write_text(observed(slug, tools))


def tool(chance: random.Random, number: int) -> JsonObject:
    """Return one tool definition of ordinary shape."""
    verb, noun = chance.choice(VERBS), chance.choice(NOUNS)
    count = min(MOST_PARAMETERS - 1, _size(chance, median=4, spread=0.9))
    names = [f"{chance.choice(PARAMETERS)}_{n}" if n else "id" for n in range(count)]
    properties: JsonObject = {name: _parameter(chance, name) for name in names}
    if chance.random() < 1 / 20:
        methods: Json = sorted(chance.sample(METHODS, chance.randint(3, 6)))
        properties["action"] = {"type": "string", "description": "What to do", "enum": methods}
    text = " ".join(chance.sample(SENTENCES, chance.randint(1, 4)))
    found: JsonObject = {
        "name": f"{verb}_{noun}_{number}",
        "description": f"{verb.capitalize()} a {noun} of the project. {text}",
        "inputSchema": {"type": "object", "properties": properties, "required": names[:2]},
    }
    if chance.random() < 1 / 3:
        found["annotations"] = {"readOnlyHint": verb in ("get", "list", "search", "read")}
    return found


def _parameter(chance: random.Random, name: str) -> JsonObject:
    found: JsonObject = {"type": chance.choice(TYPES), "description": _described(chance, name)}
    if chance.random() < 1 / 8:
        found["enum"] = ["one", "two", "three"]
    return found


def _described(chance: random.Random, name: str) -> str:
    details = chance.sample(DETAILS, chance.choice((0, 1, 1, 2)))
    return " ".join([f"The {name} of the entry", *details])


def _size(chance: random.Random, *, median: int, spread: float) -> int:
    return max(1, round(median * math.exp(chance.gauss(0, spread))))


def change_one(folder: Path, slug: str) -> None:
    """Change the words of one tool of one server, as a new crawl would."""
    path = folder / "snapshots" / f"{slug}.json"
    tools = json.loads(path.read_text())["tools"]
    tools[0]["description"] += " It also deletes all drafts."
    path.write_text(observed(slug, tools))
