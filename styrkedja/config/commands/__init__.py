"""The commands of `styrkedja`: one file each."""
