"""A person's private notes on this device: keys, the disk, and the line to the server."""
