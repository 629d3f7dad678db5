"""Writes packages/grad/test/fixtures/linearAlgebra.json: factorisations and systems, from PyTorch in float64.

Run with: python3 scripts/reference/linear_algebra.py
Needs torch (Debian's python3-torch 1.13.1). Symmetric matrices are symmetrised inside the function that is
differentiated, and the signs of vectors are fixed as packages/grad fixes them: in each column of q R has a
positive diagonal; in each column of eigenvectors and of v the first entry within 1 % of the largest is positive.
"""

import torch

from fixture import digits, write

SEED = 20261124
FORMAT = (
    "outputs = call(inputs); grads[i] = gradient of the sum over all outputs of sum(output * dy) "
    "by inputs[i]; each is { shape, data } with data in row-major order"
)
generator = torch.Generator().manual_seed(SEED)
cases = []


def normal(*shape):
    return (torch.randn(shape, generator=generator, dtype=torch.float64) * 64).round() / 64


def definite(*shape):
    x = normal(*shape)
    return x @ x.mT / shape[-1] + torch.eye(shape[-1], dtype=torch.float64)


def stored(x):
    return {"shape": list(x.shape), "data": digits(x.detach().flatten().tolist(), 16)}


def record(call, compute, *inputs):
    inputs = [x.clone().requires_grad_() for x in inputs]
    outputs = compute(*inputs)
    outputs = list(outputs) if isinstance(outputs, tuple) else [outputs]
    dys = [normal(*output.shape) for output in outputs]
    grads = torch.autograd.grad(outputs, inputs, dys)
    cases.append(
        {
            "call": call,
            "inputs": [stored(x) for x in inputs],
            "outputs": [stored(x) for x in outputs],
            "dys": [stored(x) for x in dys],
            "grads": [stored(x) for x in grads],
        }
    )


def symmetric(x):
    return (x + x.mT) / 2


def signs(columns):
    sizes = columns.detach().abs()
    first = (sizes >= 0.99 * sizes.amax(-2, keepdim=True)).int().argmax(-2, keepdim=True)
    return columns.detach().gather(-2, first).sign()


def qr(x):
    q, r = torch.linalg.qr(x)
    sign = r.diagonal(dim1=-2, dim2=-1).sign().detach()
    return q * sign.unsqueeze(-2), r * sign.unsqueeze(-1)


def eigen(x):
    values, vectors = torch.linalg.eigh(symmetric(x))
    return values, vectors * signs(vectors)


def svd(x):
    u, s, vh = torch.linalg.svd(x, full_matrices=False)
    sign = signs(vh.mT if x.shape[-2] >= x.shape[-1] else u)
    return u * sign, s, vh.mT * sign


solve = torch.linalg.solve_triangular
record("cholesky", lambda a: torch.linalg.cholesky(symmetric(a)), definite(5, 5))
record("cholesky", lambda a: torch.linalg.cholesky(symmetric(a)), definite(18, 18))
record("solveLower", lambda a, b: solve(a.tril(), b, upper=False), definite(2, 4, 4), normal(4, 3))
record("solveUpper", lambda a, b: solve(a.triu(), b, upper=True), definite(4, 4), normal(2, 4, 1))
record("solveTransposed", lambda a, b: solve(a.tril().mT, b, upper=True), definite(7, 7), normal(7, 2))
record("solvePositiveDefinite", lambda a, b: torch.linalg.solve(symmetric(a), b), definite(6, 6), normal(6, 2))
record("inversePositiveDefinite", lambda a: torch.linalg.inv(symmetric(a)), definite(3, 4, 4))
record("logDeterminantPositiveDefinite", lambda a: torch.linalg.slogdet(symmetric(a))[1], definite(3, 4, 4))
record("leastSquares", lambda a, b: torch.linalg.lstsq(a, b).solution, normal(7, 3), normal(7, 2))
record("leastSquares", lambda a, b: torch.linalg.solve(a, b), normal(2, 4, 4), normal(2, 4, 1))
record("qr", qr, normal(6, 4))
record("qr", qr, normal(2, 9, 9))
record("symmetricEigen", eigen, normal(5, 5))
record("symmetricEigen", eigen, normal(2, 6, 6))
record("svd", svd, normal(6, 4))
record("svd", svd, normal(2, 3, 5))
record("svd", svd, normal(7, 7))

write(
    "packages/grad/test/fixtures/linearAlgebra.json",
    "linear_algebra.py",
    {"torch": torch.__version__},
    SEED,
    FORMAT,
    cases,
)
