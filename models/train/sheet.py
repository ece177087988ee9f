"""Draws the sample sheet: six prompts of eight seeds each, 10 Euler steps, guidance 3.

    python3 sheet.py ../demo/samples.png
"""
import argparse

import numpy as np
import torch
from PIL import Image

from denoiser import networks
from networks import CHANNELS, GRID, WORDS, Decoder
from running import load
from tokens import Tokenizer

PROMPTS = (
    "a purple monster with two eyes, horns, a smile on a yellow background",
    "a round green monster with three eyes, an open mouth, arms up on a pink background",
    "a tall blue monster with one eye, fangs, stripes on a grey background",
    "a wide orange monster with ears, a belly and a frown on a blue background",
    "a red monster with two blue eyes and spots on a green background",
    "a monster",
)


def sample(text, unet, ids, empty, noise, steps=10, guidance=3.0):
    """Euler steps along the predicted velocity, from pure noise (s = 1) to the latent (s = 0)."""
    context = text(torch.cat([empty.expand_as(ids), ids]))
    x = noise
    for i in range(steps):
        s = torch.full((2 * len(x),), 1000.0 * (1 - i / steps))
        free, told = unet(torch.cat([x, x]), s, context).chunk(2)
        x = x - (free + guidance * (told - free)) / steps
    return x


def pictures(decoder, mean, std, x):
    y = decoder(x * std + mean).clamp(-1, 1)
    return ((y + 1) * 127.5).round().byte().permute(0, 2, 3, 1).numpy()


def trained():
    """Tokenizer, text encoder, denoiser, encoder's state, decoder, and the latents' mean and deviation, from work/."""
    tokenizer = Tokenizer()
    text, unet = networks(tokenizer)
    state = load("denoiser.pt")
    if state:
        text.load_state_dict(state["steady_text"])
        unet.load_state_dict(state["steady_unet"])
    decoder, coded = Decoder(), load("decoder.pt") or load("autoencoder.pt")
    decoder.load_state_dict(coded["decoder"])
    return tokenizer, text, unet, coded["encoder"], decoder, *scale()


def scale():
    import os

    from running import WORK
    path = os.path.join(WORK, "latents.npz")
    if not os.path.exists(path):
        return torch.zeros(1, CHANNELS, 1, 1), torch.ones(1, CHANNELS, 1, 1)
    stored = np.load(path)
    return tuple(torch.from_numpy(stored[k]).float().reshape(1, CHANNELS, 1, 1) for k in ("mean", "std"))


def main():
    p = argparse.ArgumentParser()
    p.add_argument("path")
    p.add_argument("--seed", type=int, default=1)
    p.add_argument("--guidance", type=float, default=3)
    p.add_argument("--steps", type=int, default=10)
    args = p.parse_args()
    torch.set_num_threads(1)
    tokenizer, text, unet, _, decoder, mean, std = trained()
    noise = torch.randn(8, CHANNELS, GRID, GRID, generator=torch.Generator().manual_seed(args.seed))
    rows = []
    with torch.no_grad():
        for prompt in PROMPTS:
            ids = torch.tensor([tokenizer(prompt, WORDS)]).expand(8, -1)
            x = sample(text, unet, ids, torch.tensor([tokenizer("", WORDS)]), noise, args.steps, args.guidance)
            rows.append(np.concatenate(list(pictures(decoder, mean, std, x)), 1))
    Image.fromarray(np.concatenate(rows)).save(args.path)


if __name__ == "__main__":
    main()
