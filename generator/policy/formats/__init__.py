"""One module per policy target: dump, losses, own check."""
