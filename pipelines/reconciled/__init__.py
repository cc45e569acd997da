"""Fourth stage: one answer per school and year with its evidence. Reads no files and matches no schools."""
