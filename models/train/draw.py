"""Draws the training pictures: one friendly monster, centred, on a plain soft background.

Everything is large and smooth on purpose. A small network learns thick limbs, big eyes and flat colour long before
it learns antennae or texture, and people rank faces, poses and colours anyway.

    python3 draw.py --count 40000          writes work/pictures.npy (uint8) and work/traits.json
    python3 draw.py --look pictures.png    writes a contact sheet of 48 pictures with their captions printed
"""
import argparse
import colorsys
import json
import math
import os
import random

import cairo
import numpy as np

SIZE = 128
HERE = os.path.dirname(os.path.abspath(__file__))
WORK = os.path.join(HERE, "..", "demo", "work")

# name: hue, saturation, value of the body
BODIES = {
    "red": (0.995, 0.74, 0.86), "orange": (0.065, 0.80, 0.96), "yellow": (0.135, 0.76, 0.97),
    "green": (0.345, 0.66, 0.74), "teal": (0.485, 0.70, 0.76), "blue": (0.600, 0.70, 0.90),
    "purple": (0.755, 0.60, 0.78), "pink": (0.910, 0.52, 0.96),
}
# Pale, so that every body stands out from every background.
BACKGROUNDS = {
    "yellow": (0.125, 0.32, 0.99), "green": (0.385, 0.24, 0.93), "blue": (0.555, 0.28, 0.97),
    "purple": (0.725, 0.22, 0.95), "pink": (0.965, 0.22, 0.98), "grey": (0.600, 0.05, 0.88),
}
IRISES = {"brown": (0.06, 0.62, 0.52), "blue": (0.58, 0.70, 0.80), "green": (0.36, 0.60, 0.62)}
SHAPES = ("round", "tall", "wide")
MOUTHS = ("smile", "open", "fangs", "frown")
HEADS = ("horns", "ears", "bare")
ARMS = ("up", "down", "waving")
COATS = ("plain", "belly", "striped", "spotted")
DARK = (0.16, 0.06, 0.13)


def traits(rng):
    """What a caption can say about a monster."""
    return {
        "body": rng.choice(list(BODIES)), "background": rng.choice(list(BACKGROUNDS)),
        "iris": rng.choice(list(IRISES)), "eyes": rng.choice((1, 2, 2, 3)), "shape": rng.choice(SHAPES),
        "mouth": rng.choice(MOUTHS), "head": rng.choice(HEADS), "arms": rng.choice(ARMS), "coat": rng.choice(COATS),
    }


def rgb(colour, rng=None, value=1.0, saturation=1.0):
    h, s, v = colour
    if rng:
        h, s, v = h + rng.uniform(-.012, .012), s * rng.uniform(.94, 1.06), v * rng.uniform(.95, 1.03)
    return colorsys.hsv_to_rgb(h % 1, min(1, s * saturation), min(1, v * value))


def darker(colour, by):
    return tuple(c * by for c in colour)


def lighter(colour, by):
    return tuple(c + (1 - c) * by for c in colour)


def ellipse(c, x, y, rx, ry):
    c.save()
    c.translate(x, y)
    c.scale(rx, ry)
    c.arc(0, 0, 1, 0, 2 * math.pi)
    c.restore()


