"""Third stage: which school a record speaks of, with the reason. Does not judge what the record says."""
