"""Commands of `cleanup` by subject, one module each with `register(app)`. A command imports what it needs inside itself."""
