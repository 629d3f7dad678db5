"""One Adam step of the classifier of ../programs/mlp.ts."""

import torch
import torch.nn.functional as F
from torch import nn

FORMS = {"plain": False, "foreach": True}


def make(inputs, settings, form):
    """The step; it returns the loss in nats. `foreach` is the optimiser's way over all weights at once."""
    if form not in FORMS:
        raise ValueError(f"mlp: no form {form}; there are {', '.join(FORMS)}")
    layers = []
    for i in range(3):
        w, b = inputs[f"params.layers.{i}.w"], inputs[f"params.layers.{i}.b"]
        layer = nn.Linear(*w.shape)
        with torch.no_grad():
            layer.weight.copy_(w.T)
            layer.bias.copy_(b)
        layers += [layer, nn.ReLU()]
    model = nn.Sequential(*layers[:-1])
    optimizer = torch.optim.Adam(model.parameters(), lr=1e-3, foreach=FORMS[form])
    x, y = inputs["x"], inputs["y"]

    def step():
        optimizer.zero_grad(set_to_none=True)
        loss = F.cross_entropy(model(x), y)
        loss.backward()
        optimizer.step()
        return loss.item()

    return step
