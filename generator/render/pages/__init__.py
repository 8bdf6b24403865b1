"""One module per page kind: its frozen page type and the function that fills it."""
