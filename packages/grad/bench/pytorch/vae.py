"""One Adam step of the convolutional VAE of ../programs/vae.ts.

Forms: `contiguous` keeps pictures as they come, `channels_last` has their channels last in memory.
"""

import torch
import torch.nn.functional as F

LAYOUTS = {"contiguous": torch.contiguous_format, "channels_last": torch.channels_last}


def make(inputs, settings, form):
    """The step; it returns the loss in nats."""
    if form not in LAYOUTS:
        raise ValueError(f"vae: no form {form}; there are {', '.join(LAYOUTS)}")
    layout = {"memory_format": LAYOUTS[form]}

    def leaf(name):
        x = inputs[f"params.{name}"]
        return (x.to(**layout) if x.dim() == 4 else x).requires_grad_()

    down = [(leaf(f"down.{i}.w"), leaf(f"down.{i}.b")) for i in range(3)]
    up = [(leaf(f"up.{i}.w"), leaf(f"up.{i}.b")) for i in range(3)]
    dense = [(leaf(f"{name}.w"), leaf(f"{name}.b")) for name in ("toLatent", "fromLatent")]
    optimizer = torch.optim.Adam([x for pair in down + dense + up for x in pair], lr=1e-3)
    x, noise = inputs["x"].to(**layout), inputs["noise"]

    def loss_of():
        h = x
        for w, b in down:
            h = F.relu(F.conv2d(h, w, b, stride=2, padding=1))
        statistics = torch.addmm(dense[0][1], h.flatten(1), dense[0][0])
        mean, log_variance = statistics.chunk(2, 1)
        z = mean + (log_variance / 2).exp() * noise
        h = F.relu(torch.addmm(dense[1][1], z, dense[1][0])).view(-1, 128, 4, 4)
        for i, (w, b) in enumerate(up):
            h = F.conv_transpose2d(h, w, b, stride=2, padding=1)
            h = F.relu(h) if i < 2 else h
        kl = (mean**2 + log_variance.exp() - log_variance - 1).sum() / 2
        return ((h - x).square().sum() + kl) / len(x)

    def step():
        optimizer.zero_grad(set_to_none=True)
        loss = loss_of()
        loss.backward()
        optimizer.step()
        return loss.item()

    return step
