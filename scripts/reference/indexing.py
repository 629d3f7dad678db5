"""Writes packages/grad/test/fixtures/indexing.json: values and gradients of operations on shapes and indices,
and of einsum, from PyTorch in float64.

Run with: python3 scripts/reference/indexing.py
Needs torch (Debian's python3-torch 1.13.1). float32 holds all inputs exactly, so that an engine in float32
starts from the same numbers. A case of several outputs has a cotangent for each floating-point one.
"""

import torch
import torch.nn.functional as F

from fixture import digits, write

SEED = 20240903
FORMAT = (
    "outputs = call(inputs, args); grads[i] = gradient of sum(output * dy) over the outputs by inputs[i], "
    "null for integers and booleans, as are their dys; data in row-major order"
)
generator = torch.Generator().manual_seed(SEED)
cases = []


def normal(*shape):
    return (torch.randn(shape, generator=generator, dtype=torch.float64) * 64).round() / 64


def distinct(*shape):
    """Numbers at least 1/4 apart, so that their order is beyond doubt."""
    count = torch.Size(shape).numel()
    return (torch.randperm(count, generator=generator).double() / 4 - count / 8).reshape(shape)


def whole(*values):
    return torch.tensor(values, dtype=torch.int64)


def drawn(size, *shape):
    """Indices below size."""
    return torch.randint(size, shape, generator=generator)


def record(call, compute, inputs, **args):
    """Appends the case: outputs, random cotangents and the gradient of each float input."""
    inputs = [x.clone().requires_grad_(x.is_floating_point()) for x in inputs]
    result = compute(*inputs)
    outputs = list(result) if isinstance(result, (tuple, list)) else [result]
    dys = [normal(*y.shape) if y.is_floating_point() else None for y in outputs]
    floats = [x for x in inputs if x.requires_grad]
    loss = sum((y * dy).sum() for y, dy in zip(outputs, dys) if dy is not None)
    isLinked = isinstance(loss, torch.Tensor) and loss.requires_grad
    grads = iter(torch.autograd.grad(loss, floats) if isLinked else [torch.zeros_like(x) for x in floats])
    cases.append(
        {
            "call": call,
            "args": args,
            "inputs": [stored(x) for x in inputs],
            "outputs": [stored(y) for y in outputs],
            "dys": [dy if dy is None else stored(dy) for dy in dys],
            "grads": [stored(next(grads)) if x.requires_grad else None for x in inputs],
        }
    )


def stored(x):
    dtype = str(x.dtype).removeprefix("torch.")
    return {"dtype": dtype, "shape": list(x.shape), "data": digits(x.detach().flatten().tolist(), 16)}


# Choosing and placing by index.
for shape, axis, count in [([4, 3], 0, [5]), ([2, 5, 3], 1, [2, 4]), ([2, 3], -1, [7])]:
    index = drawn(shape[axis], *count)
    record(
        "gather",
        lambda x: x.index_select(axis, index.flatten()).unflatten(axis, index.shape),
        [normal(*shape)],
        indices=index.tolist(),
        axis=axis,
    )
for shape, axis, size in [([2, 3], 1, 6), ([4, 2, 3], 0, 2), ([3, 1, 4], -1, 4), ([5], 0, 9)]:
    index = drawn(shape[axis], *[size if i == axis % len(shape) else n for i, n in enumerate(shape)])
    args = {"indices": index.tolist(), "axis": axis}
    record("takeAlongAxis", lambda x: x.gather(axis, index), [normal(*shape)], **args)
    record("addAlongAxis", lambda x, v: x.scatter_add(axis, index, v), [normal(*shape), normal(*index.shape)], **args)
# Indices of each line differ: which of equal ones wins is not defined in PyTorch.
for shape, axis, size in [([3, 5], 1, 3), ([4, 2], 0, 4), ([6], 0, 1)]:
    full = torch.rand(shape, generator=generator).argsort(axis)
    index = full.narrow(axis, 0, size)
    record(
        "putAlongAxis",
        lambda x, v: x.scatter(axis, index, v),
        [normal(*shape), normal(*index.shape)],
        indices=index.tolist(),
        axis=axis,
    )
for rows, count in [(5, [3, 4]), (150, [40])]:
    index = drawn(rows, *count)
    record("embedding", lambda t: F.embedding(index, t), [normal(rows, 2)], indices=index.tolist())

