"""Category rules: the name's governing verb. The evidence itself is found by effects.py."""

from generator.classify.rules.evidence import lists_evidence

lists_evidence("name.verb")
lists_evidence("name.suffix_verb")
lists_evidence("name.compound")
lists_evidence("name.inverted")
lists_evidence("name.report")
