"""The meeting server: the composition root is `server.__main__`, the rules are `server.core`."""