# Parts, joins and orders of axes.
record("slice", lambda x: x[:, 1:6:2], [normal(2, 7)], axis=1, start=1, end=6, step=2)
record("slice", lambda x: x[2::3], [normal(9, 2)], axis=0, start=2, step=3)
record("slice", lambda x: x[-5:-1], [normal(8)], axis=0, start=-5, end=-1)
record("slice", lambda x: x.flip(1)[:, ::2], [normal(2, 6, 2)], axis=1, step=-2)
record("slice", lambda x: x[2:6].flip(0), [normal(8)], axis=0, start=5, end=1, step=-1)
record("splitAxis", lambda x: x.split([1, 3, 2], 1), [normal(2, 6)], parts=[1, 3, 2], axis=1)
record("splitAxis", lambda x: x.chunk(3, 0), [normal(6, 2)], parts=3, axis=0)
record("unstack", lambda x: x.unbind(1), [normal(2, 3, 2)], axis=1)
record("stack", lambda *parts: torch.stack(parts, 1), [normal(2, 3) for _ in range(3)], axis=1)
record("stack", lambda *parts: torch.stack(parts, -1), [normal(2) for _ in range(2)], axis=-1)
record("flip", lambda x: x.flip(0, 2), [normal(2, 3, 4)], axes=[0, 2])
record("flip", lambda x: x.flip(0, 1), [normal(3, 1)])
for shift, axis in [(2, 1), (-1, 0), (9, 1)]:
    record("roll", lambda x: x.roll(shift, axis), [normal(3, 4)], shift=shift, axis=axis)
record("tile", lambda x: x.repeat(2, 3), [normal(2, 3)], counts=[2, 3])
record("tile", lambda x: x.repeat(1, 2, 1), [normal(2, 1, 3)], counts=[1, 2, 1])
record("repeat", lambda x: x.repeat_interleave(3, 0), [normal(2, 2)], count=3, axis=0)
record("repeat", lambda x: x.repeat_interleave(2, -1), [normal(2, 3)], count=2, axis=-1)
record("flatten", lambda x: x.flatten(1, 2), [normal(2, 3, 4, 2)], start=1, end=2)
record("flatten", lambda x: x.flatten(), [normal()], start=0, end=-1)
record("squeeze", lambda x: x.squeeze(), [normal(1, 3, 1)])
record("squeeze", lambda x: x.squeeze(-1), [normal(1, 3, 1)], axes=-1)
record("unsqueeze", lambda x: x.unsqueeze(-1), [normal(2, 3)], axis=-1)
record("unsqueeze", lambda x: x.unsqueeze(1), [normal(2, 3)], axis=1)

# Diagonals and triangles.
for shape, offset, axes in [([3, 3], 0, [0, 1]), ([2, 3, 5], 1, [1, 2]), ([4, 2, 3], -2, [0, 2]), ([3, 2, 4], 1, [2, 0])]:
    record("diagonal", lambda x: x.diagonal(offset, *axes), [normal(*shape)], offset=offset, axes=axes)
for offset in (0, 2, -1):
    record("diagonalEmbed", lambda x: torch.diag_embed(x, offset), [normal(2, 3)], offset=offset)
    record("tril", lambda x: x.tril(offset), [normal(2, 3, 4)], offset=offset)
    record("triu", lambda x: x.triu(offset), [normal(4, 3)], offset=offset)

# Padding.
for mode, before, after in [("reflect", 2, 1), ("reflect", 0, 3), ("replicate", 2, 5), ("circular", 4, 1), ("circular", 0, 2)]:
    record("pad", lambda x: F.pad(x, (before, after), mode=mode), [normal(2, 3, 4)], axis=-1, before=before, after=after, mode=mode)
record("pad", lambda x: F.pad(x, (0, 0, 1, 2), mode="reflect"), [normal(2, 1, 3, 2)], axis=2, before=1, after=2, mode="reflect")
record("pad", lambda x: F.pad(x, (1, 2), value=-1.5), [normal(2, 3)], axis=1, before=1, after=2, value=-1.5)

# Running sums.
for axis in (0, 1):
    record("cumsum", lambda x: x.cumsum(axis) - x, [normal(3, 4)], axis=axis, exclusive=True)
    record("cumsum", lambda x: x.flip(axis).cumsum(axis).flip(axis), [normal(3, 4)], axis=axis, reverse=True)
    record(
        "cumsum",
        lambda x: x.flip(axis).cumsum(axis).flip(axis) - x,
        [normal(3, 4)],
        axis=axis,
        exclusive=True,
        reverse=True,
    )

# Orders. Ties of `stable` keep their order; torch.topk does not say.
tied = (normal(3, 16) * 1.5).round()
for descending in (False, True):
    for axis in (0, 1):
        record("sort", lambda x: x.sort(axis, descending), [distinct(4, 5)], axis=axis, descending=descending)
    record("sort", lambda x: x.sort(stable=True, dim=1, descending=descending), [tied], axis=1, descending=descending)
