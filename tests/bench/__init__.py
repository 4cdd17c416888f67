"""How fast a panel answers: `make bench`, in the real JupyterLab."""
