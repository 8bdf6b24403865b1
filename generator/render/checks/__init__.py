"""What must be true of a site, a module per kind of file or question; asked of it lot by lot."""
