"""The four networks. They are small, and no part of them looks across the batch.

A picture of 128x128 becomes a latent of 16 channels on an 8x8 grid: few positions make the denoiser cheap, and many
channels keep what an eye or a mouth needs inside one position.
"""
import math

import torch
from torch import nn
from torch.nn import functional as F

CHANNELS, GRID = 16, 8
SCALING = 0.18215      # the factor that generic Stable Diffusion code divides by before the decoder
WIDTH, TOKENS, WORDS = 128, 77, 32


class Residual(nn.Module):
    def __init__(self, c):
        super().__init__()
        self.first, self.second = nn.Conv2d(c, c, 3, 1, 1), nn.Conv2d(c, c, 3, 1, 1)
        nn.init.zeros_(self.second.weight)

    def forward(self, x):
        return x + self.second(F.relu(self.first(F.relu(x))))


class Up(nn.Module):
    def __init__(self, a, b):
        super().__init__()
        self.conv = nn.Conv2d(a, b, 3, 1, 1)

    def forward(self, x):
        return self.conv(F.interpolate(x, scale_factor=2.0, mode="nearest"))


class Encoder(nn.Module):
    """Picture in [-1, 1] to latent of mean 0 and variance 1 over each picture."""

    def __init__(self):
        super().__init__()
        self.body = nn.Sequential(
            nn.PixelUnshuffle(4), nn.Conv2d(48, 64, 3, 1, 1), nn.ReLU(), nn.Conv2d(64, 96, 3, 2, 1), Residual(96),
            nn.Conv2d(96, 128, 3, 2, 1), Residual(128), Residual(128), nn.Conv2d(128, CHANNELS, 1))

    def forward(self, x):
        return F.group_norm(self.body(x), 1)


class Decoder(nn.Module):
    """Latent to picture; expects the encoder's scale (the normalisation of the denoiser is undone in export.py)."""

    def __init__(self):
        super().__init__()
        self.body = nn.Sequential(
            nn.Conv2d(CHANNELS, 128, 3, 1, 1), Residual(128), Residual(128),
            Up(128, 96), Residual(96), Residual(96),
            Up(96, 64), Residual(64), nn.ReLU(), nn.Conv2d(64, 128, 3, 1, 1), nn.PixelShuffle(2),
            nn.ReLU(), nn.Conv2d(32, 48, 3, 1, 1), nn.PixelShuffle(2),
            nn.ReLU(), nn.Conv2d(12, 3, 3, 1, 1))

    def forward(self, z):
        return self.body(z)


class Attention(nn.Module):
    def __init__(self, c, context, heads=4):
        super().__init__()
        self.heads = heads
        self.query, self.key = nn.Linear(c, c), nn.Linear(context, c)
        self.value, self.out = nn.Linear(context, c), nn.Linear(c, c)

    def forward(self, x, context, mask=None):
        def split(t):
            return t.reshape(t.shape[0], t.shape[1], self.heads, -1).transpose(1, 2)

        q, k, v = split(self.query(x)), split(self.key(context)), split(self.value(context))
        scores = q @ k.transpose(2, 3) * q.shape[-1] ** -0.5
        if mask is not None:
            scores = scores + mask
        return self.out((torch.softmax(scores, -1) @ v).transpose(1, 2).flatten(2))


class Mlp(nn.Sequential):
    def __init__(self, c, times):
        super().__init__(nn.Linear(c, times * c), nn.ReLU(), nn.Linear(times * c, c))


class TextEncoder(nn.Module):
    """Causal, like CLIP's: what a token becomes does not depend on the padding after it."""

    def __init__(self, tokens):
        super().__init__()
        self.token = nn.Embedding(tokens, WIDTH)
        self.place = nn.Parameter(torch.randn(TOKENS, WIDTH) * 0.02)
        nn.init.normal_(self.token.weight, std=0.05)
        self.layers = nn.ModuleList(
            nn.ModuleList([nn.LayerNorm(WIDTH), Attention(WIDTH, WIDTH), nn.LayerNorm(WIDTH), Mlp(WIDTH, 2)])
            for _ in range(2))
        self.norm = nn.LayerNorm(WIDTH)
        self.register_buffer("mask", torch.full((TOKENS, TOKENS), -1e4).triu(1), persistent=False)

    def forward(self, ids):
        n = ids.shape[1]
        x = self.token(ids) + self.place[:n]
        for norm, attention, norm2, mlp in self.layers:
            h = norm(x)
            x = x + attention(h, h, self.mask[:n, :n])
            x = x + mlp(norm2(x))
        return self.norm(x)


