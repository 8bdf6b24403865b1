"""Category rules: verbs whose object decided. The evidence itself is found by effects.py."""

from generator.classify.rules.evidence import lists_evidence

lists_evidence("verb.object")
