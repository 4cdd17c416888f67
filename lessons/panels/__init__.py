"""What a learner sees: one folder for each panel, and in ``kit`` what all of them share."""
