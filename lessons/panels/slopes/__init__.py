"""The slope of a function of one number, measured by a nudge, and the error of such a check."""
