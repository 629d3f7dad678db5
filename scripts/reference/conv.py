"""Writes packages/grad/test/fixtures/conv.json: convolution, pooling, resizing, sampling and normalisation of
channels, from PyTorch in float64, with the gradients of every input.

Run with: python3 scripts/reference/conv.py
Needs torch (Debian's python3-torch 1.13.1). float32 holds all inputs exactly, so that an engine in float32
starts from the same numbers. Options have the names of packages/grad; `to_torch` gives them PyTorch's.
"""

import torch
import torch.nn.functional as F

from fixture import digits, write

SEED = 20240905
FORMAT = (
    "outputs[0] = call(inputs, options), outputs[1...] further results without gradient; "
    "grads[i] = gradient of sum(outputs[0] * dy) by inputs[i]; data in row-major order"
)
generator = torch.Generator().manual_seed(SEED)
cases = []


def normal(*shape):
    return (torch.randn(shape, generator=generator, dtype=torch.float64) * 64).round() / 64


def distinct(*shape):
    count = torch.Size(shape).numel()
    return (torch.randperm(count, generator=generator).double() / 4 - count / 8).reshape(shape)


def stored(x):
    return {"shape": list(x.shape), "data": digits(x.detach().flatten().tolist(), 16)}


def record(call, compute, inputs, options):
    inputs = [x.clone().requires_grad_() for x in inputs]
    results = compute(*inputs)
    outputs = results if isinstance(results, tuple) else (results,)
    dy = normal(*outputs[0].shape)
    grads = torch.autograd.grad(outputs[0], inputs, dy)
    cases.append(
        {
            "call": call,
            "options": options,
            "inputs": [stored(x) for x in inputs],
            "outputs": [stored(y) for y in outputs],
            "dy": stored(dy),
            "grads": [stored(g) for g in grads],
        }
    )


def to_torch(options):
    names = {"outputPadding": "output_padding", "countIncludePad": "count_include_pad"}
    return {names.get(name, name): value for name, value in options.items()}


# Convolutions: sizes of x, sizes of the weight, whether there is a bias, options.
for rank, x, w, bias, options in [
    (1, [2, 3, 7], [4, 3, 3], True, {}),
    (1, [2, 4, 8], [6, 2, 2], True, {"stride": 3, "padding": 2, "dilation": 2, "groups": 2}),
    (1, [1, 2, 6], [3, 2, 4], False, {"padding": "same"}),
    (2, [2, 3, 5, 6], [4, 3, 3, 2], True, {"padding": 1}),
    (2, [1, 2, 8, 8], [3, 2, 4, 4], True, {"stride": 2, "padding": 1}),
    (2, [1, 4, 6, 5], [4, 1, 3, 3], True, {"padding": "same", "groups": 4}),
    (2, [2, 4, 7, 6], [2, 2, 2, 3], False, {"stride": [2, 1], "padding": [0, 2], "dilation": [1, 2], "groups": 2}),
    (2, [2, 3, 4, 4], [5, 3, 1, 1], True, {}),
    (2, [2, 3, 5, 4], [2, 3, 1, 1], True, {"stride": 2}),
    (3, [1, 2, 4, 3, 5], [3, 2, 2, 3, 2], True, {"stride": [1, 2, 2], "padding": [1, 1, 0]}),
    (3, [2, 2, 3, 3, 3], [2, 1, 3, 3, 3], True, {"padding": "same", "groups": 2}),
]:
    function = (F.conv1d, F.conv2d, F.conv3d)[rank - 1]
    inputs = [normal(*x), normal(*w)] + ([normal(w[0])] if bias else [])
    record(f"conv{rank}d", lambda *xs: function(*xs, **to_torch(options)), inputs, options)

