"""What all panels share: controls, the front end, figures, heat maps, TeX, still pictures."""
