"""First stage: what came, as text, with its receipt. Opens files; decides nothing about their content."""
