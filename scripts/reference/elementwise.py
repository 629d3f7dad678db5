"""Writes packages/grad/test/fixtures/elementwise.json: values and gradients of functions of single elements,
reductions and losses, from PyTorch in float64.

Run with: python3 scripts/reference/elementwise.py
Needs torch (Debian's python3-torch 1.13.1). float32 holds all inputs exactly, so that an engine in float32
starts from the same numbers. Names and parameters are those of @working-papers/grad.
"""

import torch
import torch.nn.functional as F

from fixture import digits, write

SEED = 20241123
FORMAT = (
    "output = op(inputs, params); grads[i] = gradient of sum(output * dy) by inputs[i], null for integers and "
    "booleans, and no dy and grads where the output has no gradient; data in row-major order, infinities and "
    "NaN as strings"
)
generator = torch.Generator().manual_seed(SEED)
cases = []
# As JavaScript reads them; JSON has no such numbers.
NAMES = {"inf": "Infinity", "-inf": "-Infinity", "nan": "NaN"}


def normal(*shape):
    return (torch.randn(shape, generator=generator, dtype=torch.float64) * 64).round() / 64


def positive(*shape):
    return normal(*shape).abs() + 0.25


def inside(*shape):
    """Multiples of 1/64 between -1 and 1."""
    return (torch.rand(shape, generator=generator, dtype=torch.float64) * 120 - 60).round() / 64


def real(*values):
    return torch.tensor(values, dtype=torch.float64).float().double()


def whole(*values):
    return torch.tensor(values, dtype=torch.int64)


def truth(*values):
    return torch.tensor(values, dtype=torch.bool)


def record(op, compute, inputs, **params):
    """Appends the case: output and, if it has one, the gradient along a random cotangent."""
    inputs = [x.clone().requires_grad_(x.is_floating_point()) for x in inputs]
    output = compute(*inputs)
    case = {
        "op": op,
        "params": params,
        "inputs": [stored(x) for x in inputs],
        "output": stored(output),
    }
    if output.requires_grad:
        dy = normal(*output.shape)
        floats = [x for x in inputs if x.requires_grad]
        grads = iter(torch.autograd.grad(output, floats, dy))
        case["dy"] = stored(dy)
        case["grads"] = [stored(next(grads)) if x.requires_grad else None for x in inputs]
    cases.append(case)


def stored(x):
    data = x.detach().flatten().tolist()
    return {
        "dtype": str(x.dtype).removeprefix("torch."),
        "shape": list(x.shape),
        "data": [digits(v, 16) if v - v == 0 else NAMES[str(v)] for v in data],
    }


inf, nan = float("inf"), float("nan")

# Element by element, with the points where the derivative jumps and numbers where naive formulas break.
wide = real(-1e30, -1e4, -100, -30, -1, 0, 1, 30, 100, 1e4, 1e30)
angles = real(-1.5, -1, -0.25, 0, 0.25, 1, 1.5)
halves = real(-2.5, -1.5, -0.5, 0, 0.5, 1.5, 2.5, 3.5, -1e30, 2**22 + 0.5, 2**23 + 1)
unary = {
    "tan": (torch.tan, normal, angles),
    "asin": (torch.asin, inside, real(-0.999, -0.5, 0, 0.5, 0.999)),
    "acos": (torch.acos, inside, real(-0.999, -0.5, 0, 0.5, 0.999)),
    "atan": (torch.atan, normal, wide),
    "floor": (torch.floor, normal, halves),
    "ceil": (torch.ceil, normal, halves),
    "round": (torch.round, normal, halves),
    "log1p": (torch.log1p, positive, real(-0.999, -0.34, -0.33, -1e-7, 0, 1e-30, 0.49, 0.51, 1e4, 1e30)),
    "expm1": (torch.expm1, normal, real(-1e30, -1e4, -0.51, -0.49, -1e-7, 0, 1e-30, 0.49, 0.51, 80)),
    "rsqrt": (torch.rsqrt, positive, real(2.0**-60, 1, 2.0**60)),
    "reciprocal": (torch.reciprocal, positive, real(-1e15, -1, 2.0**-60, 1e15)),
    "logSigmoid": (F.logsigmoid, normal, wide),
    "selu": (F.selu, normal, wide),
    "mish": (F.mish, normal, wide),
    "hardTanh": (F.hardtanh, normal, wide),
    "hardSigmoid": (F.hardsigmoid, normal, real(-1e30, -3, -2.5, 0, 2.5, 3, 1e30)),
    # Without -3 and 3, where PyTorch has changed the gradient since.
    "hardSwish": (F.hardswish, normal, real(-1e15, -3.5, -2.5, 0, 2.5, 3.5, 1e15)),
}
for name, (function, draw, special) in unary.items():
    record(name, function, [draw(2, 3)])
    record(name, function, [special])
