"""Writes packages/nn/test/fixtures/{layers,sgd,schedules}.json: layers with every gradient, optimisers over
ten steps and schedules, in PyTorch and in float64.

Run with: python3 scripts/reference/nn.py
Needs torch (Debian's python3-torch 1.13.1). float32 holds all inputs exactly, so that an engine in float32
starts from the same numbers. Matrices are stored as [dIn, dOut], the transpose of PyTorch's.
"""

import math

import torch
import torch.nn.functional as F

from fixture import digits, write

SEED = 20240915
VERSIONS = {"torch": f"{torch.__version__} (Debian 1.13.1)"}
LAYERS = (
    "inputs by name; outputs = what the case's kind computes from them and its settings; grads = gradients by "
    "the inputs of the sum of outputs * dys. Data in row-major order"
)
torch.set_default_dtype(torch.float64)
generator = torch.Generator().manual_seed(SEED)


def normal(*shape, scale=1):
    return (torch.randn(shape, generator=generator) * 64 * scale).round() / 64


def stored(x, count=8):
    dtype = "bool" if x.dtype == torch.bool else "float32" if x.is_floating_point() else "int32"
    values = x.detach().flatten().tolist()
    return {"dtype": dtype, "shape": list(x.shape), "data": digits([v + 0 for v in values], count)}


def case(kind, compute, inputs, **settings):
    """One case: outputs by name, and the gradient of every floating-point input."""
    leaves = {n: x.clone().requires_grad_() if x.is_floating_point() else x for n, x in inputs.items()}
    outputs = compute(leaves)
    if not isinstance(outputs, dict):
        outputs = {"y": outputs}
    dys = {name: normal(*y.shape) for name, y in outputs.items() if y.requires_grad}
    wanted = [name for name, x in leaves.items() if x.requires_grad]
    grads = torch.autograd.grad(
        [outputs[name] for name in dys], [leaves[name] for name in wanted], list(dys.values())
    )
    return {
        "kind": kind,
        **settings,
        "inputs": {name: stored(x) for name, x in inputs.items()},
        "outputs": {name: stored(y) for name, y in outputs.items()},
        "dys": {name: stored(dy) for name, dy in dys.items()},
        "grads": {name: stored(grad) for name, grad in zip(wanted, grads)},
    }


def weights(**shapes):
    """Matrices of small entries, vectors of smaller ones, by path; `__` stands for a dot."""
    return {
        name.replace("__", "."): normal(*shape, scale=0.4 if len(shape) > 1 else 0.2)
        for name, shape in shapes.items()
    }


def called(module, names, x, *inputs, **options):
    """A module of torch.nn with its parameters replaced; `names`: its own name -> value."""
    return torch.nn.utils.stateless.functional_call(module, names, (x, *inputs), options)


def conv_cases():
    def one(rank, transposed, x, channels_out, kernel, bias=True, **settings):
        name = ("ConvTranspose" if transposed else "Conv") + f"{rank}d"
        module = getattr(torch.nn, name)(x[1], channels_out, kernel, bias=bias, **settings)
        inputs = {"x": normal(*x), "w": normal(*module.weight.shape, scale=0.4)}
        if bias:
            inputs["b"] = normal(channels_out, scale=0.4)
        compute = lambda v: called(module, {"weight": v["w"], **({"bias": v["b"]} if bias else {})}, v["x"])
        kind = name[0].lower() + name[1:]
        options = {k.replace("output_padding", "outputPadding"): v for k, v in settings.items()}
        return case(kind, compute, inputs, options=options)

    return [
        one(1, False, (2, 4, 7), 6, 3, stride=2, padding=1, groups=2),
        one(1, False, (1, 2, 6), 3, 2, bias=False, dilation=2),
        one(2, False, (2, 3, 5, 4), 4, (3, 2), padding=(1, 0)),
        one(2, False, (1, 4, 4, 4), 4, 3, groups=4, padding=1, bias=False),
        one(3, False, (1, 2, 3, 4, 3), 2, 2, stride=(1, 2, 1)),
        one(1, True, (2, 4, 3), 2, 3, stride=2, padding=1, output_padding=1, groups=2),
        one(2, True, (1, 3, 2, 3), 2, (2, 3), stride=2),
        one(3, True, (1, 2, 2, 1, 2), 1, 2, stride=2, bias=False),
    ]


