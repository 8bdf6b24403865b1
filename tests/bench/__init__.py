"""What a build costs, beside the least that can be done and beside others: docs/benchmarks.md."""