for alpha in (1.0, 0.5):
    record("elu", lambda x: F.elu(x, alpha), [torch.cat([normal(4), wide])], alpha=alpha)
for slope in (0.01, 0.2):
    record("leakyRelu", lambda x: F.leaky_relu(x, slope), [torch.cat([normal(4), wide])], slope=slope)
for bounds in ({"min": -1, "max": 1}, {"min": 0}, {"max": 1}):
    record("clip", lambda x: x.clamp(**bounds), [torch.cat([normal(4), wide])], **bounds)
odd = real(-inf, -1e30, -1, 0, 1, 1e30, inf, nan)
record("isNaN", torch.isnan, [odd])
record("isInf", torch.isinf, [odd])
record("isFinite", torch.isfinite, [odd])
record("notEqual", torch.ne, [real(1, 2, nan, inf), real(1, 3, nan, inf)])

# Pairs of elements, with broadcasting.
for a, b in [([2, 3], [2, 3]), ([2, 1, 3], [4, 1]), ([], [2, 2])]:
    record("atan2", torch.atan2, [normal(*a), positive(*b)])
    record("atan2", torch.atan2, [positive(*a), normal(*b)])
    record("mod", torch.remainder, [normal(*a), positive(*b)])
    record("mod", torch.remainder, [normal(*a), -positive(*b)])
    record("pow", torch.pow, [positive(*a), normal(*b)])
    record("lerp", torch.lerp, [normal(*a), normal(*b), inside(1)])
# Axes and diagonals.
record("atan2", torch.atan2, [real(0, 0, 1, -1, 1, 1, -1, -1), real(1, -1, 0, 0, 1, -1, 1, -1)])
record("mod", torch.remainder, [whole(7, -7, 7, -7, 6, -6, 0), whole(3, 3, -3, -3, 3, 3, -3)])
record("mod", torch.remainder, [real(7, -7, 7, -7, 6, -6, 1e3, 5), real(3, 3, -3, -3, 3, 3, 0.75, inf)])
record("pow", torch.pow, [real(0, 0, 0, 0, 2), real(0, 1, 2, 3, 0)])
bits = truth([False], [True]), truth([False, True])
record("logicalAnd", torch.logical_and, bits)
record("logicalOr", torch.logical_or, bits)
record("logicalXor", torch.logical_xor, bits)
record("logicalNot", torch.logical_not, bits[:1])

# Reductions. PyTorch's prod, any and all take one axis; several are reduced one after the other.
def along(function):
    def reduced(x, axes, keepdim):
        for axis in sorted((a % x.dim() for a in axes), reverse=True):
            x = function(x, axis, keepdim)
        return x

    return reduced


reductions = {
    "prod": (along(torch.prod), {}),
    "variance": (lambda x, axes, keepdim: x.var(axes, correction=1, keepdim=keepdim), {}),
    "standardDeviation": (lambda x, axes, keepdim: x.std(axes, correction=0, keepdim=keepdim), {"correction": 0}),
    "norm": (lambda x, axes, keepdim: torch.linalg.vector_norm(x, 2, axes, keepdim), {}),
    "norm1": (lambda x, axes, keepdim: torch.linalg.vector_norm(x, 1, axes, keepdim), {"order": 1}),
    "logSumExp": (torch.logsumexp, {}),
}
zeros = real([2, 0, 3], [0, 0, 4], [0, 0, 0], [1, -1, 5])
equal = real([5, 5, 5], [0, 0, 0], [1, 2, 4])
distant = real([1e4 + 1 / 8, 1e4 + 2 / 8, 1e4 + 3 / 8, 1e4 + 4 / 8])
for name, (function, params) in reductions.items():
    for axes, keep in [([1], False), ([0, -1], True), ([0, 1, 2], False), ([-2], True)]:
        record(name, lambda x: function(x, axes, keep), [normal(2, 3, 4)], axes=axes, keepDims=keep, **params)
