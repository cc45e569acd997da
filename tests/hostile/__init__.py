"""Files that fool readers, made by the tests themselves: measured hazards, hostile files, and a fuzz of the readers."""
