"""128 tokens chosen greedily by the GPT of ../programs/decode.ts, with a cache of keys and values."""

import math

import torch
import torch.nn.functional as F

from gpt import Gpt

HEADS = 4
FORMS = ("preallocated", "concatenated")


def make(inputs, settings, form):
    """All 128 tokens; it returns the mean of the last logits that were chosen.

    `preallocated` writes into arrays of full length and reads the part that is filled; `concatenated`
    makes the arrays longer, as most libraries do.
    """
    if form not in FORMS:
        raise ValueError(f"decode: no form {form}; there are {', '.join(FORMS)}")
    model = Gpt(inputs, HEADS)
    capacity, width = model.weights["positions"].shape
    first = inputs["first"]
    shape = (len(first), HEADS, capacity, width // HEADS)
    scale = 1 / math.sqrt(shape[-1])
    arrays = [(torch.zeros(shape), torch.zeros(shape)) for _ in range(model.layers)]

    def generate():
        tokens = first
        grown = [(a[:, :, :0], b[:, :, :0]) for a, b in arrays]
        for t in range(capacity):

            def attend(layer, q, k, v):
                if form == "preallocated":
                    keys, values = arrays[layer]
                    keys[:, :, t : t + 1] = k
                    values[:, :, t : t + 1] = v
                    keys, values = keys[:, :, : t + 1], values[:, :, : t + 1]
                else:
                    keys, values = (torch.cat(pair, 2) for pair in zip(grown[layer], (k, v)))
                    grown[layer] = (keys, values)
                return F.softmax((q * scale) @ keys.transpose(-2, -1), dim=-1) @ values

            best, tokens = model.logits(tokens, t, attend)[:, -1:].max(-1)
        return best.mean().item()

    def step():
        with torch.inference_mode():
            return generate()

    return step