for name, x in [
    ("prod", zeros),
    ("standardDeviation", equal),
    ("standardDeviation", distant),
    ("norm", zeros),
    ("norm1", zeros),
]:
    function, params = reductions[name]
    record(name, lambda x: function(x, [1], False), [x], axes=[1], keepDims=False, **params)
record("variance", lambda x: x.var([1], correction=1), [distant], axes=[1], keepDims=False, correction=1)
mixed = real([-inf, 0, 1], [-1e30, 0, 1e30], [1e4, 1e4 + 1, -1e4])
record("logSumExp", lambda x: x.logsumexp([1]), [mixed], axes=[1], keepDims=False)
for axis in (0, -1):
    record("cumprod", lambda x: x.cumprod(axis), [normal(3, 5)], axis=axis)
    record("cumprod", lambda x: x.cumprod(axis), [zeros], axis=axis)
record("cumprod", lambda x: x.cumprod(-1), [normal(1, 1)], axis=-1)
bits = truth([True, True, False], [False, False, False], [True, True, True])
for axes in ([0], [-1], [0, 1]):
    record("any", lambda x: along(torch.any)(x, axes, False), [bits], axes=axes)
    record("all", lambda x: along(torch.all)(x, axes, False), [bits], axes=axes)
record("argmin", lambda x: x.argmin(1), [real([1, 0, 3], [2, 2, 5])], axis=1)

# Losses. Per row or element; ours have no class weights of their own, so PyTorch's are a factor.
logits = real([1e4, -1e4, 0, 1e4], [-1e4, -1e4 + 1, -1e4, -2e4])
probabilities = torch.softmax(normal(3, 4), -1).mul(1024).round().div(1024)
for smoothing in (0.0, 0.1):
    for x, y in [(normal(3, 4), whole(0, 3, 3)), (logits, whole(1, 3))]:
        record(
            "crossEntropy",
            lambda x, y: F.cross_entropy(x, y, reduction="none", label_smoothing=smoothing),
            [x, y],
            labelSmoothing=smoothing,
        )
    record(
        "crossEntropy",
        lambda x, y: F.cross_entropy(x, y, reduction="none", label_smoothing=smoothing),
        [normal(3, 4), probabilities],
        labelSmoothing=smoothing,
    )
    for ignored in (-100, 3):
        record(
            "crossEntropy",
            lambda x, y: F.cross_entropy(
                x, y, reduction="none", label_smoothing=smoothing, ignore_index=ignored
            ),
            [normal(3, 4), whole(0, ignored, 2)],
            labelSmoothing=smoothing,
            ignoreIndex=ignored,
        )
record(
    "binaryCrossEntropy",
    lambda x, t: F.binary_cross_entropy_with_logits(x, t, reduction="none"),
    [torch.cat([normal(4), real(-1e4, -100, 0, 100, 1e4)]), positive(9).div(4).clamp(max=1)],
)
record(
    "binaryCrossEntropy",
    lambda x, t: F.binary_cross_entropy_with_logits(x, t, reduction="none"),
    [real(-1e4, -1e4, 1e4, 1e4), real(0, 1, 0, 1)],
)
for name, function in {"meanSquaredError": F.mse_loss, "meanAbsoluteError": F.l1_loss}.items():
    record(name, function, [normal(2, 3), normal(2, 3)])
    record(name, function, [real(1, 2, 1e4), real(1, -2, -1e4)])
apart = real(0, 0.25, -0.25, 0.5, -0.75, 2, -1e4, 1e15)
for size in (0.5, 1.0):
    record("huber", lambda a, b: F.huber_loss(a, b, reduction="none", delta=size), [apart, 0 * apart], size=size)
    record("smoothL1", lambda a, b: F.smooth_l1_loss(a, b, reduction="none", beta=size), [apart, 0 * apart], size=size)
record(
    "klDivergence",
    lambda p, q: F.kl_div(q, p, reduction="none", log_target=True).sum(-1),
    [torch.log_softmax(normal(3, 4), -1).mul(1024).round().div(1024), normal(3, 4)],
)
for temperature in (0.5, 2.0):
    record(
        "gumbelSoftmax",
        lambda x, noise: torch.softmax((x + noise) / temperature, 1),
        [normal(2, 4, 3), normal(2, 4, 3)],
        temperature=temperature,
        axis=1,
    )

write(
    "packages/grad/test/fixtures/elementwise.json",
    "elementwise.py",
    {"torch": f"{torch.__version__} (Debian 1.13.1)"},
    SEED,
    FORMAT,
    cases,
)