for rank, x, w, bias, options in [
    (1, [2, 3, 4], [3, 2, 3], True, {}),
    (1, [1, 4, 5], [4, 1, 4], True, {"stride": 3, "padding": 1, "outputPadding": 2, "dilation": 2, "groups": 2}),
    (2, [2, 3, 4, 4], [3, 2, 4, 4], True, {"stride": 2, "padding": 1}),
    (2, [1, 2, 3, 4], [2, 3, 3, 3], True, {"padding": 1}),
    (2, [1, 4, 3, 3], [4, 2, 3, 2], False, {"stride": [2, 3], "padding": [1, 0], "outputPadding": [1, 2], "groups": 2}),
    (2, [1, 2, 5, 5], [2, 2, 2, 2], True, {"padding": 2}),
    (3, [1, 2, 2, 3, 2], [2, 2, 3, 2, 3], True, {"stride": [2, 1, 2], "padding": [1, 0, 1], "outputPadding": [1, 0, 1]}),
    (3, [1, 2, 3, 2, 2], [2, 1, 2, 2, 2], False, {"groups": 2}),
]:
    function = (F.conv_transpose1d, F.conv_transpose2d, F.conv_transpose3d)[rank - 1]
    out = w[1] * options.get("groups", 1)
    inputs = [normal(*x), normal(*w)] + ([normal(out)] if bias else [])
    record(f"convTranspose{rank}d", lambda *xs: function(*xs, **to_torch(options)), inputs, options)

# Pooling; among equal elements the first gets the gradient.
for x, kernel, options in [
    ([2, 2, 7], 2, {}),
    ([1, 2, 8], 3, {"stride": 2, "padding": 1, "dilation": 2}),
    ([2, 2, 5, 6], 2, {}),
    ([1, 2, 6, 7], [3, 2], {"stride": [1, 2], "padding": [1, 1]}),
    ([1, 2, 5, 4, 6], [2, 2, 3], {"stride": [2, 1, 2], "padding": [1, 0, 1]}),
]:
    rank = len(x) - 2
    function = (F.max_pool1d, F.max_pool2d, F.max_pool3d)[rank - 1]
    call = {"kernel": kernel, **options}
    record(f"maxPool{rank}d", lambda x: function(x, kernel, **to_torch(options)), [distinct(*x)], call)
tied = torch.tensor([1, 3, 3, 2, 3, 3, 0, 0, 5, 5, 5, 5, 5, 5, 5, 5], dtype=torch.float64).reshape(1, 1, 4, 4)
record("maxPool2d", lambda x: F.max_pool2d(x, 3, 1), [tied], {"kernel": 3, "stride": 1})

for x, kernel, options in [
    ([2, 2, 7], 2, {}),
    ([1, 2, 8], 3, {"stride": 2, "padding": 1}),
    ([2, 2, 6, 6], 2, {}),
    ([1, 2, 6, 7], [3, 2], {"stride": [1, 2], "padding": [1, 1]}),
    ([1, 2, 6, 7], [3, 2], {"stride": [2, 1], "padding": [1, 1], "countIncludePad": False}),
    ([1, 2, 5, 4, 6], [2, 2, 3], {"stride": [2, 1, 2], "padding": [1, 0, 1], "countIncludePad": False}),
    ([1, 1, 4, 2, 6], [2, 1, 3], {}),
]:
    rank = len(x) - 2
    function = (F.avg_pool1d, F.avg_pool2d, F.avg_pool3d)[rank - 1]
    call = {"kernel": kernel, **options}
    record(f"avgPool{rank}d", lambda x: function(x, kernel, **to_torch(options)), [normal(*x)], call)

for x, size in [([2, 2, 7], 3), ([2, 2, 6, 8], [3, 2]), ([1, 2, 5, 3], [2, 4]), ([1, 2, 3, 5, 4], [2, 2, 3])]:
    function = (F.adaptive_avg_pool1d, F.adaptive_avg_pool2d, F.adaptive_avg_pool3d)[len(x) - 3]
    record("adaptiveAvgPool", lambda x: function(x, size), [normal(*x)], {"size": size})

# Windows as columns and back, and channels as space.
for x, options in [
    ([2, 3, 5, 6], {"kernel": [3, 2]}),
    ([1, 2, 7, 6], {"kernel": 2, "stride": [2, 1], "padding": [1, 0], "dilation": [2, 3]}),
]:
    arguments = {"kernel_size" if name == "kernel" else name: value for name, value in options.items()}
    columns = F.unfold(normal(*x), **arguments)
    record("unfold", lambda x: F.unfold(x, **arguments), [normal(*x)], options)
    size = x[2:]
    record("fold", lambda c: F.fold(c, size, **arguments), [normal(*columns.shape)], {**options, "size": size})
