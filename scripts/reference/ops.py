"""Writes packages/grad/test/fixtures/ops.json: values and gradients of operations, from PyTorch in float64.

Run with: python3 scripts/reference/ops.py
Needs torch (Debian's python3-torch 1.13.1). float32 holds all inputs exactly, so that an engine in float32
starts from the same numbers.
Names and parameters of the operations are those of packages/grad/src/ops.
"""

import torch
import torch.nn.functional as F

from fixture import digits, write

SEED = 20240902
FORMAT = (
    "output = op(inputs, params); grads[i] = gradient of sum(output * dy) by inputs[i], "
    "null for integers and booleans; data in row-major order"
)
generator = torch.Generator().manual_seed(SEED)
cases = []


def normal(*shape):
    return (torch.randn(shape, generator=generator, dtype=torch.float64) * 64).round() / 64


def positive(*shape):
    return normal(*shape).abs() + 0.25


def distinct(*shape):
    """Numbers at least 1/4 apart, so that their order is beyond doubt."""
    count = torch.Size(shape).numel()
    return (torch.randperm(count, generator=generator).double() / 4 - count / 8).reshape(shape)


def real(*values):
    return torch.tensor(values, dtype=torch.float64)


def whole(*values):
    return torch.tensor(values, dtype=torch.int64)


def record(op, compute, inputs, **params):
    """Appends the case: output, a random cotangent and the gradient of each float input."""
    inputs = [x.clone().requires_grad_(x.is_floating_point()) for x in inputs]
    output = compute(*inputs)
    dy = normal(*output.shape)
    floats = [x for x in inputs if x.requires_grad]
    grads = iter(torch.autograd.grad(output, floats, dy))
    cases.append(
        {
            "op": op,
            "params": params,
            "inputs": [stored(x) for x in inputs],
            "output": stored(output),
            "dy": stored(dy),
            "grads": [stored(next(grads)) if x.requires_grad else None for x in inputs],
        }
    )


def stored(x):
    dtype = str(x.dtype).removeprefix("torch.")
    return {
        "dtype": dtype,
        "shape": list(x.shape),
        "data": digits(x.detach().flatten().tolist(), 16),
    }


# Element by element, with numbers where the naive formula breaks or the derivative jumps.
extremes = real(-1e4, -100, -30, -1, 0, 1, 30, 100, 1e4)
unary = {
    "exp": (torch.exp, normal, real(-1e4, -100, -1, 0, 1, 80)),
    "log": (torch.log, positive, real(2.0**-60, 1, 2.0**60)),
    "sqrt": (torch.sqrt, positive, real(2.0**-60, 1, 2.0**60)),
    "square": (torch.square, normal, real(-100, 0, 100)),
    "neg": (torch.neg, normal, real(-100, 0, 100)),
    "abs": (torch.abs, normal, real(-100, 0, 100)),
    "sin": (torch.sin, normal, real(-30, -3, 0, 3, 30)),
    "cos": (torch.cos, normal, real(-30, -3, 0, 3, 30)),
    "tanh": (torch.tanh, normal, extremes),
    "sigmoid": (torch.sigmoid, normal, extremes),
    "silu": (F.silu, normal, extremes),
    "relu": (torch.relu, normal, extremes),
    "gelu": (F.gelu, normal, extremes),
    "erf": (torch.erf, normal, extremes),
    # PyTorch switches to x above a threshold; 700 moves the switch to where float64 cannot tell.
    "softplus": (lambda x: F.softplus(x, threshold=700), normal, extremes),
}
for name, (function, draw, special) in unary.items():
    record(name, function, [draw(2, 3)])
    record(name, function, [special])
for exponent in (3, 2, 0.5, -1.5):
    record("pow", lambda x: x**exponent, [positive(2, 3)], exponent=exponent)
record("pow", lambda x: x**3, [normal(4)], exponent=3)

# Pairs of elements, with broadcasting; equal elements share the gradient of maximum and minimum.
binary = {
    "add": torch.add,
    "sub": torch.sub,
    "mul": torch.mul,
    "div": torch.div,
    "maximum": torch.maximum,
    "minimum": torch.minimum,
}
for name, function in binary.items():
    draw = positive if name == "div" else normal
    for a, b in [([2, 3], [2, 3]), ([2, 3], [3]), ([2, 1, 3], [4, 1]), ([], [2, 2]), ([1, 1], [3, 2])]:
        record(name, function, [normal(*a), draw(*b)])
record("maximum", torch.maximum, [real(1, 2, 3), real(1, 0, 3)])
record("minimum", torch.minimum, [real(1, 2, 3), real(1, 0, 3)])
condition = torch.tensor([[True, False, False], [False, True, True]])
record("where", torch.where, [condition, normal(2, 3), normal(2, 3)])
record("where", torch.where, [condition, normal(3), normal(2, 1)])
record("where", torch.where, [torch.tensor([[True], [False]]), normal(), normal(2, 2)])

# Products of matrices.
for a, b in [
    ([2, 3], [3, 4]),
    ([1, 3], [3, 1]),
    ([2, 3, 4], [2, 4, 2]),
    ([2, 3, 4], [4, 2]),
    ([3, 4], [2, 4, 2]),
    ([2, 1, 2, 3], [3, 3, 2]),
]:
    record("matmul", torch.matmul, [normal(*a), normal(*b)], transposeA=False, transposeB=False)
