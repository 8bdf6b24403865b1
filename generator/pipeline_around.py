"""What the files of each server say of others: worked out where it may have changed, else known.

Called by `pipeline_print.py`. What stands for the surroundings of a server is kept in the store
with the key of its rating, beside the answers that it followed from; see `derive/around.py`.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from generator.derive import around, catalogue
from generator.derive.around import Answers
from generator.latest import Latest

if TYPE_CHECKING:
    from generator.model import Index, ServerSummary, Surroundings
    from generator.pipeline_job import Job

_ANSWERS, _MARKS = ("around/similar", "around/names", "around/titles"), "around/marks"
_KEY = "1"
"""All that these values follow from is among them."""


class Around:
    """The surroundings of all servers of a build."""

    def __init__(self, job: Job, index: Index) -> None:
        """Find the servers whose surroundings may have changed since they were kept."""
        self._job = job
        # Asked for the surroundings of a server whose mark was made of them a moment before.
        self.of = Latest(self._of, kept=1)
        self._near = catalogue.neighbours(index.tools)
        self._titles = catalogue.titles(index.servers)
        self._now, self._apart = around.answers(index.tools, self._near, self._titles.of)
        self._marks: dict[str, tuple[bytes, bytes]] = {}
        recall = job.means.store.recall
        kept = [recall(name, _KEY) for name in _ANSWERS]
        self._before = Answers(*kept) if None not in kept else None
        if self._before is not None:
            touched = around.touched(index.tools, self._before, self._now) | self._apart
            known: dict[str, tuple[bytes, bytes]] = recall(_MARKS, _KEY) or {}
            # What passes by was rated from other files than its key says.
            touched |= job.passing.keys()
            self._marks = {
                slug: found
                for slug, found in known.items()
                if job.keys.get(slug) == found[0] and slug not in touched
            }

    def mark(self, server: ServerSummary) -> bytes:
        """Return what stands for the surroundings of a server."""
        slug = server.slug
        if slug not in self._marks:
            self._marks[slug] = (self._job.keys[slug], self.of(server).mark)
        return self._marks[slug][1]

    def _of(self, server: ServerSummary) -> Surroundings:
        tools = self._job.parts[server.slug].tools
        return catalogue.surroundings(server, tools, self._near, self._titles)

    def keep(self) -> None:
        """Keep all of it for the next build."""
        store, before = self._job.means.store, self._before or (None, None, None)
        for name, old, new in zip(_ANSWERS, before, self._now, strict=True):
            if old != new:
                store.keep(name, _KEY, new)
        passing = self._job.passing
        marks = {slug: found for slug, found in self._marks.items() if slug not in passing}
        store.keep(_MARKS, _KEY, marks)
