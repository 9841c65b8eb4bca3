"""What actions do to the client's state, by what they are about; `table` has them all. Pure."""
