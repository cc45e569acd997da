"""Second stage: our columns, our types, repairs named, faulty rows set aside. Does not look for schools."""
