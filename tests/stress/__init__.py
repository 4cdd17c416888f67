"""Random hands at every panel in a real kernel, with messages that overtake each other.

python -m tests.stress                        # 100 actions a panel, this environment's ipykernel
python -m tests.stress --actions 1000         # what a release is tried with
python -m tests.stress --panel race --seed 3  # one panel, other actions
"""