for k, axis, largest in [(2, 1, True), (1, 0, True), (3, 1, False)]:
    record("topK", lambda x: x.topk(k, axis, largest), [distinct(3, 5)], k=k, axis=axis, largest=largest)
rows = torch.tensor([[-1, 0, 0, 0, 2], [1, 1, 3, 5, 5]], dtype=torch.float64)
values = torch.tensor([[-2, -1, 0, 1, 2, 3], [1, 0, 5, 6, 4, 3]], dtype=torch.float64)
for side in ("left", "right"):
    record("searchSorted", lambda s, v: torch.searchsorted(s, v, side=side), [rows, values], side=side)
    record("searchSorted", lambda s, v: torch.searchsorted(s, v, side=side), [rows[0], normal(2, 2, 3)], side=side)

# Products in all combinations of ranks.
for a, b in [
    ([3], [3]),
    ([3], [3, 2]),
    ([2, 3], [3]),
    ([3], [2, 3, 4]),
    ([2, 4, 3], [3]),
    ([2, 1, 4, 3], [3]),
    ([2, 3], [4, 3, 2]),
    ([4, 2, 3], [3, 2]),
    ([2, 1, 2, 3], [4, 3, 1]),
    ([1], [1]),
]:
    record("matmul", torch.matmul, [normal(*a), normal(*b)])

# Einstein's convention.
for equation, *shapes in [
    ("ij,jk->ik", [2, 3], [3, 4]),
    ("ij,jk", [2, 3], [3, 4]),
    ("ij,kj->ik", [2, 3], [4, 3]),
    ("ji,jk->ik", [3, 2], [3, 4]),
    ("ij,jk->ki", [2, 3], [3, 4]),
    ("bij,bjk->bik", [2, 3, 4], [2, 4, 2]),
    ("bhqd,bhkd->bhqk", [2, 2, 3, 4], [2, 2, 5, 4]),
    ("bqhd,bkhd->bhqk", [2, 3, 2, 4], [2, 5, 2, 4]),
    ("bhqk,bkhd->bqhd", [2, 2, 3, 5], [2, 5, 2, 4]),
    ("...ij,...jk->...ik", [2, 3, 4], [4, 2]),
    ("...ij,...jk->...ik", [2, 1, 3, 4], [3, 4, 2]),
    ("...ij,...jk", [3, 1, 4], [1, 4, 2]),
    ("i...,i...->...", [3, 2, 1], [3, 4]),
    ("...d,d->...", [2, 3, 4], [4]),
    ("...,...->...", [2, 1], [3]),
    ("...i->...", [2, 3, 4]),
    ("ii", [3, 3]),
    ("ii->i", [3, 3]),
    ("ijj->i", [2, 3, 3]),
    ("iij->ji", [3, 3, 2]),
    ("iii->i", [2, 2, 2]),
    ("...ii->...i", [2, 3, 3]),
    ("ij->ji", [2, 3]),
    ("ij->", [2, 3]),
    ("ij->j", [2, 3]),
    ("bca", [2, 3, 4]),
    ("i,j->ij", [2], [3]),
    ("i,j->ji", [2], [3]),
    ("i,i->", [3], [3]),
    ("i,i->i", [3], [3]),
    ("i,->i", [3], []),
    (",", [], []),
    ("ij,ij->ij", [2, 3], [2, 3]),
    ("ij,ij->i", [2, 3], [2, 3]),
    ("ij,ji->", [2, 3], [3, 2]),
    ("ij,k->i", [2, 3], [4]),
    ("ii,ij->j", [3, 3], [3, 2]),
    ("bn,anm,bm->ba", [2, 3], [4, 3, 2], [2, 2]),
    ("i,ij,j->", [2], [2, 3], [3]),
    ("ab,bc,cd,de->ae", [2, 3], [3, 2], [2, 4], [4, 2]),
    ("pqrs,tuqvr->pstuv", [2, 3, 4, 2], [2, 1, 3, 2, 4]),
    ("aB,Bc", [2, 3], [3, 2]),
    ("bik,bjk,bk->bij", [2, 3, 4], [2, 2, 4], [2, 4]),
    ("b i j , b j k -> b i k", [1, 2, 3], [1, 3, 1]),
]:
    record("einsum", lambda *xs: torch.einsum(equation, *xs), [normal(*s) for s in shapes], equation=equation)

write(
    "packages/grad/test/fixtures/indexing.json",
    "indexing.py",
    {"torch": f"{torch.__version__} (Debian 1.13.1)"},
    SEED,
    FORMAT,
    cases,
)