record("matmul", lambda a, b: a.mT @ b, [normal(3, 2), normal(3, 4)], transposeA=True, transposeB=False)
record("matmul", lambda a, b: a @ b.mT, [normal(2, 2, 3), normal(2, 4, 3)], transposeA=False, transposeB=True)
record("matmul", lambda a, b: a.mT @ b.mT, [normal(2, 3, 2), normal(4, 3)], transposeA=True, transposeB=True)
record("linear", lambda x, w, b: F.linear(x, w.T, b), [normal(4, 3), normal(3, 2), normal(2)])

# Reductions; equal elements share the gradient of max and min.
reductions = {
    "sum": torch.sum,
    "mean": torch.mean,
    "max": torch.amax,
    "min": torch.amin,
    "logSumExp": torch.logsumexp,
}
for name, function in reductions.items():
    draw = distinct if name in ("max", "min") else normal
    for axes, keep in [([1], False), ([0, 2], True), ([0, 1, 2], False), ([2], True)]:
        record(name, lambda x: function(x, axes, keep), [draw(2, 3, 4)], axes=axes, keepDims=keep)
tied = real([1, 3, 3], [2, 2, 2])
record("max", lambda x: x.amax([1]), [tied], axes=[1], keepDims=False)
record("min", lambda x: x.amin([1]), [tied], axes=[1], keepDims=False)
logits = real([1e4, -1e4, 0, 1e4], [-1e4, -1e4 + 1, -1e4, -2e4])
record("logSumExp", lambda x: x.logsumexp([1]), [logits], axes=[1], keepDims=False)
for axis in (0, 1):
    record("cumsum", lambda x: x.cumsum(axis), [normal(3, 4)], axis=axis, isReversed=False)
    record("cumsum", lambda x: x.flip(axis).cumsum(axis).flip(axis), [normal(3, 4)], axis=axis, isReversed=True)

# The softmax family.
for name, function in {"softmax": F.softmax, "logSoftmax": F.log_softmax}.items():
    for axis in (0, 1, 2):
        record(name, lambda x: function(x, axis), [normal(2, 3, 4)], axis=axis)
    record(name, lambda x: function(x, 1), [logits], axis=1)
    record(name, lambda x: function(x, 1), [normal(2, 1)], axis=1)
labels = whole(0, 3, 3)
record("crossEntropy", lambda x, y: F.cross_entropy(x, y, reduction="none"), [normal(3, 4), labels])
record("crossEntropy", lambda x, y: F.cross_entropy(x, y, reduction="none"), [logits, whole(1, 3)])
record(
    "crossEntropy",
    lambda x, y: F.cross_entropy(x.movedim(-1, 1), y, reduction="none"),
    [normal(2, 3, 4), whole([1, 0, 3], [2, 2, 1])],
)
# Far from 0 against its spread, where E[x^2] - E[x]^2 in float32 has no digit left.
distant = real([1e4 + 1 / 8, 1e4 + 2 / 8, 1e4 + 3 / 8, 1e4 + 4 / 8], [5, 5, 5, 6])
for x in (normal(3, 8), normal(2, 2, 5) + 1e4, distant):
    width = x.shape[-1]
    record(
        "layerNorm",
        lambda x, scale, shift: F.layer_norm(x, [width], scale, shift, eps=1e-5),
        [x, normal(width), normal(width)],
        epsilon=1e-5,
    )

# Rows of tables; repeated indices add up in the gradient.
record("gather", lambda t, i: t[i], [normal(4, 3), whole(3, 0, 0, 1, 0)])
record("gather", lambda t, i: t[i], [normal(3, 2, 2), whole([2, 2, 1], [2, 0, 2])])
record("gather", lambda t, i: t[i], [normal(3), whole(1)])
record(
    "scatterAdd",
    lambda v, i: torch.zeros(4, 3, dtype=v.dtype).index_add(0, i, v),
    [normal(5, 3), whole(3, 0, 0, 1, 0)],
    rows=4,
)

# Shapes.
record("slice", lambda x: x[1:3], [normal(4, 3)], axis=0, start=1, end=3)
record("slice", lambda x: x[:, :, 3:4], [normal(2, 2, 4)], axis=2, start=3, end=4)
record("concat", lambda *parts: torch.cat(parts, 1), [normal(2, 3), normal(2, 1)], axis=1)
record("concat", lambda *parts: torch.cat(parts, 0), [normal(1, 2), normal(3, 2), normal(2, 2)], axis=0)
record("pad", lambda x: F.pad(x, (1, 2), value=0.5), [normal(2, 3)], axis=1, before=1, after=2, value=0.5)
record("pad", lambda x: F.pad(x, (0, 0, 0, 1)), [normal(2, 3)], axis=0, before=0, after=1, value=0)
record("transpose", lambda x: x.permute(1, 0), [normal(2, 3)], permutation=[1, 0])
record("transpose", lambda x: x.permute(2, 0, 1), [normal(2, 3, 4)], permutation=[2, 0, 1])
record("transpose", lambda x: x.permute(1, 2, 0, 3), [normal(2, 2, 3, 1)], permutation=[1, 2, 0, 3])
record("expand", lambda x: x.expand(2, 3, 4), [normal(3, 1)], shape=[2, 3, 4])
record("reshape", lambda x: x.reshape(4, 3), [normal(2, 3, 2)], shape=[4, 3])

write(
    "packages/grad/test/fixtures/ops.json",
    "ops.py",
    {"torch": f"{torch.__version__} (Debian 1.13.1)"},
    SEED,
    FORMAT,
    cases,
)
