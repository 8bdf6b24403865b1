"""Tool to Assessment: pure rules, a ledger, and the words of the evidence."""
