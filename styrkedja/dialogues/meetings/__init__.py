"""The meetings where the chain meets: planned, called with their material, held, and put down in minutes."""
