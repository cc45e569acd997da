"""What we do: raw files to a published release, in five stages that meet only through tables."""
