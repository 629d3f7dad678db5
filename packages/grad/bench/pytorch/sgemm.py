"""One product of two square matrices in float32: ../programs/sgemm.ts."""


def make(inputs, settings, form):
    """The product; its first element is what a step returns."""
    if form != "plain":
        raise ValueError(f"sgemm: no form {form}; there is only plain")
    a, b = inputs["a"], inputs["b"]

    def step():
        return (a @ b)[0, 0].item()

    return step
