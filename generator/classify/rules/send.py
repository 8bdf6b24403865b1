"""Category rules: verbs that send to people. The evidence itself is found by effects.py."""

from generator.classify.rules.evidence import lists_evidence

lists_evidence("send.verb")
