"""What a person or Dagster starts: the run over its list of steps, the season of the clean-up, releases, and what is looked up.

The steps are in `steps/`, releases in `releases/`. No rule and no comparison lives here: those are the stages'.
"""
