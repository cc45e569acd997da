"""What goes to people and comes back: worksheets and the review page. Decides nothing; answers are read as a source."""
