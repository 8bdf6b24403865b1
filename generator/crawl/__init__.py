"""The only room with a network and child processes: ServerSpec to Snapshot."""
