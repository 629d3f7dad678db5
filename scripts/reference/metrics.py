"""Writes packages/metrics/test/fixtures/*.json: the same statistics from numpy and scipy, in float64.

Run with: python3 scripts/reference/metrics.py
Needs numpy and scipy (Debian's python3-numpy 1.24.2 and python3-scipy 1.10.1). Points are drawn on a
grid that float32 holds exactly, so that both sides start from the same numbers.
"""

from itertools import permutations

import numpy as np
import scipy
from scipy import optimize, spatial, stats

from fixture import digits, write

SEED = 20240905
rng = np.random.default_rng(SEED)


def save(name, how_to_read, cases):
    versions = {"numpy": np.__version__, "scipy": scipy.__version__}
    write(f"packages/metrics/test/fixtures/{name}.json", "metrics.py", versions, SEED, how_to_read, cases)


def flat(x):
    return digits(np.asarray(x).ravel().tolist(), 17)


def stored(a):
    return {"rows": a.shape[0], "cols": a.shape[1], "data": flat(a)}


def points(x):
    return {"count": x.shape[0], "dim": x.shape[1], "data": flat(x)}


def grid(*shape):
    return np.round(rng.normal(size=shape) * 64) / 64


def linear_algebra():
    low_rank = grid(6, 2) @ grid(2, 4)
    graded = grid(5, 5) * 10.0 ** -np.arange(0, 10, 2)  # columns over eight decades
    tall, wide = grid(6, 3), grid(3, 5)
    decompositions = []
    for a in (tall, wide, grid(4, 4), low_rank, low_rank.T, graded, grid(1, 4), grid(3, 1)):
        u, values, vt = np.linalg.svd(a, full_matrices=False)
        decompositions.append({"a": stored(a), "u": stored(u), "values": flat(values), "v": stored(vt.T)})
    eigen = []
    for a in (grid(5, 5), grid(3, 3), grid(1, 1)):
        symmetric = a + a.T
        values, vectors = np.linalg.eigh(symmetric)
        descending = {"values": flat(values[::-1]), "vectors": stored(vectors[:, ::-1])}
        eigen.append({"a": stored(symmetric), **descending})
    bases = []
    for a in (tall, grid(4, 4), graded, grid(5, 1)):
        q, r = np.linalg.qr(a)
        bases.append({"a": stored(a), "q": stored(q * np.sign(np.diag(r)))})
    spaces = []
    for x, d in ((grid(6, 9), 2), (grid(6, 4), 4), (low_rank, 2)):
        u = np.linalg.svd(x)[0][:, :d]
        spaces.append({"x": stored(x), "d": d, "projector": stored(u @ u.T)})
    a, b = grid(3, 4), grid(4, 2)
    products = [{"a": stored(a), "b": stored(b), "product": stored(a @ b)}]
    save(
        "linearAlgebra",
        "matrices row by row; columns of u and v and eigenvectors are determined up to sign; q has the "
        "signs that make the diagonal of R positive; projector = u u^T of the d leading left vectors",
        {
            "svd": decompositions,
            "symmetricEigen": eigen,
            "orthonormalBasis": bases,
            "pca": spaces,
            "multiply": products,
        },
    )


def intervals():
    values = grid(9)
    ps = [0, 0.025, 0.1, 0.25, 1 / 3, 0.5, 0.9, 0.975, 1]
    quantiles = [
        {"values": flat(v), "p": p, "quantile": float(np.quantile(v, p))}
        for v in (values, values[:2], values[:1], np.array([2.0, 1, 2, 2, 3]))
        for p in ps
    ]
    means = []
    for n in (2, 3, 4, 5, 6, 20, 31):
        sample = grid(n) + 3
        for level in (0.5, 0.95, 0.999):
            interval = stats.t.interval(level, n - 1, loc=sample.mean(), scale=stats.sem(sample))
            means.append({"values": flat(sample), "level": level, "interval": flat(interval)})
    resamples, level = 40, 0.9
    uniforms = rng.random(resamples * values.size)
    drawn = values[(uniforms.reshape(resamples, -1) * values.size).astype(int)]
    bootstraps = [
        {
            "values": flat(values),
            "uniforms": flat(uniforms),
            "resamples": resamples,
            "level": level,
            "statistic": name,
            "interval": flat(np.quantile(function(drawn, axis=1), [(1 - level) / 2, (1 + level) / 2])),
        }
        for name, function in (("mean", np.mean), ("max", np.max))
    ]
    save(
        "intervals",
        "quantile: numpy's default, linear interpolation; meanInterval: scipy.stats.t.interval; bootstrap: "
        "item floor(u n) for each uniform u in turn, resample after resample",
        {"quantile": quantiles, "meanInterval": means, "bootstrapInterval": bootstraps},
    )


