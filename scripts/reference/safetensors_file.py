"""Writes packages/grad/test/fixtures/safetensors.json: a file as the reference implementation writes it.

Run with: python scripts/reference/safetensors_file.py > packages/grad/test/fixtures/safetensors.json
Needs numpy and safetensors.
"""

import base64
import json
import platform

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
}
fixture = {
    "script": "scripts/reference/safetensors_file.py",
    "versions": {
        "python": platform.python_version(),
        "numpy": np.__version__,
        "safetensors": safetensors.__version__,
    },
    "base64": base64.b64encode(save(tensors, {"format": "np"})).decode(),
}
print(json.dumps(fixture, indent=2))
