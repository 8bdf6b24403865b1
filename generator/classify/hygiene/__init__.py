"""Hygiene predicates: they can reach neither category nor score."""
