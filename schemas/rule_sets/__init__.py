"""The validation rules, one module per kind of input. `schemas/rules.py` joins them."""
