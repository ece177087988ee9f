#!/usr/bin/env python3
"""Minimises the function `sphere`, f(x) = sum of x_i^2 in ten dimensions, from rankings alone, over REST.

The server never asks for a value: it learns which of six points come first, second and third, and then which of four
steps and the present point is best. That is ZO-RankSGD with a line search. It starts at (2, ..., 2), and after 40 such
pairs of rounds the distance to the minimum should be below 5 % of what it was.
"""

import math
import sys

from ranking_api import Server, arguments, judge, start

DIMENSION = 10
PAIRS_OF_ROUNDS = 40
GOAL = 0.05


def study(seed):
    return {
        "name": f"sphere, seed {seed}",
        "space": {"kind": "function", "function": "sphere", "dimension": DIMENSION},
        "optimizer": {
            "name": "zo-rank-sgd",
            "parameters": {"variant": "lineSearch", "smoothing": 0.1, "stepSize": 1, "trialPoints": 4, "includeIncumbent": True},
        },
        "batch": {"size": 6, "rankTop": 3},
        "maxRounds": 2 * PAIRS_OF_ROUNDS,
        "seed": seed,
    }


def sphere(point):
    return sum(x * x for x in point)


def run(server, seed):
    session = start(server, study(seed), seed)
    while judge(server, session, lambda candidate: sphere(candidate["point"]), "optimize_sphere.py", pictures=False):
        pass
    first, last = (math.sqrt(sphere(server.get(f"sessions/{session}/best?round={r}")["point"])) for r in (0, 2 * PAIRS_OF_ROUNDS))
    print(f"seed {seed:2}: distance from {first:.3f} to {last:.4f}, {last / first:.2%} of the start", flush=True)
    return last / first


def main():
    chosen = arguments(__doc__.splitlines()[0])
    server = Server(chosen.url, chosen.key)
    ratios = [run(server, seed) for seed in range(1, chosen.seeds + 1)]
    reached = sum(ratio < GOAL for ratio in ratios)
    print(f"{reached} of {len(ratios)} seeds end below {GOAL:.0%}, the worst at {max(ratios):.2%}")
    return 0 if reached == len(ratios) else 1


if __name__ == "__main__":
    sys.exit(main())
