"""Writes the ONNX folder in the layout of Hugging Face's Stable Diffusion exports, weights stored as float16.

    python3 export.py          from work/ to ../demo

Weights are float16 initialisers followed by a Cast: a runtime folds the cast when it loads, and computes in float32
on any processor. Their names are the torch names, which is how read_weights() starts a training from the folder.
"""
import json
import os

import numpy as np
import onnx
import torch
from onnx import TensorProto, helper, numpy_helper
from torch import nn

from networks import CHANNELS, GRID, SCALING, TOKENS, WIDTH, WORDS, Encoder
from sheet import PROMPTS, trained

FOLDER = os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "demo")


class FullEncoder(nn.Module):
    """Picture to what a generic program calls a latent before it multiplies by the scaling factor."""

    def __init__(self, encoder, mean, std):
        super().__init__()
        self.encoder, self.mean, self.std = encoder, nn.Parameter(mean), nn.Parameter(std)

    def forward(self, sample):
        return (self.encoder(sample) - self.mean) / self.std / SCALING


class FullDecoder(nn.Module):
    def __init__(self, decoder, mean, std):
        super().__init__()
        self.decoder, self.mean, self.std = decoder, nn.Parameter(mean), nn.Parameter(std)

    def forward(self, latent):
        return self.decoder(latent * SCALING * self.std + self.mean).clamp(-1, 1)


def halve(model):
    """Every float32 weight tensor to float16 with a Cast in front of its users."""
    casts = []
    for w in model.graph.initializer:
        if w.data_type == TensorProto.FLOAT and len(w.dims) > 0:
            name = w.name
            w.CopyFrom(numpy_helper.from_array(numpy_helper.to_array(w).astype(np.float16), name + ".half"))
            casts.append(helper.make_node("Cast", [name + ".half"], [name], name + ".cast", to=TensorProto.FLOAT))
    nodes = casts + list(model.graph.node)
    del model.graph.node[:]
    model.graph.node.extend(nodes)


def export(name, module, example, inputs, output, config):
    """One component: its model.onnx and config.json. Every axis 0 is the batch."""
    folder = os.path.join(FOLDER, name)
    os.makedirs(folder, exist_ok=True)
    path = os.path.join(folder, "model.onnx")
    module.eval()
    axes = {n: {0: "timesteps" if n == "timestep" else "batch"} for n in inputs + [output]}
    # Without constant folding the weights keep their torch names and orientation.
    torch.onnx.export(module, example, path, opset_version=14, input_names=inputs, output_names=[output],
                      dynamic_axes=axes, do_constant_folding=False)
    model = onnx.load(path)
    halve(model)
    onnx.checker.check_model(model)
    onnx.save(model, path)
    put(os.path.join(name, "config.json"), config)
    return os.path.getsize(path)


def read_weights(module, folder, prefix=""):
    """The module's parameters from folder/model.onnx."""
    stored = {w.name: numpy_helper.to_array(w) for w in onnx.load(os.path.join(folder, "model.onnx")).graph.initializer}
    with torch.no_grad():
        for name, p in module.named_parameters():
            p.copy_(torch.from_numpy(stored[prefix + name + ".half"].astype(np.float32)))


def put(name, value):
    path = os.path.join(FOLDER, name)
    os.makedirs(os.path.dirname(path), exist_ok=True)
    with open(path, "w") as f:
        json.dump(value, f, indent=2)
        f.write("\n")


def main():
    tokenizer, text, unet, encoded, decoder, mean, std = trained()
    encoder = Encoder()
    encoder.load_state_dict(encoded)
    ids = torch.tensor([tokenizer(p) for p in PROMPTS[:2]])
    picture, latent = torch.rand(2, 3, 128, 128), torch.randn(2, CHANNELS, GRID, GRID)
    grid = {"in_channels": CHANNELS, "out_channels": CHANNELS, "sample_size": GRID}
    vae = {"_class_name": "AutoencoderKL", "in_channels": 3, "out_channels": 3, "latent_channels": CHANNELS,
           "sample_size": 128, "scaling_factor": SCALING}
    sizes = {
        "text_encoder": export("text_encoder", text, (ids,), ["input_ids"], "last_hidden_state", {
            "architectures": ["CLIPTextModel"], "model_type": "clip_text_model", "hidden_size": WIDTH,
            "max_position_embeddings": TOKENS, "num_hidden_layers": 2, "num_attention_heads": 4,
            "vocab_size": len(tokenizer.number)}),
        "unet": export("unet", unet, (latent, torch.tensor([500.0, 250.0]), torch.randn(2, TOKENS, WIDTH)),
                       ["sample", "timestep", "encoder_hidden_states"], "out_sample",
                       {"_class_name": "UNet2DConditionModel", "cross_attention_dim": WIDTH, **grid}),
        "vae_decoder": export("vae_decoder", FullDecoder(decoder, mean, std), (latent,), ["latent_sample"], "sample", vae),
        "vae_encoder": export("vae_encoder", FullEncoder(encoder, mean, std), (picture,), ["sample"], "latent_sample", vae),
    }
    put("scheduler/scheduler_config.json", {
        "_class_name": "FlowMatchEulerDiscreteScheduler", "num_train_timesteps": 1000, "shift": 1.0,
        "use_dynamic_shifting": False})
    put("model_index.json", {
        "_class_name": "StableDiffusionPipeline", "_diffusers_version": "0.30.0",
        "scheduler": ["diffusers", "FlowMatchEulerDiscreteScheduler"], "text_encoder": ["diffusers", "OnnxRuntimeModel"],
        "tokenizer": ["transformers", "CLIPTokenizer"], "unet": ["diffusers", "OnnxRuntimeModel"],
        "vae_decoder": ["diffusers", "OnnxRuntimeModel"], "vae_encoder": ["diffusers", "OnnxRuntimeModel"],
        "safety_checker": [None, None], "feature_extractor": [None, None]})
    put("ranking.json", {
        "title": "Friendly monsters", "description": "Made by the project itself from drawn pictures; quick on any computer.",
        "licence": "MIT", "width": 128, "height": 128, "steps": 10, "guidance": 3.0, "prompt": "a friendly monster",
        "prompts": ["a friendly monster"] + list(PROMPTS[:5]), "promptTokens": WORDS - 2})
    for name, size in sizes.items():
        print("%-13s %.2f MB" % (name, size / 1e6))
    print("together      %.2f MB" % (sum(sizes.values()) / 1e6))


if __name__ == "__main__":
    main()
