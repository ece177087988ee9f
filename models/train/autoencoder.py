"""Trains the encoder and decoder, then writes the latents of all pictures.

    python3 autoencoder.py --minutes 30                        trains (or goes on from work/autoencoder.pt), then encodes
    python3 autoencoder.py --minutes 10 --decoder              the decoder alone, on a schedule of its own: latents stay
    python3 autoencoder.py --minutes 0 --resume-from ../demo   takes the shipped weights and encodes
"""
import argparse
import os

import numpy as np
import torch
from torch.nn import functional as F

from networks import Decoder, Encoder
from running import WORK, Clock, load, log, save, threads

HELD_OUT = 64
NOISE = 0.4     # latents are noised by up to this, so that the decoder forgives the denoiser's small errors


def batch(pictures, index):
    return (torch.from_numpy(pictures[index]).float() / 127.5 - 1).contiguous(memory_format=torch.channels_last)


def loss_of(y, x):
    loss = (y - x).abs().mean()
    for _ in range(3):
        for axis in (2, 3):
            loss = loss + .5 / 3 * (y.diff(dim=axis) - x.diff(dim=axis)).abs().mean()
        y, x = F.avg_pool2d(y, 2), F.avg_pool2d(x, 2)
    return loss


def psnr(encoder, decoder, pictures):
    with torch.no_grad():
        x = batch(pictures, np.arange(len(pictures) - 32, len(pictures)))
        y = decoder(encoder(x)).clamp(-1, 1)
        return (10 * torch.log10(4 / (y - x).pow(2).mean((1, 2, 3)))).mean().item()


def encode(encoder, pictures, count):
    out = []
    with torch.no_grad():
        for i in range(0, count, 50):
            out.append(encoder(batch(pictures, np.arange(i, min(i + 50, count)))).half().numpy())
    out = np.concatenate(out)
    sample = out[:8000].astype(np.float32)
    np.savez(os.path.join(WORK, "latents.part.npz"), latents=out,
             mean=sample.mean((0, 2, 3)), std=sample.std((0, 2, 3)))
    os.replace(os.path.join(WORK, "latents.part.npz"), os.path.join(WORK, "latents.npz"))


def main():
    p = argparse.ArgumentParser()
    p.add_argument("--minutes", type=float, required=True)
    p.add_argument("--batch", type=int, default=8)
    p.add_argument("--rate", type=float, default=1.5e-3)
    p.add_argument("--threads", type=int, default=2)
    p.add_argument("--decoder", action="store_true")
    p.add_argument("--encode", type=int, default=40000, help="how many pictures to encode")
    p.add_argument("--resume-from")
    args = p.parse_args()
    threads(args.threads)
    pictures = np.load(os.path.join(WORK, "pictures.npy"), mmap_mode="r")
    encoder = Encoder().to(memory_format=torch.channels_last)
    decoder = Decoder().to(memory_format=torch.channels_last)
    trained = list(decoder.parameters()) + ([] if args.decoder else list(encoder.parameters()))
    optimizer = torch.optim.AdamW(trained, lr=args.rate, betas=(.9, .99), weight_decay=.01)
    mine = "decoder.pt" if args.decoder else "autoencoder.pt"
    spent, seen = 0, 0
    state = load(mine) or (load("autoencoder.pt") if args.decoder else None)
    if args.resume_from:
        from export import read_weights
        read_weights(encoder, os.path.join(args.resume_from, "vae_encoder"), "encoder.")
        read_weights(decoder, os.path.join(args.resume_from, "vae_decoder"), "decoder.")
    elif state:
        encoder.load_state_dict(state["encoder"])
        decoder.load_state_dict(state["decoder"])
        seen = state["seen"]
        if state["kind"] == mine:
            optimizer.load_state_dict(state["optimizer"])
            spent = state["spent"]
    clock, average = Clock(args.minutes, spent, args.rate), None

    def keep():
        save(mine, {"kind": mine, "encoder": encoder.state_dict(), "decoder": decoder.state_dict(),
                    "optimizer": optimizer.state_dict(), "spent": clock.spent, "seen": seen})

    while clock.tick(optimizer):
        x = batch(pictures, np.random.randint(0, len(pictures) - HELD_OUT, args.batch))
        with torch.set_grad_enabled(not args.decoder):
            z = encoder(x)
        z = z + torch.randn_like(z) * torch.rand(len(z), 1, 1, 1) * NOISE
        loss = loss_of(decoder(z), x)
        optimizer.zero_grad(set_to_none=True)
        loss.backward()
        torch.nn.utils.clip_grad_norm_(trained, 1)
        optimizer.step()
        seen += args.batch
        average = loss.item() if average is None else .98 * average + .02 * loss.item()
        if clock.due("told", 30):
            log("autoencoder.log", "%.1f min" % (clock.spent / 60), seen, "pictures, loss %.4f, PSNR %.2f"
                % (average, psnr(encoder, decoder, pictures)))
        if clock.due("saved", 90):
            keep()
    keep()
    log("autoencoder.log", "done", seen, "pictures, PSNR %.2f" % psnr(encoder, decoder, pictures))
    if not args.decoder:
        encode(encoder, pictures, min(args.encode, len(pictures)))
        log("autoencoder.log", "latents written")


if __name__ == "__main__":
    main()
