"""Writes packages/grad/test/fixtures/ctc.json: losses and gradients by logits, from PyTorch in float64.

Run with: python3 scripts/reference/ctc.py
Needs torch (Debian's python3-torch 1.13.1).
"""

import torch
import torch.nn.functional as F

from fixture import digits, write

SEED = 20261124
FORMAT = (
    "losses = ctc_loss(log_softmax(logits), reduction='none', zero_infinity), infinity as null; gradient of "
    "sum(losses * dy) by logits, [batch, frames, classes]; all row-major"
)
generator = torch.Generator().manual_seed(SEED)
cases = []


def record(frames, classes, targets, input_lengths, *, blank=0, zero_infinity=False):
    batch = len(targets)
    logits = torch.randn(batch, frames, classes, generator=generator, dtype=torch.float64) * 2
    logits = ((logits * 64).round() / 64).requires_grad_()
    width = max(1, *map(len, targets))
    padded = [target + [blank] * (width - len(target)) for target in targets]
    losses = F.ctc_loss(
        F.log_softmax(logits, -1).transpose(0, 1),
        torch.tensor(padded),
        torch.tensor(input_lengths),
        torch.tensor([len(target) for target in targets]),
        blank=blank,
        reduction="none",
        zero_infinity=zero_infinity,
    )
    dy = (torch.randn(batch, generator=generator, dtype=torch.float64) * 64).round() / 64
    (grad,) = torch.autograd.grad(losses, logits, dy)
    values = digits(losses.detach().tolist(), 16) if losses.isfinite().all() else [
        value if value != float("inf") else None for value in losses.tolist()
    ]
    cases.append(
        {
            "shape": [batch, frames, classes],
            "blank": blank,
            "zeroInfinity": zero_infinity,
            "logits": digits(logits.detach().flatten().tolist(), 16),
            "targets": padded,
            "inputLengths": input_lengths,
            "targetLengths": [len(target) for target in targets],
            "losses": values,
            "dy": digits(dy.tolist(), 16),
            "gradient": digits(grad.flatten().tolist(), 16) if grad.isfinite().all() else None,
        }
    )


record(6, 4, [[1, 2, 3], [1, 1]], [6, 6])
record(12, 5, [[1, 2, 2, 2, 4], [3], []], [12, 7, 9])
record(5, 3, [[0, 1], [1, 1, 0]], [4, 5], blank=2)
record(30, 8, [[1, 2, 3, 3, 4, 5, 6, 7, 7, 1]], [30])
record(3, 3, [[1, 1], [1, 1], [1, 2, 1, 2]], [3, 2, 3], zero_infinity=True)
record(3, 3, [[1, 1], [1, 1], [1, 2, 1, 2]], [3, 2, 3])

write("packages/grad/test/fixtures/ctc.json", "ctc.py", {"torch": torch.__version__}, SEED, FORMAT, cases)