class Monster:
    """The continuous part of a drawing (sizes, lean, gaze) and the strokes."""

    def __init__(self, t, rng):
        self.t = t
        self.skin = rgb(BODIES[t["body"]], rng)
        self.wall = rgb(BACKGROUNDS[t["background"]], rng)
        self.iris = rgb(IRISES[t["iris"]])
        wide, high = {"round": (33, 35), "tall": (27, 42), "wide": (39, 30)}[t["shape"]]
        self.rx, self.ry = wide * rng.uniform(.95, 1.06), high * rng.uniform(.95, 1.05)
        self.x, self.ground = 64 + rng.uniform(-3, 3), 116 + rng.uniform(-2, 2)
        self.legs = rng.uniform(9, 14)
        self.y = self.ground - self.legs - self.ry + 3
        self.power = rng.uniform(2.0, 2.9)      # 2 is an ellipse, more is boxier
        self.pear = rng.uniform(-.14, .20)      # positive: heavy below
        self.lean = rng.uniform(-.10, .10)
        self.gaze = (rng.uniform(-.26, .26), rng.uniform(-.16, .22))
        self.eye = {1: 17.5, 2: 13, 3: 10.2}[t["eyes"]] * rng.uniform(.92, 1.08)
        self.grin = rng.uniform(.9, 1.15)
        self.limb = rng.uniform(10.5, 13)
        self.reach = rng.uniform(-.25, .25)     # turns both arms a little

    def half_width(self, v):
        """Half the body's width at height v (-1 is the top, 1 the bottom) and the lean there."""
        return (self.rx * (1 - min(1, abs(v)) ** self.power) ** (1 / self.power) * (1 + self.pear * v),
                -self.lean * v * self.ry)

    def at(self, u, v):
        """A point of the body: u across, v down, both -1 to 1 of the middle axes."""
        return self.x + u * self.rx * (1 + self.pear * v) - self.lean * v * self.ry, self.y + v * self.ry

    def outline(self, c):
        rows = [-math.cos(math.pi * i / 36) for i in range(37)]
        right = [(self.x + d + w, self.y + v * self.ry) for v in rows for w, d in [self.half_width(v)]]
        left = [(self.x + d - w, self.y + v * self.ry) for v in reversed(rows) for w, d in [self.half_width(v)]]
        c.move_to(*right[0])
        for p in right[1:] + left:
            c.line_to(*p)
        c.close_path()

    def draw(self, c):
        self.draw_background(c)
        self.draw_limbs(c)
        self.draw_head(c)
        self.draw_body(c)
        self.draw_eyes(c)
        self.draw_mouth(c)

    def draw_background(self, c):
        fade = cairo.LinearGradient(0, 0, 0, SIZE)
        fade.add_color_stop_rgb(0, *lighter(self.wall, .35))
        fade.add_color_stop_rgb(1, *darker(self.wall, .88))
        c.set_source(fade)
        c.paint()
        c.set_source_rgb(*darker(self.wall, .70))
        ellipse(c, self.x, self.ground + 1, self.rx * .95, 5)
        c.fill()

    def draw_limbs(self, c):
        c.set_line_cap(cairo.LINE_CAP_ROUND)
        c.set_source_rgb(*darker(self.skin, .80))
        c.set_line_width(self.limb * 1.1)
        for side in (-1, 1):
            x = self.x - self.lean * self.ry * .8 + side * self.rx * .42
            c.move_to(x, self.y + self.ry * .6)
            c.line_to(x, self.ground - 4)
            c.line_to(x + side * 2, self.ground - 4)
            c.stroke()
        c.set_line_width(self.limb)
        for side in (-1, 1):
            up = self.t["arms"] == "up" or (self.t["arms"] == "waving" and side == self.waver)
            width, d = self.half_width(.1)
            x, y = self.x + d + side * (width - 4), self.y + self.ry * .1
            turn = (-1.05 if up else 1.0) + side * self.reach * .6
            hx, hy = x + side * (12 + 9 * math.cos(turn)), y + 25 * math.sin(turn)
            c.move_to(x, y)
            c.curve_to(x + side * 11, y + 1, hx + side * 2, y + (hy - y) * .4, hx, hy)
            c.stroke()

    @property
    def waver(self):
        return 1 if self.lean > 0 else -1

    def draw_head(self, c):
        for side in (-1, 1):
            if self.t["head"] == "horns":
                x, y = self.at(0, -.80)
                x += side * self.half_width(-.80)[0] * .86
                c.set_source_rgb(.40, .30, .36)
                c.move_to(x - side * 8, y - 3)
                c.curve_to(x - side * 3, y - 9, x + side * 4, y - 12, x + side * 6, y - 19)
                c.curve_to(x + side * 11, y - 9, x + side * 9, y, x + side * 3, y + 6)
                c.close_path()
                c.fill()
            elif self.t["head"] == "ears":
                x, y = self.at(0, -.80)
                x += side * self.half_width(-.80)[0] * 1.02
                c.set_source_rgb(*darker(self.skin, .80))
                ellipse(c, x, y, 11, 11)
                c.fill()
                c.set_source_rgb(*lighter(self.skin, .45))
                ellipse(c, x, y, 6, 6)
                c.fill()

    def draw_body(self, c):
        self.outline(c)
        c.set_source_rgb(*self.skin)
        c.fill_preserve()
        c.save()
        c.clip()
        coat = self.t["coat"]
        if coat == "belly":
            x, y = self.at(0, .72)
            c.set_source_rgb(*lighter(self.skin, .55))
            ellipse(c, x, y, self.rx * .62, self.ry * .52)
            c.fill()
        elif coat == "striped":
            c.set_source_rgb(*darker(self.skin, .68))
            for v in (-.86, -.30, .26, .82):
                x, y = self.at(0, v)
                ellipse(c, x, y - 3, self.rx * 1.5, 4.6)
                c.fill()
        elif coat == "spotted":
            c.set_source_rgb(*darker(self.skin, .74))
            for u, v, r in ((-.74, -.12, 5.5), (-.70, .52, 7), (.78, .18, 6), (.50, .78, 6.5), (-.20, .88, 5), (.52, -.74, 5)):
                x, y = self.at(u, v)
                ellipse(c, x, y, r, r)
                c.fill()
        c.restore()
        # A crescent of shade: the body less the body moved up and left.
        c.save()
        self.outline(c)
        c.clip()
        c.set_fill_rule(cairo.FILL_RULE_EVEN_ODD)
        c.rectangle(0, 0, SIZE, SIZE)
        c.save()
        c.translate(-5, -3)
        self.outline(c)
        c.restore()
        c.set_source_rgba(0, 0, 0, .16)
        c.fill()
        c.restore()

    def draw_eyes(self, c):
        count, r = self.t["eyes"], self.eye
        x0, y0 = self.at(0, -.28 if self.t["shape"] == "tall" else -.24)
        step = {1: 0, 2: 1.06, 3: 1.02}[count] * r * 2
        for i in range(count):
            x = x0 + (i - (count - 1) / 2) * step
            y = y0 - (r * .35 if count == 3 and i == 1 else 0)
            gx, gy = x + self.gaze[0] * r, y + self.gaze[1] * r
            for colour, cx, cy, size in (((1, 1, 1), x, y, 1), (self.iris, gx, gy, .64), (DARK, gx, gy, .42),
                                         ((1, 1, 1), gx - r * .20, gy - r * .22, .19)):
                c.set_source_rgb(*colour)
                ellipse(c, cx, cy, r * size, r * size)
                c.fill()

    def draw_mouth(self, c):
        kind = self.t["mouth"]
        x, y = self.at(0, .36 if self.t["shape"] != "wide" else .40)
        if self.t["eyes"] == 1:
            y += 2
        w = 13 * self.grin
        c.set_source_rgb(*DARK)
        c.set_line_width(4)
        if kind in ("smile", "frown"):
            bend = 8 if kind == "smile" else -8
            c.move_to(x - w, y + (0 if bend > 0 else 7))
            c.curve_to(x - w * .5, y + bend + (0 if bend > 0 else 7), x + w * .5, y + bend + (0 if bend > 0 else 7),
                       x + w, y + (0 if bend > 0 else 7))
            c.stroke()
            return
        self.jaw(c, x, y, w)
        c.fill()
        c.save()
        self.jaw(c, x, y, w)
        c.clip()
        if kind == "open":
            c.set_source_rgb(.93, .42, .48)
            ellipse(c, x, y + 13, w * .62, 5.5)
            c.fill()
        else:
            c.set_source_rgb(1, 1, 1)
            for side in (-1, 1):
                c.move_to(x + side * w * .20, y - 3)
                c.line_to(x + side * w * .82, y - 3)
                c.line_to(x + side * w * .52, y + 7.5)
                c.close_path()
                c.fill()
        c.restore()

    @staticmethod
    def jaw(c, x, y, w):
        c.move_to(x - w, y - 2)
        c.curve_to(x - w * .9, y + 18, x + w * .9, y + 18, x + w, y - 2)
        c.curve_to(x + w * .4, y, x - w * .4, y, x - w, y - 2)
        c.close_path()


