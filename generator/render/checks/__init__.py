"""What `verify.py` asks of a built site, a module per kind of file."""