def matching():
    assignments = []
    tied = rng.integers(0, 3, (6, 6)).astype(float)
    for cost in (grid(5, 5), grid(4, 7), grid(8, 8), tied, -abs(grid(3, 3)), grid(1, 1)):
        rows, cols = optimize.linear_sum_assignment(cost)
        assignments.append({"cost": stored(cost), "total": float(cost[rows, cols].sum())})
    accuracies = []
    for n, n_clusters, n_classes in ((20, 3, 3), (15, 4, 2), (15, 2, 4), (6, 1, 3)):
        clusters, classes = rng.integers(0, n_clusters, n), rng.integers(0, n_classes, n)
        names = range(max(n_clusters, n_classes))
        best = max(np.mean(np.array(p)[clusters] == classes) for p in permutations(names))
        accuracies.append({"clusters": flat(clusters), "classes": flat(classes), "accuracy": float(best)})
    save(
        "matching",
        "total = cost of scipy.optimize.linear_sum_assignment; accuracy = best over all permutations",
        {"minimumCostAssignment": assignments, "clusteringAccuracy": accuracies},
    )


def nearest():
    samples, training = grid(12, 11), grid(30, 11) * np.linspace(0.2, 2, 11).round(2)
    training = np.round(training * 64) / 64
    samples[0] = training[7]
    samples[1] = training[3] + 1 / 64
    samples[2] = (training[4] + training[5]) / 2
    distances = spatial.distance.cdist(samples, training)
    order = np.argsort(distances, axis=1, kind="stable")[:, :2]
    two = np.take_along_axis(distances, order, axis=1)
    memorisations = [
        {
            "samples": points(samples),
            "training": points(training),
            "ratio": ratio,
            "distances": flat(two),
            "indices": flat(order),
            "isMemorised": flat((two[:, 0] < ratio * two[:, 1]).astype(int)),
        }
        for ratio in (1 / 3, 0.9)
    ]
    cloud = grid(60, 5)
    t = np.sort(spatial.distance.cdist(cloud, cloud), axis=1)[:, 1:]
    dimensions = []
    for k1, k2 in ((2, 2), (5, 8), (10, 20)):
        ks = range(k1, k2 + 1)
        inverses = [np.mean(np.log(t[:, k - 1 : k] / t[:, : k - 1]), axis=1) for k in ks]
        dimensions.append(
            {
                "points": points(cloud),
                "k1": k1,
                "k2": k2,
                "inverses": float(np.mean([1 / np.mean(inverse) for inverse in inverses])),
                "estimates": float(np.mean([np.mean(1 / inverse) for inverse in inverses])),
            }
        )
    save(
        "nearest",
        "points one after the other; distances and indices of the two nearest training points of each sample; "
        "the Levina-Bickel estimate with inverse estimates averaged, and with estimates averaged",
        {"memorisation": memorisations, "intrinsicDimension": dimensions},
    )


def correlation():
    a = grid(6, 7)
    b = np.round((a + grid(6, 7) * np.linspace(0, 2, 6)[:, None]) * 64) / 64
    b[5] = -2 * a[5] + 3
    of_pair = [stats.pearsonr(x, y)[0] for x, y in zip(a, b)]
    case = {"a": points(a), "b": points(b), "ofPair": flat(of_pair), "mean": float(np.mean(of_pair))}
    save("correlation", "scipy.stats.pearsonr of point i of a and point i of b", [case])


linear_algebra()
intervals()
matching()
nearest()
correlation()
