"""Writes packages/nn/test/fixtures/adam.json: ten steps of Adam and AdamW in PyTorch, in float64.

Run with: python3 scripts/reference/adam.py
Needs torch (Debian's python3-torch 1.13.1). The gradients are given, not those of a loss, and include
entries that are zero until late, tiny and large. float32 holds parameters and gradients exactly.
"""

import torch

from fixture import digits, write

SEED = 20240904
FORMAT = (
    "steps[t]: learningRate and gradients of step t, then parameters and both moments (exp_avg = m, "
    "exp_avg_sq = v, not bias-corrected) after it, in the order of `initial`. p -= learningRate * mHat / "
    "(sqrt(vHat) + epsilon); adamw first multiplies p by 1 - learningRate * weightDecay"
)
STEPS = 10
EPSILON = 1e-8
algorithms = {"adam": torch.optim.Adam, "adamw": torch.optim.AdamW}
schedules = {
    "constant": [0.1] * STEPS,
    # Warm-up, then linear decay to zero.
    "schedule": [0.025, 0.05, 0.075, 0.1, 0.1, 0.08, 0.06, 0.04, 0.02, 0.0],
}


def exact(*shape):
    return (torch.randn(shape, generator=generator, dtype=torch.float64) * 64).round() / 64


def stored(x):
    return {"shape": list(x.shape), "data": digits(x.detach().flatten().tolist(), 16)}


generator = torch.Generator().manual_seed(SEED)
initial = [exact(3, 2), exact(4)]
gradients = [[exact(3, 2), exact(4)] for _ in range(STEPS)]
for t, (first, second) in enumerate(gradients):
    first[0, 0] = 0 if t < 7 else 1  # untouched until step 8
    first[2, 1] = 2.0**-40  # so small that epsilon matters
    second[3] *= 1024


def run(algorithm, betas, schedule):
    weight_decay = 0.1 if algorithm == "adamw" else 0
    parameters = [p.clone().requires_grad_() for p in initial]
    optimizer = algorithms[algorithm](
        parameters, lr=schedules[schedule][0], betas=betas, eps=EPSILON, weight_decay=weight_decay
    )
    steps = []
    for t, learning_rate in enumerate(schedules[schedule]):
        optimizer.param_groups[0]["lr"] = learning_rate
        for p, gradient in zip(parameters, gradients[t]):
            p.grad = gradient.clone()
        optimizer.step()
        states = [optimizer.state[p] for p in parameters]
        steps.append(
            {
                "learningRate": learning_rate,
                "gradients": [stored(g) for g in gradients[t]],
                "parameters": [stored(p) for p in parameters],
                "firstMoments": [stored(state["exp_avg"]) for state in states],
                "secondMoments": [stored(state["exp_avg_sq"]) for state in states],
            }
        )
    return {
        "algorithm": algorithm,
        "betas": betas,
        "epsilon": EPSILON,
        "weightDecay": weight_decay,
        "schedule": schedule,
        "initial": [stored(p) for p in initial],
        "steps": steps,
    }


write(
    "packages/nn/test/fixtures/adam.json",
    "adam.py",
    {"torch": f"{torch.__version__} (Debian 1.13.1)"},
    SEED,
    FORMAT,
    [
        run(algorithm, betas, schedule)
        for algorithm in algorithms
        for betas in [(0.8, 0.95), (0.9, 0.999)]
        for schedule in schedules
    ],
)
