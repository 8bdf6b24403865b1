"""Catalogue to files: the only room that writes site/."""