def norm_cases():
    scaled = lambda n: {"scale": 1 + normal(n, scale=0.2), "shift": normal(n, scale=0.2)}
    rms = lambda x, scale, epsilon: x / (x.square().mean(-1, keepdim=True) + epsilon).sqrt() * scale
    layer = lambda v: F.layer_norm(v["x"], v["x"].shape[-1:], v["scale"], v["shift"], 0.01)
    group = lambda v: F.group_norm(v["x"], 2, v["scale"], v["shift"], 0.02)
    x = {"x": normal(2, 3, 5, scale=0.3)}
    scale = {"scale": 1 + normal(5, scale=0.2)}
    return [
        case("layerNorm", layer, {**x, **scaled(5)}, epsilon=0.01),
        case("rmsNorm", lambda v: rms(v["x"], v["scale"], 0.01), {**x, **scale}, epsilon=0.01),
        case("rmsNorm", lambda v: rms(v["x"], v["scale"], 1e-5), {"x": x["x"] / 64, **scale}),
        case("groupNorm", group, {"x": normal(2, 4, 3, 2, scale=0.3), **scaled(4)}, groups=2, epsilon=0.02),
        batch_norm((3, 2, 4), momentum=0.1),
        batch_norm((2, 3, 2, 2), momentum=0.3),
        batch_norm((4, 3), momentum=None),
    ]


def batch_norm(shape, momentum):
    """Three batches in training, then the first again in evaluation with the running averages."""
    module = torch.nn.BatchNorm1d if len(shape) < 4 else torch.nn.BatchNorm2d
    channels = shape[1]
    inputs = {
        "scale": 1 + normal(channels, scale=0.2),
        "shift": normal(channels, scale=0.2),
        **{f"x{i}": normal(*shape) * (i + 1) for i in range(3)},
    }

    def compute(v):
        norm = module(channels, eps=0.01, momentum=momentum)
        own = {"weight": v["scale"], "bias": v["shift"]}
        outputs = {}
        for i in range(3):
            buffers = {name: b.clone() for name, b in norm.named_buffers()}
            outputs[f"y{i}"] = called(norm, {**own, **buffers}, v[f"x{i}"])
            # The functional call works on its own copies of the buffers, which it has updated.
            for name, b in norm.named_buffers():
                b.copy_(buffers[name])
            outputs[f"mean{i}"], outputs[f"variance{i}"] = norm.running_mean.clone(), norm.running_var.clone()
        norm.eval()
        outputs["evaluated"] = called(norm, own, v["x0"])
        return outputs

    setting = "cumulative" if momentum is None else momentum
    return case("batchNorm", compute, inputs, momentum=setting, epsilon=0.01)


def attend(q, k, v, mask=None):
    """softmax(q k^T / sqrt(dHead) + mask) v, by the formula; key heads are repeated for grouped queries."""
    groups = q.shape[1] // k.shape[1]
    k, v = (x.repeat_interleave(groups, dim=1) for x in (k, v))
    scores = q @ k.transpose(-2, -1) / math.sqrt(q.shape[-1])
    return F.softmax(scores if mask is None else scores.masked_fill(~mask, -math.inf), dim=-1) @ v


def causal(seq):
    return torch.ones(seq, seq, dtype=torch.bool).tril()


def heads_of(x, heads):
    return x.view(*x.shape[:2], heads, -1).transpose(1, 2)


def merged(x):
    return x.transpose(1, 2).flatten(2)


