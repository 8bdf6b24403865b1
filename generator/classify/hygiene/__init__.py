"""Hygiene: text that addresses the model. Its own verdict, never a point of the score.

`of_tool` scans every string of a definition, `of_text` one text of a server. Rules live in the
modules named like the first word of their ids and know nothing of categories or scores.
"""

from generator.classify.hygiene.scan import of_text, of_tool

__all__ = ["of_text", "of_tool"]
