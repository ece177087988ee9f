#!/usr/bin/env python3
"""Judges pictures of the demo model by how red they are, over REST.

In each round the pictures are fetched and decoded here, and ranked by their mean redness: red less the mean of green and
blue, from -1 to 1. Fifteen rounds should leave a best picture that is redder than the one at the start.
"""

import struct
import sys
import zlib

from ranking_api import Server, arguments, judge, start

ROUNDS = 15


def study(seed):
    return {
        "name": f"redder, seed {seed}",
        "question": "Which is the reddest?",
        "space": {"kind": "diffusion", "model": "demo"},
        "optimizer": {"name": "zo-rank-sgd", "parameters": {"variant": "interactive"}},
        "batch": {"size": 6, "rankTop": 3},
        "maxRounds": ROUNDS,
        "seed": seed,
    }


def decode(png):
    """The pixels of an 8-bit RGB PNG without interlacing, as bytes r, g, b, r, g, b, ... (ISO/IEC 15948)."""
    packed, at = b"", 8
    while at < len(png):
        length, kind = struct.unpack(">I4s", png[at : at + 8])
        content = png[at + 8 : at + 8 + length]
        if kind == b"IHDR":
            width, height, depth, colour, _, _, interlace = struct.unpack(">IIBBBBB", content)
            assert (depth, colour, interlace) == (8, 2, 0), "only 8-bit RGB without interlacing is read"
        elif kind == b"IDAT":
            packed += content
        at += 12 + length

    stride = 3 * width
    rows, above, pixels = zlib.decompress(packed), bytes(stride), bytearray()
    for y in range(height):
        filtering, row = rows[y * (stride + 1)], bytearray(rows[y * (stride + 1) + 1 : (y + 1) * (stride + 1)])
        for i in range(stride):
            left, corner = (row[i - 3], above[i - 3]) if i >= 3 else (0, 0)
            row[i] = (row[i] + predict(filtering, left, above[i], corner)) & 255
        pixels += row
        above = row
    return bytes(pixels)


def predict(filtering, left, up, corner):
    if filtering == 4:
        by_left, by_up, by_corner = abs(up - corner), abs(left - corner), abs(left + up - 2 * corner)
        return left if by_left <= by_up and by_left <= by_corner else up if by_up <= by_corner else corner
    return (0, left, up, (left + up) // 2)[filtering]


def redness(png):
    pixels = decode(png)
    red, green, blue = (sum(pixels[channel::3]) for channel in range(3))
    return (red - (green + blue) / 2) / (255 * len(pixels) / 3)


def run(server, seed):
    session = start(server, study(seed), seed)
    while judge(server, session, lambda candidate: -redness(server.picture(candidate["imageUrl"])), "prefer_red.py"):
        pass
    first, last = (redness(server.picture(server.get(f"sessions/{session}/best?round={r}")["imageUrl"])) for r in (0, ROUNDS))
    print(f"seed {seed:2}: redness from {first:+.3f} to {last:+.3f}", flush=True)
    return first, last


def main():
    chosen = arguments(__doc__.splitlines()[0])
    server = Server(chosen.url, chosen.key)
    scores = [run(server, seed) for seed in range(1, chosen.seeds + 1)]
    redder = sum(last > first for first, last in scores)
    print(f"{redder} of {len(scores)} seeds end redder than they began")
    return 0 if 10 * redder >= 9 * len(scores) else 1


if __name__ == "__main__":
    sys.exit(main())
