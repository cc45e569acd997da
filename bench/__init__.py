"""Benchmarks and the run on real files. Each is one command; results are in README.md. Never part of the tests."""
