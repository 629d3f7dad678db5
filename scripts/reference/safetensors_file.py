"""Writes packages/grad/test/fixtures/safetensors.json: a file as the reference implementation writes it,
and float32 numbers with their nearest 16-bit floats.

Run with: python scripts/reference/safetensors_file.py > packages/grad/test/fixtures/safetensors.json
Needs numpy, ml_dtypes and safetensors.
"""

import base64
import json
import platform
import re

import ml_dtypes
import numpy as np
import safetensors
from safetensors.numpy import save

tensors = {
    "z": np.array([1.5, -2], np.float32),
    "mean": np.array(3.25, np.float64),
    "counts": np.array([[1, -2, 2**40]], np.int64),
    "blocks.0.indices": np.array([[7], [-7]], np.int32),
    "pixels": np.array([0, 255, 3], np.uint8),
    "mask": np.array([True, False]),
    "none": np.zeros((0, 4), np.float32),
    "half": np.array([[1.5, -0.0, 2**-24], [65504, 1 / 3, -np.inf]], np.float16),
    "brain": np.array([1 / 3, -3e38, 1e-40], ml_dtypes.bfloat16),
}

# Ties, the edges of the subnormal and of the finite, and numbers of all sizes.
edges = [0, 2**-25, 1.5 * 2**-25, 3 * 2**-25, 2**-14 - 2**-26, 2**-14, 1 + 2**-11, 1 + 3 * 2**-11,
         1 + 2**-8, 1 + 3 * 2**-8, 2049, 2051, 65519.99, 65520, 1e5, 3.39e38, 3.4e38, 1e-45, np.inf]
drawn = np.random.default_rng(1).standard_normal(200) * 10.0 ** np.linspace(-9, 6, 200)
numbers = np.concatenate([edges, -np.array(edges), drawn]).astype(np.float32)


def bits(half):
    with np.errstate(over="ignore"):
        return numbers.astype(half).view(np.uint16).tolist()

fixture = {
    "script": "scripts/reference/safetensors_file.py",
    "versions": {
        "python": platform.python_version(),
        "numpy": np.__version__,
        "ml_dtypes": ml_dtypes.__version__,
        "safetensors": safetensors.__version__,
    },
    "seed": 1,
    "base64": base64.b64encode(save(tensors, {"format": "np"})).decode(),
    "numbers": numbers.view(np.uint32).tolist(),
    "F16": bits(np.float16),
    "BF16": bits(ml_dtypes.bfloat16),
}
text = json.dumps(fixture, indent=2)
print(re.sub(r"\[\s+([\d,\s]+?)\s+\]", lambda m: "[" + " ".join(m[1].split()) + "]", text))
