"""The level above looking down: how far each unit has come, and where its work was used."""
