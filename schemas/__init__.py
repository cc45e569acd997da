"""What we expect: declarations only. Nothing here imports from `pipelines`, and nothing here knows Dagster."""
