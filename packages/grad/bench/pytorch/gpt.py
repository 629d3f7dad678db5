"""One Adam step of the GPT of ../programs/gpt.ts."""

import math

import torch
import torch.nn.functional as F

HEADS = 4
FORMS = {"plain": False, "foreach": True}


class Gpt:
    """The model of ../gptModel.ts on its weights, which are [dIn, dOut]."""

    def __init__(self, inputs, heads):
        prefix = "params."
        self.weights = {
            name[len(prefix) :]: value for name, value in inputs.items() if name.startswith(prefix)
        }
        self.heads = heads
        self.layers = 1 + max(
            int(name.split(".")[1]) for name in self.weights if name.startswith("blocks.")
        )
        # As nn.Linear keeps them, which is the layout that BLAS likes best.
        for name, value in self.weights.items():
            if name.split(".")[-1] in ("qkv", "out", "up", "down", "head"):
                self.weights[name] = value.T.contiguous()

    def norm(self, x, name):
        w = self.weights
        return F.layer_norm(x, x.shape[-1:], w[f"{name}.scale"], w[f"{name}.shift"])

    def logits(self, tokens, start, attend):
        """`attend` gets the layer's number and q, k and v, [batch, heads, seq, dHead]."""
        w = self.weights
        batch, seq = tokens.shape
        x = w["tokens"][tokens] + w["positions"][start : start + seq]
        for i in range(self.layers):
            name = f"blocks.{i}"
            qkv = F.linear(self.norm(x, f"{name}.norm1"), w[f"{name}.qkv"])
            q, k, v = (
                part.view(batch, seq, self.heads, -1).transpose(1, 2) for part in qkv.chunk(3, dim=2)
            )
            y = attend(i, q, k, v).transpose(1, 2).reshape(batch, seq, -1)
            x = x + F.linear(y, w[f"{name}.out"])
            hidden = F.linear(self.norm(x, f"{name}.norm2"), w[f"{name}.up"], w[f"{name}.bias"])
            x = x + F.linear(F.gelu(hidden), w[f"{name}.down"])
        return F.linear(self.norm(x, "norm"), w["head"])


def make(inputs, settings, form):
    """The step; it returns the loss in nats. `foreach` is the optimiser's way over all weights at once."""
    if form not in FORMS:
        raise ValueError(f"gpt: no form {form}; there are {', '.join(FORMS)}")
    model = Gpt(inputs, HEADS)
    for value in model.weights.values():
        value.requires_grad_()
    optimizer = torch.optim.Adam(model.weights.values(), lr=1e-3, foreach=FORMS[form])
    x, y = inputs["x"].long(), inputs["y"].long()
    seq = x.shape[1]
    hidden = torch.full((seq, seq), -math.inf).triu(1)

    def attend(_, q, k, v):
        scale = 1 / math.sqrt(q.shape[-1])
        return F.softmax((q * scale) @ k.transpose(-2, -1) + hidden, dim=-1) @ v

    def step():
        optimizer.zero_grad(set_to_none=True)
        logits = model.logits(x, 0, attend)
        loss = F.cross_entropy(logits.view(-1, logits.shape[-1]), y.view(-1))
        loss.backward()
        optimizer.step()
        return loss.item()

    return step
