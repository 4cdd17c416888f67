# make lab      open the first lesson in JupyterLab
# make check    check all but what needs a browser, in under two minutes
# make test     check everything
# make help     the rest

# A Python of version 3.11 or later, for example: make lab PYTHON=python3.12
PYTHON ?= python3
# More arguments for JupyterLab, for example: make lab LAB_FLAGS=--no-browser
LAB_FLAGS ?=
# Only some of the stages of .ci/test.py, for example: make test STAGES="unit browser"
STAGES ?=

VENV := .venv
PY := $(VENV)/bin/python
FIRST := notebooks/01_compute_neuron.ipynb
SETTINGS := $(VENV)/share/jupyter/lab/settings/overrides.json
# In a container one is root, which JupyterLab wants to be told.
ROOT_FLAG = $(if $(filter 0,$(shell id -u)),--allow-root)

.DEFAULT_GOAL := help
.DELETE_ON_ERROR:
.PHONY: help lab check test notebooks docs bench lint format clean

help:
	@echo "make lab        open the first lesson in JupyterLab"
	@echo "make check      check what needs no browser: lint, unit tests, every number in the notebooks"
	@echo "make test       check everything: lint, unit tests, every number in the notebooks, browser tests"
	@echo "make notebooks  run every notebook and write it back in its one form"
	@echo "make docs       write the page of the public names into build/docs"
	@echo "make bench      measure how fast panels answer and networks train"
	@echo "make lint       check the style of code and notebooks"
	@echo "make format     put code and notebooks into that style"
	@echo "make clean      remove what these commands made"

lab: $(VENV)/lab.stamp $(SETTINGS)
	$(PY) -m jupyterlab $(ROOT_FLAG) --LabApp.default_url=/lab/tree/$(FIRST) $(LAB_FLAGS)

check: $(VENV)/test.stamp
	$(PY) .ci/test.py check

test: $(VENV)/test.stamp $(SETTINGS)
	$(PY) .ci/test.py $(STAGES)

notebooks: $(VENV)/test.stamp
	$(PY) .ci/minutes.py
	$(PY) .ci/notebooks.py

docs: $(VENV)/docs.stamp
	$(PY) .ci/docs.py

bench: $(VENV)/test.stamp $(SETTINGS)
	$(PY) -m tests.bench

lint: $(VENV)/test.stamp
	$(PY) .ci/test.py lint

format: $(VENV)/test.stamp
	$(PY) .ci/test.py format

clean:
	rm -rf $(VENV) bench build lessons.egg-info .pytest_cache .ruff_cache .mypy_cache .hypothesis
	find . -name __pycache__ -prune -exec rm -rf {} +
	find . -name .ipynb_checkpoints -prune -exec rm -rf {} +

# The stamps are written last, so that an install that broke off is begun again.
$(VENV)/lab.stamp: pyproject.toml requirements.txt
	@$(PYTHON) -c "import sys; sys.exit(sys.version_info < (3, 11) and 'Python 3.11 or later is needed, for example: make lab PYTHON=python3.12')"
	$(PYTHON) -m venv $(VENV)
	$(PY) -m pip install --quiet --disable-pip-version-check --editable .
	@# matplotlib lists the machine's fonts once, and says so on whatever page comes first.
	@$(PY) -c "import matplotlib.font_manager" 2>/dev/null
	@touch $@

$(VENV)/test.stamp: $(VENV)/lab.stamp
	$(PY) -m pip install --quiet --disable-pip-version-check --editable ".[test]"
	@touch $@

$(VENV)/docs.stamp: $(VENV)/lab.stamp
	$(PY) -m pip install --quiet --disable-pip-version-check --editable ".[docs]"
	@touch $@

$(SETTINGS): binder/overrides.json $(VENV)/lab.stamp
	@mkdir -p $(@D)
	cp $< $@