class Block(nn.Module):
    """Two convolutions, shifted and scaled by the time and by the caption as a whole."""

    def __init__(self, a, b, time):
        super().__init__()
        self.norm1, self.conv1 = nn.GroupNorm(8, a), nn.Conv2d(a, b, 3, 1, 1)
        self.time = nn.Linear(time, 2 * b)
        self.norm2, self.conv2 = nn.GroupNorm(8, b), nn.Conv2d(b, b, 3, 1, 1)
        self.skip = nn.Conv2d(a, b, 1) if a != b else nn.Identity()
        nn.init.zeros_(self.conv2.weight)

    def forward(self, x, t):
        h = self.conv1(F.relu(self.norm1(x)))
        scale, shift = self.time(t)[:, :, None, None].chunk(2, 1)
        return self.skip(x) + self.conv2(F.relu(self.norm2(h) * (1 + scale) + shift))


class Transformer(nn.Module):
    """Every position looks at every other one, then at the caption."""

    def __init__(self, c, times):
        super().__init__()
        self.norm1, self.itself = nn.LayerNorm(c), Attention(c, c)
        self.norm2, self.text = nn.LayerNorm(c), Attention(c, WIDTH)
        self.norm3, self.mlp = nn.LayerNorm(c), Mlp(c, times)
        for last in (self.itself.out, self.text.out, self.mlp[2]):
            nn.init.zeros_(last.weight)

    def forward(self, x, text):
        h = x.flatten(2).transpose(1, 2)
        n = self.norm1(h)
        h = h + self.itself(n, n)
        h = h + self.text(self.norm2(h), text)
        h = h + self.mlp(self.norm3(h))
        return h.transpose(1, 2).reshape(x.shape)


class Denoiser(nn.Module):
    """A U-Net of two levels (8x8 and 4x4) that predicts noise minus latent, the velocity of rectified flow."""

    def __init__(self, c=128, d=128, time=192):
        super().__init__()
        self.clock = nn.Sequential(nn.Linear(64, time), nn.ReLU(), nn.Linear(time, time))
        self.whole = nn.Linear(WIDTH, time)
        self.enter = nn.Conv2d(CHANNELS, c, 3, 1, 1)
        self.place = nn.Parameter(torch.randn(1, c, GRID, GRID) * 0.02)
        self.down1, self.down1t, self.down2 = Block(c, c, time), Transformer(c, 2), Block(c, c, time)
        self.shrink = nn.Conv2d(c, d, 3, 2, 1)
        self.mid1, self.midt, self.mid2 = Block(d, d, time), Transformer(d, 2), Block(d, d, time)
        self.grow = Up(d, c)
        self.up1, self.up1t = Block(2 * c, c, time), Transformer(c, 2)
        self.up2, self.up2t = Block(2 * c, c, time), Transformer(c, 2)
        self.norm, self.leave = nn.GroupNorm(8, c), nn.Conv2d(c, CHANNELS, 3, 1, 1)
        nn.init.zeros_(self.leave.weight)
        self.register_buffer("waves", torch.exp(torch.arange(32) * (-math.log(10000) / 31)), persistent=False)

    def forward(self, sample, timestep, text):
        # Only the first tokens count: training captions are never longer, and the last of them has seen them all.
        text = text[:, :WORDS]
        angle = timestep[:, None] * self.waves
        t = self.clock(torch.cat([angle.sin(), angle.cos()], 1)) + self.whole(text[:, WORDS - 1])
        t = F.relu(t)
        a = self.enter(sample) + self.place
        b = self.down1t(self.down1(a, t), text)
        c = self.down2(b, t)
        x = self.mid2(self.midt(self.mid1(self.shrink(c), t), text), t)
        x = self.grow(x)
        x = self.up1t(self.up1(torch.cat([x, c], 1), t), text)
        x = self.up2t(self.up2(torch.cat([x, b], 1), t), text)
        return self.leave(F.relu(self.norm(x)))


def parameters(*networks):
    return sum(p.numel() for n in networks for p in n.parameters())


if __name__ == "__main__":
    for network in (Encoder(), Decoder(), TextEncoder(673), Denoiser()):
        print(type(network).__name__, parameters(network))
