"""Releases: a candidate built and compared, approved, published, taken back, found again and served.

What stands in a release and how its files are written is `pipelines/published/`.
"""
