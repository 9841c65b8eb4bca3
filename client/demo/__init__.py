"""The stories: real processes, played by touches and by the public protocol."""
