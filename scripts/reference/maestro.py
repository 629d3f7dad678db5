"""Writes papers/maestro/test/fixtures/layers.json: Maestro's layers and lasso in PyTorch, with gradients.

Run with: python3 scripts/reference/maestro.py
Needs torch (Debian's python3-torch 1.13.1). Written from the formulas of arXiv:2308.14929: a layer of
rank b is U[:, :b] V[:, :b]^T, the group lasso sums the norms of all suffixes of columns (or of single
columns), importance is the product of both norms. A convolution has V as its kernel, [in k^2, r].
"""

import torch
import torch.nn.functional as F

from fixture import digits, write

SEED = 230814929
FORMAT = (
    "u [m, r], v [n, r], b [m]; y of a batch at the given rank, sum(y * dy) by u, v, b and x; lasso and its gradients; "
    "importance by rank; kept: ranks whose suffix importance is at least threshold times the first; all float32, 9 digits"
)


def stored(x):
    return {"shape": list(x.shape), "data": digits(x.detach().flatten().tolist(), 9)}


def norms(factor, hierarchical):
    r = factor.shape[1]
    return [factor[:, b:].norm() if hierarchical else factor[:, b].norm() for b in range(r)]


def lasso(u, v, hierarchical):
    return sum(norms(u, hierarchical)) + sum(norms(v, hierarchical))


def importance(u, v, hierarchical):
    return [p * q for p, q in zip(norms(u, hierarchical), norms(v, hierarchical))]


def layer_case(name, m, n, x, forward, rank):
    r = min(m, n)
    u, v, b = (torch.randn(m, r), torch.randn(n, r), torch.randn(m))
    leaves = [value.requires_grad_() for value in (u, v, b, x)]
    y = forward(u[:, :rank], v[:, :rank], b, x)
    dy = torch.randn(y.shape)
    gradients = torch.autograd.grad((y * dy).sum(), leaves)
    case = {"name": name, "rank": rank, "u": stored(u), "v": stored(v), "b": stored(b), "x": stored(x)}
    case |= {"y": stored(y), "dy": stored(dy)}
    case["gradients"] = {key: stored(g) for key, g in zip("uvbx", gradients)}
    for kind, hierarchical in (("hierarchical", True), ("plain", False)):
        value = lasso(u, v, hierarchical)
        du, dv = torch.autograd.grad(value, [u, v])
        case[kind] = {
            "lasso": digits(value.item(), 9),
            "du": stored(du),
            "dv": stored(dv),
            "importance": digits([p.item() for p in importance(u, v, hierarchical)], 9),
        }
    values = importance(u, v, True)
    case["threshold"] = 0.5
    case["kept"] = sum(1 for value in values if value >= 0.5 * values[0])
    return case


def linear(u, v, b, x):
    return x @ v @ u.T + b


def conv(stride, padding, channels, kernel):
    def forward(u, v, b, x):
        hidden = F.conv2d(x, v.T.reshape(-1, channels, kernel, kernel), stride=stride, padding=padding)
        return F.conv2d(hidden, u[:, :, None, None], b)

    return forward


torch.manual_seed(SEED)
cases = [
    layer_case(f"linear 5x4 at rank {rank}", 5, 4, torch.randn(3, 4), linear, rank) for rank in (1, 2, 4)
] + [
    layer_case(
        f"conv 3x(2*3*3), stride {stride}, padding {padding}",
        3, 18, torch.randn(2, 2, 6, 5), conv(stride, padding, 2, 3), 2,
    ) | {"kernel": 3, "stride": stride, "padding": padding}
    for stride, padding in ((1, 0), (2, 1))
]
write("papers/maestro/test/fixtures/layers.json", "maestro.py", {"torch": torch.__version__}, SEED, FORMAT, cases)
