"""The only place that imports Dagster: assets made from the list of steps, checks, jobs, schedules and sensors."""
