"""Assessment to Policy to files that real enforcers load; pure."""
