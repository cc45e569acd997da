"""What every stage needs: the store, school years, text, findings and the Pandera bridge. Knows no stage."""