def grouped(v, x, prefix, heads, turn=lambda x: x, mask=None):
    """Self-attention with n_heads and n_kv_heads of `heads`, by the formula."""
    n_heads, n_kv_heads = heads
    qkv = x @ v[f"{prefix}qkv.w"] + v.get(f"{prefix}qkv.b", 0)
    q, k, values = qkv.split([n * (qkv.shape[-1] // (n_heads + 2 * n_kv_heads)) for n in (n_heads, n_kv_heads, n_kv_heads)], -1)
    q, k, values = heads_of(q, n_heads), heads_of(k, n_kv_heads), heads_of(values, n_kv_heads)
    return merged(attend(turn(q), turn(k), values, mask)) @ v[f"{prefix}out.w"] + v.get(f"{prefix}out.b", 0)


def attention_weights(d_model, width, prefix="", bias=True):
    out = width[0]
    shapes = {f"{prefix}qkv__w": (d_model, sum(width)), f"{prefix}out__w": (out, d_model)}
    if bias:
        shapes.update({f"{prefix}qkv__b": (sum(width),), f"{prefix}out__b": (d_model,)})
    return weights(**shapes)


def torch_attention(v, d_model, heads, x, context=None, mask=None):
    """torch.nn.MultiheadAttention with our weights; in PyTorch's mask true hides."""
    module = torch.nn.MultiheadAttention(d_model, heads, batch_first=True)
    if context is None:
        packed = {"in_proj_weight": v["qkv.w"].t(), "in_proj_bias": v["qkv.b"]}
    else:
        packed = {
            "in_proj_weight": torch.cat([v["q.w"], v["kv.w"]], 1).t(),
            "in_proj_bias": torch.cat([v["q.b"], v["kv.b"]]),
        }
    params = {**packed, "out_proj.weight": v["out.w"].t(), "out_proj.bias": v["out.b"]}
    source = x if context is None else context
    hidden = None if mask is None else ~mask
    return called(module, params, x, source, source, need_weights=False, attn_mask=hidden)[0]


def attention_cases():
    d = 6
    some = torch.tensor([[1, 0, 1, 0], [1, 1, 0, 0], [0, 0, 0, 1], [1, 1, 1, 1]], dtype=torch.bool)
    own = {**attention_weights(d, (d, d, d)), "x": normal(2, 4, d)}
    cross = {
        **weights(q__w=(d, d), q__b=(d,), kv__w=(d, 2 * d), kv__b=(2 * d,), out__w=(d, d), out__b=(d,)),
        "x": normal(2, 3, d),
        "context": normal(2, 5, d),
    }
    shared = {**attention_weights(5, (8, 4, 4), bias=False), "x": normal(2, 3, 5)}
    return [
        case("selfAttention", lambda v: torch_attention(v, d, 2, v["x"]), own, nHeads=2),
        case("selfAttention", lambda v: torch_attention(v, d, 3, v["x"], mask=causal(4)), own, nHeads=3, mask="causal"),
        case("selfAttention", lambda v: torch_attention(v, d, 1, v["x"], mask=some), own, nHeads=1, mask=stored(some)),
        case(
            "selfAttention",
            lambda v: grouped(v, v["x"], "", (4, 2), mask=causal(3)),
            shared,
            nHeads=4,
            nKvHeads=2,
            mask="causal",
        ),
        case("crossAttention", lambda v: torch_attention(v, d, 2, v["x"], v["context"]), cross, nHeads=2),
    ]


def grid(sizes):
    return torch.cartesian_prod(*[torch.arange(size) for size in sizes]).view(-1, len(sizes)).double()


def angles_of(sizes, d_axis, base):
    """[seq, axes, dAxis / 2]."""
    return grid(sizes)[:, :, None] * base ** (-torch.arange(0, d_axis, 2) / d_axis)


def turned(x, sizes, base, layout):
    """Rotary positions: LLaMA's by complex numbers, GPT-NeoX's by turning halves, on the part of each axis."""
    d_axis = 2 * (x.shape[-1] // (2 * len(sizes)))
    angles = angles_of(sizes, d_axis, base)
    parts = []
    for axis in range(len(sizes)):
        part, angle = x[..., axis * d_axis : (axis + 1) * d_axis], angles[:, axis]
        if layout == "interleaved":
            pairs = torch.view_as_complex(part.reshape(*part.shape[:-1], -1, 2).contiguous())
            parts.append(torch.view_as_real(pairs * torch.polar(torch.ones_like(angle), angle)).flatten(-2))
        else:
            a, b = part.chunk(2, -1)
            cos, sin = (torch.cat([f(angle)] * 2, -1) for f in (torch.cos, torch.sin))
            parts.append(part * cos + torch.cat([-b, a], -1) * sin)
    return torch.cat([*parts, x[..., len(sizes) * d_axis :]], -1)


def position_cases():
    def rotary(sizes, d_head, layout, base=10000):
        seq = math.prod(sizes)
        compute = lambda v: turned(v["x"], sizes, base, layout)
        return case("rope", compute, {"x": normal(1, 2, seq, d_head)}, sizes=sizes, layout=layout, base=base)

    def sinusoids(sizes, d_model, layout):
        angles = angles_of(sizes, d_model // len(sizes), 10000)
        pair = [angles.sin(), angles.cos()]
        table = torch.cat(pair, -1) if layout == "half" else torch.stack(pair, -1)
        compute = lambda v: v["x"] + table.reshape(-1, d_model)
        return case("sinusoidal", compute, {"x": normal(math.prod(sizes), d_model)}, sizes=sizes, layout=layout)

    def timestep(v):
        frequencies = torch.exp(-math.log(10000) * torch.arange(4) / 4)
        args = v["t"][:, None] * frequencies
        return torch.cat([args.cos(), args.sin()], -1)

    return [
        rotary([5], 6, "half"),
        rotary([4], 8, "interleaved", base=100),
        rotary([2, 3], 8, "interleaved"),
        rotary([2, 3], 10, "half"),
        rotary([2, 1, 2], 14, "half"),
        sinusoids([4], 6, "interleaved"),
        sinusoids([2, 3], 8, "half"),
        case("timestep", timestep, {"t": torch.tensor([0.0, 0.5, 37, 999])}),
        case("learnedPositions", lambda v: v["x"] + v["table"][:3], {"x": normal(2, 3, 4), "table": normal(5, 4)}),
        case(
            "embedding",
            lambda v: F.embedding(v["indices"], v["table"]),
            {"table": normal(5, 3), "indices": torch.tensor([[4, 0, 4], [1, 0, 4]])},
        ),
    ]


def swiglu(v, prefix, x):
    gate, up = (x @ v[f"{prefix}gateUp.w"]).chunk(2, -1)
    return (F.silu(gate) * up) @ v[f"{prefix}down.w"]


def block_cases():
    d, hidden = 6, 8
    norms = {
        f"norm{i}.{name}": value
        for i in (1, 2)
        for name, value in (("scale", 1 + normal(d, scale=0.2)), ("shift", normal(d, scale=0.2)))
    }
    perceptron = weights(
        mlp__layers__0__w=(d, hidden), mlp__layers__0__b=(hidden,), mlp__layers__1__w=(hidden, d), mlp__layers__1__b=(d,)
    )
    gated = weights(mlp__gateUp__w=(d, 2 * hidden), mlp__down__w=(hidden, d))
    attention = attention_weights(d, (d, d, d), "attention__")

    def plain(v):
        module = torch.nn.TransformerEncoderLayer(
            d, 2, hidden, dropout=0, activation=F.gelu, norm_first=True, batch_first=True
        )
        params = {
            "self_attn.in_proj_weight": v["attention.qkv.w"].t(),
            "self_attn.in_proj_bias": v["attention.qkv.b"],
            "self_attn.out_proj.weight": v["attention.out.w"].t(),
            "self_attn.out_proj.bias": v["attention.out.b"],
            "linear1.weight": v["mlp.layers.0.w"].t(),
            "linear1.bias": v["mlp.layers.0.b"],
            "linear2.weight": v["mlp.layers.1.w"].t(),
            "linear2.bias": v["mlp.layers.1.b"],
            **{f"norm{i}.{n}": v[f"norm{i}.{m}"] for i in (1, 2) for n, m in (("weight", "scale"), ("bias", "shift"))},
        }
        return called(module, params, v["x"], src_mask=~causal(4))

    def llama(v):
        rms = lambda x, scale: x / (x.square().mean(-1, keepdim=True) + 1e-5).sqrt() * scale
        turn = lambda x: turned(x, [4], 10000, "half")
        x = v["x"]
        x = x + grouped(v, rms(x, v["norm1.scale"]), "attention.", (2, 1), turn, causal(4))
        return x + swiglu(v, "mlp.", rms(x, v["norm2.scale"]))

    def dit(v, steered):
        norm = lambda x: F.layer_norm(x, x.shape[-1:], eps=1e-6)
        modulation = F.silu(v["condition"]) @ v["modulation.w"] + v["modulation.b"]
        modulation = modulation if steered == 3 else modulation[:, None]
        shift1, scale1, gate1, shift2, scale2, gate2 = modulation.chunk(6, -1)
        x = v["x"]
        x = x + gate1 * grouped(v, norm(x) * (1 + scale1) + shift1, "attention.", (2, 2))
        y = norm(x) * (1 + scale2) + shift2
        hidden_ = F.gelu(y @ v["mlp.layers.0.w"] + v["mlp.layers.0.b"])
        return x + gate2 * (hidden_ @ v["mlp.layers.1.w"] + v["mlp.layers.1.b"])

    def head(v):
        shift, scale = (F.silu(v["condition"]) @ v["modulation.w"] + v["modulation.b"])[:, None].chunk(2, -1)
        y = F.layer_norm(v["x"], v["x"].shape[-1:], eps=1e-6) * (1 + scale) + shift
        return y @ v["linear.w"] + v["linear.b"]

    x = {"x": normal(2, 4, d)}
    scales = {name: value for name, value in norms.items() if name.endswith("scale")}
    few = attention_weights(d, (8, 4, 4), "attention__", bias=False)
    steering = weights(modulation__w=(3, 6 * d), modulation__b=(6 * d,))
    last = weights(modulation__w=(3, 2 * d), modulation__b=(2 * d,), linear__w=(d, 2), linear__b=(2,))
    dits = [{"condition": normal(2, 3)}, {"condition": normal(2, 4, 3)}]
    return [
        case("swiglu", lambda v: swiglu(v, "", v["x"]), {**x, **weights(gateUp__w=(d, 10), down__w=(5, d))}),
        case("block", plain, {**x, **norms, **attention, **perceptron}, nHeads=2, mask="causal"),
        case("block", llama, {**x, **scales, **few, **gated}, nHeads=2, nKvHeads=1, mask="causal", isRotary=True),
        *[
            case("adaLnBlock", lambda v: dit(v, c["condition"].ndim), {**x, **c, **steering, **attention, **perceptron}, nHeads=2)
            for c in dits
        ],
        case("adaLnHead", head, {**x, **dits[0], **last}),
    ]


def recurrent_cases():
    def one(kind, gates, d_in, d_hidden, seq, starts):
        inputs = {
            **weights(wIn=(d_in, gates * d_hidden), wHidden=(d_hidden, gates * d_hidden)),
            **weights(bIn=(gates * d_hidden,), bHidden=(gates * d_hidden,)),
            "x": normal(2, seq, d_in),
        }
        names = ["h", "c"] if kind == "lstm" else ["h"]
        if starts:
            inputs.update({name: normal(2, d_hidden) for name in names})

        # What torch.nn.GRU and LSTM call; the modules themselves do not let gradients reach given weights.
        def compute(v):
            flat = [v["wIn"].t(), v["wHidden"].t(), v["bIn"], v["bHidden"]]
            first = tuple(v[name][None] if starts else torch.zeros(1, 2, d_hidden) for name in names)
            options = [flat, True, 1, 0.0, False, False, True]
            y, *last = getattr(torch._VF, kind)(v["x"], first if kind == "lstm" else first[0], *options)
            return {"y": y, **{name: value[0] for name, value in zip(names, last)}}

        return case(kind, compute, inputs)

    return [
        one("gru", 3, 3, 4, 5, True),
        one("gru", 3, 2, 1, 1, False),
        one("lstm", 4, 3, 4, 5, True),
        one("lstm", 4, 2, 1, 1, False),
    ]


def loss_cases():
    def kl(v):
        gaussian = lambda n: torch.distributions.Normal(v[f"{n}.mean"], (v[f"{n}.logVariance"] / 2).exp())
        q = gaussian("q") if "q.mean" in v else torch.distributions.Normal(0.0, 1.0)
        return torch.distributions.kl_divergence(gaussian("p"), q).sum(-1)

    p = {"p.mean": normal(2, 3), "p.logVariance": normal(2, 3)}
    q = {"q.mean": normal(2, 3), "q.logVariance": normal(2, 3)}
    return [case("gaussianKl", kl, p), case("gaussianKl", kl, {**p, **q})]


def sgd_cases():
    """Ten steps with given gradients, which include zeros, tiny and large entries."""
    initial = [normal(3, 2), normal(4)]
    gradients = [[normal(3, 2), normal(4)] for _ in range(10)]
    for first, second in gradients:
        first[0, 0], first[2, 1] = 0, 2.0**-40
        second[3] *= 64

    def run(momentum, nesterov, weight_decay, rates):
        parameters = [p.clone().requires_grad_() for p in initial]
        optimizer = torch.optim.SGD(parameters, rates[0], momentum, 0, weight_decay, nesterov)
        steps = []
        for rate, given in zip(rates, gradients):
            optimizer.param_groups[0]["lr"] = rate
            for p, g in zip(parameters, given):
                p.grad = g.clone()
            optimizer.step()
            buffers = [optimizer.state[p].get("momentum_buffer") for p in parameters]
            steps.append(
                {
                    "learningRate": rate,
                    "parameters": [stored(p) for p in parameters],
                    "velocities": [stored(b) for b in buffers if b is not None],
                }
            )
        return {"momentum": momentum, "isNesterov": nesterov, "weightDecay": weight_decay, "steps": steps}

    constant, falling = [0.5] * 10, [0.5, 0.5, 0.5, 0.25, 0.25, 0.125, 0.125, 0.0625, 0.03125, 0]
    runs = [
        run(0, False, 0, constant),
        run(0, False, 0.25, falling),
        run(0.875, False, 0, falling),
        run(0.875, False, 0.25, constant),
        run(0.5, True, 0.25, falling),
    ]
    return {
        "given": [{"initial": [stored(p) for p in initial], "gradients": [[stored(g) for g in s] for s in gradients]}],
        "runs": runs,
        "clipping": [clipped(gradients[0], by, limit) for by, limit in (("norm", 2.0), ("norm", 1e4), ("value", 0.5))],
    }


def clipped(gradients, by, limit):
    parameters = [g.clone().requires_grad_() for g in gradients]
    for p, g in zip(parameters, gradients):
        p.grad = g.clone()
    norm = torch.linalg.vector_norm(torch.cat([g.flatten() for g in gradients]))
    if by == "norm":
        norm = torch.nn.utils.clip_grad_norm_(parameters, limit)
    else:
        torch.nn.utils.clip_grad_value_(parameters, limit)
    return {"by": by, "limit": limit, "norm": digits(norm.item(), 9), "gradients": [stored(p.grad) for p in parameters]}


def schedule_cases():
    def rates(make, count):
        optimizer = torch.optim.SGD([torch.zeros(1)], lr=2.0)
        scheduler = make(optimizer)
        result = []
        for _ in range(count):
            result.append(optimizer.param_groups[0]["lr"])
            optimizer.step()
            scheduler.step()
        return digits(result, 16)

    schedulers = torch.optim.lr_scheduler
    # The formula of fairseq's inverse_sqrt, which counts updates from 1.
    inverse = lambda step: (step + 1) / 4 if step + 1 < 4 else (4 / (step + 1)) ** 0.5
    return [
        {
            "schedule": "constant",
            "options": {"warmupSteps": 5},
            "rates": rates(lambda o: schedulers.LinearLR(o, 1 / 5, 1, 4), 9),
        },
        {
            "schedule": "cosine",
            "options": {"steps": 7, "final": 0.25},
            "rates": rates(lambda o: schedulers.CosineAnnealingLR(o, 7, 0.25), 8),
        },
        {
            "schedule": "linear",
            "options": {"steps": 6, "final": 0.5},
            "rates": rates(lambda o: schedulers.LinearLR(o, 1, 0.25, 6), 9),
        },
        {
            "schedule": "step",
            "options": {"milestones": [2, 5], "factor": 0.5},
            "rates": rates(lambda o: schedulers.MultiStepLR(o, [2, 5], 0.5), 8),
        },
        {
            "schedule": "inverseSquareRoot",
            "options": {"warmupSteps": 4},
            "rates": rates(lambda o: schedulers.LambdaLR(o, inverse), 12),
        },
    ]


def fan_cases():
    """Fans as torch.nn.init computes them from the weight, and the bound of the module's own start."""
    modules = {
        "linear": torch.nn.Linear(6, 4),
        "conv1d": torch.nn.Conv1d(6, 4, 5, groups=2),
        "conv2d": torch.nn.Conv2d(6, 4, (3, 2)),
        "conv3d": torch.nn.Conv3d(2, 3, 2),
        "convTranspose2d": torch.nn.ConvTranspose2d(6, 4, 3, groups=2),
    }
    cases = []
    for layer, module in modules.items():
        fan_in, fan_out = torch.nn.init._calculate_fan_in_and_fan_out(module.weight)
        cases.append({"layer": layer, "fanIn": fan_in, "fanOut": fan_out})
    return cases


def all_layers():
    groups = (conv_cases, norm_cases, attention_cases, position_cases, block_cases, recurrent_cases, loss_cases)
    return [each for group in groups for each in group()]


SGD = (
    "runs: steps[t] holds the learning rate of step t, parameters and momentum buffers after it, from `given`; "
    "clipping: the gradients of the first step, clipped, and their norm before"
)
write("packages/nn/test/fixtures/layers.json", "nn.py", VERSIONS, SEED, LAYERS, all_layers())
write("packages/nn/test/fixtures/sgd.json", "nn.py", VERSIONS, SEED, SGD, sgd_cases())
write(
    "packages/nn/test/fixtures/schedules.json",
    "nn.py",
    VERSIONS,
    SEED,
    "schedules: rates of steps 0, 1, ... with a peak of 2; fans: fanIn and fanOut of each layer's weight",
    {"schedules": schedule_cases(), "fans": fan_cases()},
)
