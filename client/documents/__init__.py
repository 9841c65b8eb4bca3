"""Papers on this tablet: kept, rendered in a process of its own, placed on the glass."""
