"""Networks of dense layers: both passes, initial weights, signals, files of weights."""