record("pixelShuffle", lambda x: F.pixel_shuffle(x, 2), [normal(2, 8, 2, 3)], {"factor": 2})
record("pixelUnshuffle", lambda x: F.pixel_unshuffle(x, 3), [normal(1, 2, 6, 3)], {"factor": 3})

# Resizing. PyTorch's names by the number of axes.
TORCH_MODES = {"linear": ["linear", "bilinear", "trilinear"], "cubic": [None, "bicubic", None]}
for x, target in [
    ([1, 2, 5], {"size": 8}),
    ([1, 2, 8], {"size": 3}),
    ([1, 2, 4, 5], {"size": [8, 10]}),
    ([1, 2, 7, 6], {"size": [3, 4]}),
    ([1, 1, 5, 4], {"size": [1, 9]}),
    ([1, 1, 1, 3], {"size": [4, 1]}),
    ([1, 1, 5, 7], {"scale": 1.7}),
    ([1, 1, 6, 5], {"scale": [0.6, 2]}),
    ([1, 1, 3, 2, 4], {"size": [5, 4, 3]}),
]:
    rank = len(x) - 2
    for mode, corners in [("nearest", None), ("area", None), ("linear", False), ("linear", True), ("cubic", False), ("cubic", True)]:
        name = TORCH_MODES.get(mode, [mode] * 3)[rank - 1]
        if name is None:
            continue
        options = {**target, "mode": mode, **({} if corners is None else {"alignCorners": corners})}
        arguments = {"scale_factor" if key == "scale" else key: value for key, value in target.items()}
        record("resize", lambda x: F.interpolate(x, **arguments, mode=name, align_corners=corners), [normal(*x)], options)

# Sampling inside, at and outside the border.
for x, places in [([2, 2, 4, 5], [2, 3, 4, 2]), ([1, 2, 3, 4, 2], [1, 2, 2, 3, 3]), ([1, 1, 1, 3], [1, 2, 3, 2])]:
    for padding in ("zeros", "border", "reflection"):
        for mode in ("linear", "nearest"):
            for corners in (False, True):
                record(
                    "gridSample",
                    lambda x, grid: F.grid_sample(x, grid, {"linear": "bilinear"}.get(mode, mode), padding, corners),
                    [normal(*x), normal(*places) * 1.5 + 1 / 128],
                    {"mode": mode, "padding": padding, "alignCorners": corners},
                )

# Normalisation of channels; far from 0 against its spread, E[x^2] - E[x]^2 has no digit left in float32.
for x, groups in [([2, 6, 3], 2), ([2, 4, 3, 2], 4), ([1, 4, 2, 2, 2], 1)]:
    values = [normal(*x), normal(x[1]), normal(x[1])]
    record("groupNorm", lambda x, w, b: F.group_norm(x, groups, w, b, 1e-5), values, {"groups": groups, "epsilon": 1e-5})
record("groupNorm", lambda x, w, b: F.group_norm(x, 2, w, b, 1e-5), [normal(2, 4, 5) + 1e4, normal(4), normal(4)], {"groups": 2, "epsilon": 1e-5})
record("instanceNorm", lambda x, w, b: F.instance_norm(x, weight=w, bias=b, eps=1e-3), [normal(2, 3, 4, 2), normal(3), normal(3)], {"epsilon": 1e-3})


def batch_norm(x, w, b):
    """The output and, as running averages of momentum 1, the statistics of the batch."""
    mean, variance = torch.zeros_like(w), torch.ones_like(w)
    y = F.batch_norm(x, mean, variance, w, b, True, 1.0, 1e-5)
    return y, mean, variance


for x in ([5, 3], [4, 3, 3], [2, 3, 2, 4]):
    record("batchNorm", batch_norm, [normal(*x), normal(x[1]), normal(x[1])], {"epsilon": 1e-5})
mean, variance = normal(3), normal(3).abs() + 0.25
record(
    "batchNormInference",
    lambda x, w, b: F.batch_norm(x, mean, variance, w, b, False, 0.1, 1e-5),
    [normal(2, 3, 2, 4), normal(3), normal(3)],
    {"epsilon": 1e-5, "mean": mean.tolist(), "variance": variance.tolist()},
)

write(
    "packages/grad/test/fixtures/conv.json",
    "conv.py",
    {"torch": f"{torch.__version__} (Debian 1.13.1)"},
    SEED,
    FORMAT,
    cases,
)