def picture(t, rng):
    """The monster with these traits as a uint8 array (128, 128, 3)."""
    surface = cairo.ImageSurface(cairo.FORMAT_RGB24, SIZE, SIZE)
    Monster(t, rng).draw(cairo.Context(surface))
    pixels = np.frombuffer(surface.get_data(), np.uint8).reshape(SIZE, SIZE, 4)
    return pixels[:, :, 2::-1].copy()


def main():
    p = argparse.ArgumentParser()
    p.add_argument("--count", type=int, default=40000)
    p.add_argument("--look")
    args = p.parse_args()
    if args.look:
        from PIL import Image
        from tokens import caption
        rng = random.Random(1)
        ts = [traits(rng) for _ in range(48)]
        rows = [np.concatenate([picture(t, rng) for t in ts[i:i + 8]], 1) for i in range(0, 48, 8)]
        Image.fromarray(np.concatenate(rows)).save(args.look)
        for t in ts[:12]:
            print(caption(t, rng))
        return
    os.makedirs(WORK, exist_ok=True)
    rng = random.Random(2026)
    ts = [traits(rng) for _ in range(args.count)]
    target = os.path.join(WORK, "pictures.npy")
    out = np.lib.format.open_memmap(target + ".part", "w+", np.uint8, (args.count, 3, SIZE, SIZE))
    for i, t in enumerate(ts):
        out[i] = picture(t, rng).transpose(2, 0, 1)
    out.flush()
    with open(os.path.join(WORK, "traits.json"), "w") as f:
        json.dump(ts, f)
    os.replace(target + ".part", target)


if __name__ == "__main__":
    main()
