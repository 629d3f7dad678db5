"""One Adam step of the TopK sparse autoencoder of ../programs/sae.ts.

Forms: `dense` writes the codes out over all latents; `embedding_bag` decodes without; in `sparse` the
gradient of the encoder does without too, by the kernel behind the gradient of embedding_bag.
"""

import torch
import torch.nn.functional as F

K = 32


def dense(values, indices, w_dec, latents):
    codes = values.new_zeros(len(values), latents).scatter(1, indices, values)
    return codes @ w_dec


def bag(values, indices, w_dec, latents):
    return F.embedding_bag(indices, w_dec, per_sample_weights=values, mode="sum")


class SparseEncoder(torch.autograd.Function):
    """The k largest elements of x w^T + b, with gradients for w and b from the pairs alone."""

    @staticmethod
    def forward(ctx, x, w, b):
        values, indices = torch.addmm(b, x, w.T).topk(K)
        ctx.save_for_backward(x, indices)
        ctx.latents = len(w)
        ctx.mark_non_differentiable(indices)
        return values, indices

    @staticmethod
    def backward(ctx, dy, _):
        x, indices = ctx.saved_tensors
        rows = torch.arange(len(x)).repeat_interleave(K)
        sizes = torch.full((len(x),), K)
        dw = torch.ops.aten._embedding_bag_dense_backward(
            x, indices.flatten(), rows, sizes, sizes, ctx.latents, False, 0, dy.flatten()
        )
        db = torch.zeros(ctx.latents).index_add_(0, indices.flatten(), dy.flatten())
        return None, dw, db


def make(inputs, settings, form):
    """The step; it returns the loss."""
    if form not in ("dense", "embedding_bag", "sparse"):
        raise ValueError(f"sae: no form {form}; there are dense, embedding_bag and sparse")
    names = ("wEnc", "bEnc", "wDec", "bDec")
    params = [inputs[f"params.{name}"].requires_grad_() for name in names]
    w_enc, b_enc, w_dec, b_dec = params
    x = inputs["x"]
    optimizer = torch.optim.Adam(params, lr=1e-3)
    decode = dense if form == "dense" else bag

    def step():
        optimizer.zero_grad(set_to_none=True)
        if form == "sparse":
            # So that the gradient of b_dec needs no gradient of x.
            values, indices = SparseEncoder.apply(x, w_enc, b_enc - w_enc @ b_dec)
        else:
            values, indices = torch.addmm(b_enc, x - b_dec, w_enc.T).topk(K)
        y = decode(values.relu(), indices, w_dec, len(w_dec)) + b_dec
        loss = (y - x).square().mean()
        loss.backward()
        optimizer.step()
        return loss.item()

    return step
