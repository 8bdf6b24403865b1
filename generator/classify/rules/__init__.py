"""The predicates: one small function per rule, in the module named like the id's first word.

Importing this package registers all of them with `classify.registry`.
"""

from generator.classify.rules import (
    anno,
    base,
    cap,
    ceiling,
    ctx,
    desc,
    dest,
    exec,  # noqa: A004 - the module is named like the rules it holds
    facet,
    fin,
    floor,
    minor,
    mux,
    name,
    param,
    quality,
    read,
    schema,
    send,
    text,
    verb,
    write,
)

__all__ = [
    "anno",
    "base",
    "cap",
    "ceiling",
    "ctx",
    "desc",
    "dest",
    "exec",
    "facet",
    "fin",
    "floor",
    "minor",
    "mux",
    "name",
    "param",
    "quality",
    "read",
    "schema",
    "send",
    "text",
    "verb",
    "write",
]
