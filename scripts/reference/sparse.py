"""Writes packages/grad/test/fixtures/sparse.json: products of sparse codes, from PyTorch in float64.

Run with: python3 scripts/reference/sparse.py
Needs torch (Debian's python3-torch 1.13.1). float32 holds all inputs exactly, so that an engine in float32
starts from the same numbers.
"""

import torch
import torch.nn.functional as F

from fixture import digits, write

SEED = 20241124
FORMAT = "output = call(inputs); grads[i] = gradient of sum(output * dy) by the float inputs in order"
generator = torch.Generator().manual_seed(SEED)
cases = []


def normal(*shape):
    return (torch.randn(shape, generator=generator, dtype=torch.float64) * 64).round() / 64


def record(call, compute, inputs, **params):
    floats = [x.clone().requires_grad_() for x in inputs if x.is_floating_point()]
    output = compute(*floats)
    dy = normal(*output.shape)
    cases.append(
        {
            "call": call,
            "params": params,
            "inputs": [stored(x) for x in inputs],
            "output": stored(output),
            "dy": stored(dy),
            "grads": [stored(g) for g in torch.autograd.grad(output, floats, dy)],
        }
    )


def stored(x):
    dtype = str(x.dtype).removeprefix("torch.")
    return {"dtype": dtype, "shape": list(x.shape), "data": digits(x.detach().flatten().tolist(), 16)}


def selected(x, w, b, k):
    return (x @ w.T + b).topk(k).values


# The second has rows that all use the same few latents, and latents that none uses.
for batch, k, latents, d, most in [(5, 3, 7, 4, 7), (40, 2, 20, 3, 2), (6, 1, 40, 2, 40)]:
    indices = torch.randint(most, (batch, k), generator=generator)
    inputs = [normal(batch, k), indices, normal(latents, d)]
    bag = lambda values, table: F.embedding_bag(indices, table, per_sample_weights=values, mode="sum")
    record("sparseMatmul", bag, inputs)
    dot = lambda rows, table: torch.einsum("bd,bkd->bk", rows, table[indices])
    record("sampledMatmul", dot, [normal(batch, d), indices, normal(latents, d)])
    add = lambda values, rows: torch.zeros(latents, d, dtype=torch.float64).index_add(
        0, indices.flatten(), (values[:, :, None] * rows[:, None, :]).flatten(0, 1)
    )
    record("sparseTransposeMatmul", add, [normal(batch, k), indices, normal(batch, d)], latents=latents)
    encode = lambda x, w, b: selected(x, w, b, k)
    record("linearTopK", encode, [normal(batch, d), normal(latents, d), normal(latents)], k=k)

write(
    "packages/grad/test/fixtures/sparse.json",
    "sparse.py",
    {"torch": f"{torch.__version__} (Debian 1.13.1)"},
    SEED,
    FORMAT,
    cases,
)
