"""Parts of a page that need more than a line: each module fills one component's types."""
