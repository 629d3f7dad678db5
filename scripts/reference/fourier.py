"""Writes packages/grad/test/fixtures/fourier.json: Fourier and cosine transforms, from SciPy in float64.

Run with: python3 scripts/reference/fourier.py
Needs numpy and scipy (Debian's python3-scipy 1.10.1).
"""

import numpy
import scipy
from scipy import fft

from fixture import digits, write

SEED = 20261124
FORMAT = "outputs = call(inputs); each is { shape, data } with data in row-major order; n: elements of irfft's result"
generator = numpy.random.default_rng(SEED)
cases = []


def normal(*shape):
    return numpy.round(generator.standard_normal(shape) * 64) / 64


def stored(x):
    return {"shape": list(x.shape), "data": digits(x.flatten().tolist(), 16)}


def record(call, inputs, outputs, **options):
    cases.append(
        {"call": call, "inputs": [*map(stored, inputs)], "outputs": [*map(stored, outputs)], **options}
    )


for shape in ((8,), (2, 7), (3, 1), (2, 2, 30)):
    x = normal(*shape)
    spectrum = fft.rfft(x)
    record("rfft", [x], [spectrum.real, spectrum.imag])
    re, im = normal(*spectrum.shape), normal(*spectrum.shape)
    n = shape[-1]
    record("irfft", [re, im], [fft.irfft(re + 1j * im, n)], n=n)
    record("dct", [x], [fft.dct(x, norm="ortho")])
    record("idct", [x], [fft.idct(x, norm="ortho")])
for shape in ((4, 6), (2, 5, 3)):
    x = normal(*shape)
    spectrum = fft.rfft2(x)
    record("rfft2d", [x], [spectrum.real, spectrum.imag])
    re, im = normal(*spectrum.shape), normal(*spectrum.shape)
    n = shape[-1]
    record("irfft2d", [re, im], [fft.irfft2(re + 1j * im, shape[-2:])], n=n)
    record("dct2d", [x], [fft.dctn(x, axes=(-2, -1), norm="ortho")])
    record("idct2d", [x], [fft.idctn(x, axes=(-2, -1), norm="ortho")])

write(
    "packages/grad/test/fixtures/fourier.json",
    "fourier.py",
    {"numpy": numpy.__version__, "scipy": scipy.__version__},
    SEED,
    FORMAT,
    cases,
)
