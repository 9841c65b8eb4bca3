"""The rules of a meeting, pure: a command and a state in, events or a refusal out."""
