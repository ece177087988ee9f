"""What both training programs share: threads, the clock, checkpoints and the logbook."""
import math
import os
import time

import torch

WORK = os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "demo", "work")


def threads(n):
    torch.set_num_threads(n)
    torch.manual_seed(int(time.time()))


def save(name, state):
    """Whole or not at all, so that a stop in the middle cannot spoil a checkpoint."""
    path = os.path.join(WORK, name)
    torch.save(state, path + ".part")
    os.replace(path + ".part", path)


def load(name):
    path = os.path.join(WORK, name)
    return torch.load(path, map_location="cpu") if os.path.exists(path) else None


class Clock:
    """Counts training seconds over all starts; the learning rate follows them, so a slow machine still anneals."""

    def __init__(self, minutes, spent, rate, floor=0.02, warm=30):
        self.total, self.spent, self.rate, self.floor, self.warm = max(minutes * 60, 1e-3), spent, rate, floor, warm
        self.before, self.saved, self.told = time.time(), time.time(), time.time()

    def tick(self, optimizer):
        now = time.time()
        self.spent += now - self.before
        self.before = now
        part = min(1, self.spent / self.total)
        rate = self.rate * min(1, self.spent / self.warm + .02) * (self.floor + (1 - self.floor) * (1 + math.cos(math.pi * part)) / 2)
        for group in optimizer.param_groups:
            group["lr"] = rate
        return self.spent < self.total

    def due(self, what, seconds):
        """True once every so many seconds."""
        if time.time() - getattr(self, what) < seconds:
            return False
        setattr(self, what, time.time())
        return True


def log(name, *words):
    line = time.strftime("%H:%M:%S ") + " ".join(str(w) for w in words)
    print(line, flush=True)
    with open(os.path.join(WORK, name), "a") as f:
        f.write(line + "\n")
