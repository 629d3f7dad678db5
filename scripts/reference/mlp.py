"""Writes packages/nn/test/fixtures/mlp.json: a small MLP in PyTorch, its loss and every gradient.

Run with: python3 scripts/reference/mlp.py
Needs torch (Debian's python3-torch 1.13.1). Weights and inputs are drawn in float32; the same numbers
then go through the network in float32 and in float64. Weights are stored as [dIn, dOut], the transpose
of PyTorch's, so that a layer is x w + b.
"""

import torch
import torch.nn.functional as F

from fixture import digits, write

SEED = 20240903
FORMAT = (
    "layer i: x w + b, w [dIn, dOut]; the activation follows every layer but the last; mse = mean over all "
    "entries, crossEntropy = mean over the batch, targets are classes; results of the same float32 numbers "
    "in float32 (9 digits) and in float64 (16)"
)
SIZES = [5, 7, 6, 3]
BATCH = 4
activations = {"silu": F.silu, "relu": F.relu, "gelu": F.gelu}
losses = {"mse": F.mse_loss, "crossEntropy": F.cross_entropy}


def stored(x):
    count = 16 if x.dtype == torch.float64 else 9
    return {"shape": list(x.shape), "data": digits(x.detach().flatten().tolist(), count)}


def results(layers, x, targets, activation, loss, dtype):
    leaf = lambda value: value.clone().to(dtype).requires_grad_()
    layers = [(leaf(w), leaf(b)) for w, b in layers]
    x = h = leaf(x)
    for i, (w, b) in enumerate(layers):
        h = h @ w + b
        if i < len(layers) - 1:
            h = activations[activation](h)
    value = losses[loss](h, targets if loss == "crossEntropy" else targets.to(dtype))
    value.backward()
    return {
        "output": stored(h),
        "loss": stored(value)["data"][0],
        "gradients": {
            "layers": [{"w": stored(w.grad), "b": stored(b.grad)} for w, b in layers],
            "x": stored(x.grad),
        },
    }


torch.manual_seed(SEED)
cases = []
for activation in activations:
    for loss in losses:
        layers = [
            (torch.randn(d_in, d_out) / d_in**0.5, torch.randn(d_out) / 2)
            for d_in, d_out in zip(SIZES, SIZES[1:])
        ]
        x = 2 * torch.randn(BATCH, SIZES[0])
        targets = torch.tensor([2, 0, 2, 1]) if loss == "crossEntropy" else torch.randn(BATCH, SIZES[-1])
        cases.append(
            {
                "activation": activation,
                "loss": loss,
                "layers": [{"w": stored(w), "b": stored(b)} for w, b in layers],
                "x": stored(x),
                "targets": stored(targets),
                "float32": results(layers, x, targets, activation, loss, torch.float32),
                "float64": results(layers, x, targets, activation, loss, torch.float64),
            }
        )

write(
    "packages/nn/test/fixtures/mlp.json",
    "mlp.py",
    {"torch": f"{torch.__version__} (Debian 1.13.1)"},
    SEED,
    FORMAT,
    cases,
)
