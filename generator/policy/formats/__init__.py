"""The policy formats: one file per target, and `registry.py` that renders and proves them."""

from generator.policy.formats.base import Format
from generator.policy.formats.registry import FORMATS, render

__all__ = ["FORMATS", "Format", "render"]
