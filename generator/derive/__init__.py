"""From assessed tools to everything that spans tools and servers; pure."""
