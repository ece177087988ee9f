"""Trains the text encoder and the denoiser together on the latents: rectified flow.

    python3 denoiser.py --minutes 60                        trains, or goes on from work/denoiser.pt
    python3 denoiser.py --minutes 60 --restart              the same weights, a new learning rate schedule
    python3 denoiser.py --minutes 60 --resume-from ../demo  starts from shipped ONNX weights

A latent x and noise e are mixed to (1 - s) x + s e; the network sees the mixture, 1000 s and the caption, and learns
e - x. A quarter of the s are uniform, so that the very noisy end, where colours are decided, is not neglected.
"""
import argparse
import json
import os
import random

import numpy as np
import torch

from networks import CHANNELS, GRID, WORDS, Denoiser, TextEncoder
from running import WORK, Clock, load, log, save, threads
from tokens import Tokenizer, caption

HELD_OUT = 256


def latents():
    """Normalised latents, float16, and the captions' traits."""
    stored = np.load(os.path.join(WORK, "latents.npz"))
    z = stored["latents"].astype(np.float32)
    z = (z - stored["mean"][:, None, None]) / stored["std"][:, None, None]
    with open(os.path.join(WORK, "traits.json")) as f:
        return torch.from_numpy(z).half(), json.load(f)


def networks(tokenizer):
    return TextEncoder(len(tokenizer.number)), Denoiser().to(memory_format=torch.channels_last)


def every(*modules):
    return [p for m in modules for p in m.parameters()]


def levels(n):
    s = torch.sigmoid(torch.randn(n))
    return torch.where(torch.rand(n) < .25, torch.rand(n), s)


def velocity_loss(text, unet, x, ids, s, e):
    mixture = x + s[:, None, None, None] * (e - x)
    v = unet(mixture.contiguous(memory_format=torch.channels_last), 1000 * s, text(ids))
    return (v - (e - x)).pow(2).mean()


def main():
    p = argparse.ArgumentParser()
    p.add_argument("--minutes", type=float, required=True)
    p.add_argument("--batch", type=int, default=16)
    p.add_argument("--rate", type=float, default=8e-4)
    p.add_argument("--decay", type=float, default=.999, help="of the moving average of the weights that is shipped")
    p.add_argument("--threads", type=int, default=2)
    p.add_argument("--restart", action="store_true")
    p.add_argument("--resume-from")
    args = p.parse_args()
    threads(args.threads)
    x, traits = latents()
    tokenizer = Tokenizer()
    text, unet = networks(tokenizer)
    steady_text, steady_unet = networks(tokenizer)
    optimizer = torch.optim.AdamW(every(text, unet), lr=args.rate, betas=(.9, .99), weight_decay=.01)
    spent, seen, step = 0, 0, 0
    state = load("denoiser.pt")
    if args.resume_from:
        from export import read_weights
        for m in (text, steady_text):
            read_weights(m, os.path.join(args.resume_from, "text_encoder"))
        for m in (unet, steady_unet):
            read_weights(m, os.path.join(args.resume_from, "unet"))
    elif state:
        text.load_state_dict(state["text"])
        unet.load_state_dict(state["unet"])
        steady_text.load_state_dict(state["steady_text"])
        steady_unet.load_state_dict(state["steady_unet"])
        optimizer.load_state_dict(state["optimizer"])
        seen, step = state["seen"], state["step"]
        spent = 0 if args.restart else state["spent"]
    else:
        steady_text.load_state_dict(text.state_dict())
        steady_unet.load_state_dict(unet.state_dict())
    clock, average = Clock(args.minutes, spent, args.rate), None
    weights, steady = every(text, unet), every(steady_text, steady_unet)
    fixed = torch.Generator().manual_seed(1)
    held = slice(len(x) - HELD_OUT, len(x))
    held_e = torch.randn(HELD_OUT, CHANNELS, GRID, GRID, generator=fixed)
    held_s = torch.linspace(.02, .98, HELD_OUT)[torch.randperm(HELD_OUT, generator=fixed)]
    held_ids = torch.tensor([tokenizer(caption(t, random.Random(i)), WORDS) for i, t in enumerate(traits[held])])
    rng = random.Random()

    def keep():
        save("denoiser.pt", {"text": text.state_dict(), "unet": unet.state_dict(), "optimizer": optimizer.state_dict(),
                             "steady_text": steady_text.state_dict(), "steady_unet": steady_unet.state_dict(),
                             "seen": seen, "step": step, "spent": clock.spent})

    while clock.tick(optimizer):
        index = np.random.randint(0, len(x) - HELD_OUT, args.batch)
        # One in ten learns without a caption: guidance needs that prediction too.
        ids = torch.tensor([tokenizer("" if rng.random() < .1 else caption(traits[i], rng), WORDS) for i in index])
        clean = x[index].float()
        loss = velocity_loss(text, unet, clean, ids, levels(args.batch), torch.randn_like(clean))
        optimizer.zero_grad(set_to_none=True)
        loss.backward()
        torch.nn.utils.clip_grad_norm_(weights, 1)
        optimizer.step()
        seen, step = seen + args.batch, step + 1
        with torch.no_grad():
            torch._foreach_mul_(steady, d := min(args.decay, (1 + step) / (10 + step)))
            torch._foreach_add_(steady, [w.detach() for w in weights], alpha=1 - d)
        average = loss.item() if average is None else .99 * average + .01 * loss.item()
        if clock.due("told", 120):
            with torch.no_grad():
                held_loss = velocity_loss(steady_text, steady_unet, x[held].float(), held_ids, held_s, held_e).item()
            log("denoiser.log", "%.1f min" % (clock.spent / 60), seen, "samples, loss %.4f, held out %.4f"
                % (average, held_loss))
        if clock.due("saved", 90):
            keep()
    keep()
    log("denoiser.log", "done", seen, "samples")


if __name__ == "__main__":
    main()
