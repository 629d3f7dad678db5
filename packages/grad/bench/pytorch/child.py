"""A process of the bench: answers requests, a line of JSON each on stdin, on file descriptor 3.

Reads a program's initial weights and data from a safetensors file, so that it starts from the same numbers
as everybody else. Needs PyTorch and nothing besides.
"""

import importlib
import json
import os
import struct
import sys
import time

import torch

DTYPES = {
    "F32": torch.float32,
    "F64": torch.float64,
    "I32": torch.int32,
    "I64": torch.int64,
    "BOOL": torch.bool,
}


def read_safetensors(path):
    with open(path, "rb") as file:
        (length,) = struct.unpack("<Q", file.read(8))
        header = json.loads(file.read(length))
        data = bytearray(file.read())
    tensors = {}
    for name, entry in header.items():
        if name == "__metadata__":
            continue
        begin, end = entry["data_offsets"]
        flat = torch.frombuffer(data[begin:end], dtype=DTYPES[entry["dtype"]])
        tensors[name] = flat.reshape(entry["shape"]).clone()
    return tensors


def main():
    replies = os.fdopen(3, "w")
    step = None
    for line in sys.stdin:
        request = json.loads(line)
        started = time.perf_counter()
        try:
            if request["op"] == "start":
                torch.set_num_threads(request["threads"])
                program = importlib.import_module(request["program"])
                inputs = read_safetensors(request["inputs"])
                step = program.make(inputs, request["settings"], request["form"])
                losses = [step()]
            else:
                losses = [step() for _ in range(request["steps"])]
            ms = 1000 * (time.perf_counter() - started)
            reply = {"ms": ms, "losses": losses, "version": f"PyTorch {torch.__version__}"}
        except Exception as error:
            reply = {"error": f"{type(error).__name__}: {error}"}
        replies.write(json.dumps(reply) + "\n")
        replies.flush()


main()
