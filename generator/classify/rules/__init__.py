"""Small predicates; the module is the first word of the rule id."""
