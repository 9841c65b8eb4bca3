"""The device: what it proves itself by, whose it is, what it remembers and how that is sealed."""
