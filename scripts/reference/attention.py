"""Writes packages/grad/test/fixtures/attention.json: attention, RMS normalisation, GELU by tanh, a block
and a small GPT by their formulas, with gradients, in PyTorch and in float64.

Run with: python3 scripts/reference/attention.py
Needs torch (Debian's python3-torch 1.13.1). float32 holds all inputs exactly, so that an engine in float32
starts from the same numbers. Weights are [dIn, dOut], so that a layer is x w.
"""

import math

import torch
import torch.nn.functional as F

from fixture import digits, write

SEED = 20240911
FORMAT = (
    "inputs by name; output = what the case's kind computes from them and its settings; grads = gradients by "
    "the inputs of sum(output * dy), or of the output where that is a loss. Masks: bool, or numbers that are "
    "added; the string -inf hides. Data in row-major order"
)
EPSILON = 1e-5
generator = torch.Generator().manual_seed(SEED)


def normal(*shape, scale=1):
    return (torch.randn(shape, generator=generator, dtype=torch.float64) * 64 * scale).round() / 64


def stored(x):
    if x.dtype == torch.bool:
        return {"dtype": "bool", "shape": list(x.shape), "data": x.flatten().int().tolist()}
    if not x.is_floating_point():
        return {"dtype": "int32", "shape": list(x.shape), "data": x.flatten().tolist()}
    data = digits([v if math.isfinite(v) else 0 for v in x.detach().flatten().tolist()], 9)
    hidden = x.detach().flatten().isinf().tolist()
    return {
        "dtype": "float32",
        "shape": list(x.shape),
        "data": ["-inf" if h else v for v, h in zip(data, hidden)],
    }


def case(kind, compute, inputs, **settings):
    """One case: value and the gradient of every floating-point input that is no mask."""
    leaves = {
        name: x.clone().requires_grad_() if x.is_floating_point() and name != "mask" else x
        for name, x in inputs.items()
    }
    output = compute(leaves)
    dy = torch.ones((), dtype=torch.float64) if output.ndim == 0 else normal(*output.shape)
    wanted = [name for name, x in leaves.items() if x.requires_grad]
    grads = torch.autograd.grad(output, [leaves[name] for name in wanted], dy)
    return {
        "kind": kind,
        **settings,
        "inputs": {name: stored(x) for name, x in inputs.items()},
        "output": stored(output),
        "dy": stored(dy),
        "grads": {name: stored(grad) for name, grad in zip(wanted, grads)},
    }


def attend(q, k, v, mask=None, scale=None):
    """softmax(scale q k^T + mask) v, by the formula; key heads are repeated for grouped queries."""
    groups = q.shape[1] // k.shape[1]
    k, v = (x.repeat_interleave(groups, dim=1) for x in (k, v))
    scores = q @ k.transpose(-2, -1) * (1 / math.sqrt(q.shape[-1]) if scale is None else scale)
    if mask is not None:
        scores = scores.masked_fill(~mask, -math.inf) if mask.dtype == torch.bool else scores + mask
    return F.softmax(scores, dim=-1) @ v


def causal(queries, keys):
    return torch.ones(queries, keys, dtype=torch.bool).tril(keys - queries)


def block_causal(sizes):
    blocks = torch.tensor([i for i, size in enumerate(sizes) for _ in range(size)])
    return blocks[:, None] >= blocks[None, :]


def prefix(length, seq):
    return causal(seq, seq) | (torch.arange(seq) < length)


def attention_cases():
    def one(name, heads=(2, 2), sizes=(4, 4), mask=None, scale=None, **settings):
        queries, keys = sizes
        inputs = {
            "q": normal(2, heads[0], queries, 3),
            "k": normal(2, heads[1], keys, 3),
            "v": normal(2, heads[1], keys, 2),
        }
        if "maskKind" not in settings and mask is not None:
            inputs["mask"] = mask
        if scale is not None:
            settings["scale"] = scale
        compute = lambda x: attend(x["q"], x["k"], x["v"], mask, scale)
        return case("attention", compute, inputs, name=name, **settings)

    random = torch.rand(2, 1, 4, 5, generator=generator) < 0.5
    random[..., 1] = True
    bias = normal(2, 4, 5)
    bias[:, :, 2] = -math.inf
    return [
        one("no mask"),
        one("a scale", scale=0.25),
        one("causal", mask=causal(4, 4), maskKind="causal"),
        one("causal, more keys than queries", sizes=(2, 5), mask=causal(2, 5), maskKind="causal"),
        one("causal, grouped", heads=(4, 2), mask=causal(4, 4), maskKind="causal"),
        one("one key head", heads=(3, 1), sizes=(2, 4)),
        one("block-causal", sizes=(6, 6), mask=block_causal([1, 3, 2]), maskKind="blockCausal", blocks=[1, 3, 2]),
        one("prefix", sizes=(5, 5), mask=prefix(3, 5), maskKind="prefix", prefix=3),
        one("a bool mask", sizes=(4, 5), mask=random),
        one("a bool mask, grouped", heads=(4, 2), sizes=(4, 5), mask=random),
        one("an additive mask for each head", sizes=(4, 5), mask=bias),
    ]


