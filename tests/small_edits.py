"""Small mistakes in the lines of a file, to hold two verdicts on it against each other."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import random
    from collections.abc import Callable

CHARACTERS = " \n\"'#:-[]{},\\ux0ae1.+!&*%@`|>?~\t<="
"""What is put in: characters that mean something to one of the formats."""


def edit(
    lines: list[str],
    chance: random.Random,
    own: Callable[[str, int, int], str],
    characters: str = CHARACTERS,
) -> None:
    """Make one or two mistakes: a character put in or left out, a line doubled or emptied.

    `own` makes two further kinds, 4 and 5: it takes a line, a place in it and the kind.
    """
    for _ in range(chance.choice((1, 1, 2))):
        at = chance.randrange(len(lines))
        line = lines[at]
        place = chance.randrange(len(line) + 1)
        kind = chance.randrange(6)
        if kind == 0:
            lines[at] = line[:place] + chance.choice(characters) + line[place:]
        elif kind == 1:
            lines[at] = line[:place] + line[place + 1 :]
        elif kind == 2:
            lines.insert(at, chance.choice(lines))
        elif kind == 3:
            lines[at] = ""
        else:
            lines[at] = own(line, place, kind)