def rms_norm(x, scale, epsilon=EPSILON):
    return x / (x.square().mean(-1, keepdim=True) + epsilon).sqrt() * scale


def element_cases():
    x = torch.cat([normal(6), torch.tensor([-100.0, -8, 0, 8, 100], dtype=torch.float64)])
    tanh = lambda v: v["x"] / 2 * (1 + torch.tanh(math.sqrt(2 / math.pi) * (v["x"] + 0.044715 * v["x"] ** 3)))
    norm = lambda v: rms_norm(v["x"], v["scale"])
    return [
        case("geluTanh", tanh, {"x": x}),
        case("rmsNorm", norm, {"x": normal(2, 3, 5), "scale": normal(5)}, epsilon=EPSILON),
        case("rmsNorm", norm, {"x": normal(2, 4) * 4096, "scale": normal(4)}, epsilon=EPSILON),
    ]


def block_of(x, w, name, heads):
    """A pre-norm block; weights by path."""
    norm = lambda h, n: F.layer_norm(h, h.shape[-1:], w[f"{name}{n}.scale"], w[f"{name}{n}.shift"], EPSILON)
    batch, seq, width = x.shape
    qkv = (norm(x, "norm1") @ w[f"{name}qkv"]).view(batch, seq, 3, heads, width // heads)
    q, k, v = qkv.permute(2, 0, 3, 1, 4)
    y = attend(q, k, v, causal(seq, seq)).transpose(1, 2).reshape(batch, seq, width)
    x = x + y @ w[f"{name}out"]
    hidden = norm(x, "norm2") @ w[f"{name}up"] + w[f"{name}bias"]
    return x + F.gelu(hidden) @ w[f"{name}down"]


def block_weights(name, width):
    norm = lambda n: {f"{name}{n}.scale": 1 + normal(width, scale=0.2), f"{name}{n}.shift": normal(width, scale=0.2)}
    return {
        **norm("norm1"),
        f"{name}qkv": normal(width, 3 * width, scale=0.4),
        f"{name}out": normal(width, width, scale=0.4),
        **norm("norm2"),
        f"{name}up": normal(width, 4 * width, scale=0.4),
        f"{name}bias": normal(4 * width, scale=0.2),
        f"{name}down": normal(4 * width, width, scale=0.2),
    }


def model_cases():
    width, heads, seq, vocab, layers = 6, 2, 5, 7, 2
    weights = block_weights("", width)
    block = case(
        "block",
        lambda v: block_of(v["x"], v, "", heads),
        {**weights, "x": normal(2, 4, width)},
        nHeads=heads,
    )
    gpt = {"tokens": normal(vocab, width), "positions": normal(seq, width)}
    for i in range(layers):
        gpt.update(block_weights(f"blocks.{i}.", width))
    gpt.update(
        {
            "norm.scale": 1 + normal(width, scale=0.2),
            "norm.shift": normal(width, scale=0.2),
            "head": normal(width, vocab, scale=0.4),
        }
    )
    drawn = torch.randint(vocab, (3, seq + 1), generator=generator)

    def loss(w):
        x = w["tokens"][w["x"]] + w["positions"]
        for i in range(layers):
            x = block_of(x, w, f"blocks.{i}.", heads)
        norm = F.layer_norm(x, [width], w["norm.scale"], w["norm.shift"], EPSILON)
        return F.cross_entropy((norm @ w["head"]).view(-1, vocab), w["y"].reshape(-1))

    sizes = {"nHeads": heads, "nLayers": layers}
    return [block, case("gpt", loss, {**gpt, "x": drawn[:, :-1], "y": drawn[:, 1:]}, **sizes)]


write(
    "packages/grad/test/fixtures/attention.json",
    "attention.py",
    {"torch": f"{torch.__version__} (Debian 1.13.1)"},
    SEED,
    FORMAT,
    {"attention": attention_cases(), "elements": element_cases(), "models": model_cases()},
)
