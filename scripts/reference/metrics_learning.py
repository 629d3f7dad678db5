"""Writes packages/metrics/test/fixtures/{rankTests,classification,calibration,probes,kMeans,numerics}.json:
the same statistics and estimators from scipy and scikit-learn, in float64.

Run with: python3 scripts/reference/metrics_learning.py
Needs numpy, scipy and scikit-learn (Debian's python3-scipy 1.10.1 and python3-sklearn 1.2.1). Points are
drawn on a grid that float32 holds exactly, so that both sides start from the same numbers.
"""

import warnings

import numpy as np
import scipy
import sklearn
from scipy import integrate, linalg, stats
from sklearn import calibration as sk_calibration
from sklearn import cluster, linear_model, metrics

from fixture import digits, write

SEED = 20240906
rng = np.random.default_rng(SEED)
warnings.simplefilter("error")


def save(name, how_to_read, cases):
    versions = {"numpy": np.__version__, "scipy": scipy.__version__, "scikit-learn": sklearn.__version__}
    path = f"packages/metrics/test/fixtures/{name}.json"
    write(path, "metrics_learning.py", versions, SEED, how_to_read, cases)


def flat(x):
    return digits(np.asarray(x, dtype=float).ravel().tolist(), 17)


def stored(a):
    return {"rows": a.shape[0], "cols": a.shape[1], "data": flat(a)}


def grid(*shape):
    return np.round(rng.normal(size=shape) * 64) / 64


def rank_tests():
    correlated = grid(40)
    lists = [
        (grid(12), grid(12)),
        (correlated, correlated + grid(40) / 4),  # p-values far in the tail
        (grid(33), grid(33)),
        (rng.integers(0, 4, 25), rng.integers(0, 3, 25)),  # ties within and across
        (np.arange(7), np.arange(7)[::-1]),
        (np.array([1, 2, 2, 3]), np.array([1, 2, 2, 3])),
        (np.array([1, 2, 3]), np.array([2, 1, 3])),
        (rng.integers(0, 50, 300), rng.integers(0, 50, 300)),
    ]
    tests = []
    for a, b in lists:
        pearson, kendall = stats.pearsonr(a, b), stats.kendalltau(a, b)
        spearman = stats.spearmanr(a, b)
        tests.append(
            {
                "a": flat(a),
                "b": flat(b),
                "pearson": flat([pearson.statistic, pearson.pvalue, *pearson.confidence_interval(0.9)]),
                "spearman": flat([spearman.correlation, spearman.pvalue]),
                "kendall": flat([kendall.correlation, kendall.pvalue]),
            }
        )
    samples = [(grid(20), grid(30) + 0.5), (rng.integers(0, 4, 15), rng.integers(1, 5, 10)), ([1.0], [1.0, 2.0])]
    mann_whitney = []
    for x, y in samples:
        result = stats.mannwhitneyu(x, y, method="asymptotic")
        mann_whitney.append({"x": flat(x), "y": flat(y), "u": float(result.statistic), "pValue": float(result.pvalue)})
    bca = []
    for name, statistic in (("mean", np.mean), ("variance", np.var)):
        values, resamples, level = np.round(np.exp(grid(12)) * 64) / 64, 150, 0.9
        uniforms = rng.integers(0, 10_000, resamples * values.size) / 10_000
        drawn = values[(uniforms.reshape(resamples, -1) * values.size).astype(int)]
        interval = bca_interval(values, statistic, drawn, level)
        bca.append(
            {
                "values": flat(values),
                "uniforms": flat(uniforms),
                "resamples": resamples,
                "level": level,
                "statistic": name,
                "interval": flat(interval),
            }
        )
    save(
        "rankTests",
        "pearson: r, p, 90% interval; spearman and kendall: correlation, p; mannWhitney: scipy's asymptotic test; "
        "bca: scipy.stats._resampling's interval of the resamples made of item floor(u n) for each uniform u in turn",
        {"correlations": tests, "mannWhitney": mann_whitney, "bca": bca},
    )


def bca_interval(values, statistic, drawn, level):
    """scipy's own BCa arithmetic on resamples that we know."""
    from scipy.stats import _resampling

    results = statistic(drawn, axis=1)
    ends = _resampling._bca_interval(
        (values,), lambda x, axis: statistic(x, axis=axis), axis=-1, alpha=(1 - level) / 2,
        theta_hat_b=results, batch=None,
    )[:2]
    return [np.quantile(results, float(end)) for end in ends]


def classification():
    detections = []
    for n in (30, 12):
        labels, predicted = rng.integers(0, 2, n), rng.integers(0, 2, n)
        detections.append(
            {
                "labels": flat(labels),
                "predicted": flat(predicted),
                "precision": metrics.precision_score(labels, predicted),
                "recall": metrics.recall_score(labels, predicted),
                "f1": metrics.f1_score(labels, predicted),
                "accuracy": metrics.accuracy_score(labels, predicted),
                "balancedAccuracy": metrics.balanced_accuracy_score(labels, predicted),
            }
        )
    labels, predicted = rng.integers(0, 4, 40), rng.integers(0, 4, 40)
    several = {
        "labels": flat(labels),
        "predicted": flat(predicted),
        "accuracy": metrics.accuracy_score(labels, predicted),
        "balancedAccuracy": metrics.balanced_accuracy_score(labels, predicted),
    }
    rankings = []
    for scores in (grid(50), rng.integers(0, 6, 50).astype(float), np.zeros(10), np.arange(8.0)):
        labels = rng.integers(0, 2, scores.size)
        labels[:2] = 0, 1
        false_rates, true_rates, thresholds = metrics.roc_curve(labels, scores, drop_intermediate=False)
        rankings.append(
            {
                "scores": flat(scores),
                "labels": flat(labels),
                "auroc": metrics.roc_auc_score(labels, scores),
                "averagePrecision": metrics.average_precision_score(labels, scores),
                "fpr95": float(false_rates[np.argmax(true_rates >= 0.95)]),
                "falseRates": flat(false_rates),
                "trueRates": flat(true_rates),
                "thresholds": flat(thresholds[1:]),  # scikit-learn 1.2 starts at max + 1, we at infinity
            }
        )
    save(
        "classification",
        "sklearn.metrics; roc_curve with drop_intermediate=False, its thresholds without the first",
        {"detection": detections, "several": [several], "rankings": rankings},
    )


def calibration():
    curves = []
    for confidences in (np.round(rng.random(200), 3), rng.integers(0, 5, 60) / 4):
        outcomes = (rng.random(confidences.size) < confidences**1.5).astype(int)
        for strategy, binning in (("uniform", "equal-width"), ("quantile", "equal-mass")):
            observed, mean = sk_calibration.calibration_curve(outcomes, confidences, n_bins=8, strategy=strategy)
            curves.append(
                {
                    "confidences": flat(confidences),
                    "outcomes": flat(outcomes),
                    "binning": binning,
                    "observed": flat(observed),
                    "mean": flat(mean),
                }
            )
    logits = grid(30, 4)
    probabilities = np.exp(logits) / np.exp(logits).sum(axis=1, keepdims=True)
    labels = rng.integers(0, 4, 30)
    binary = probabilities[:, :2] / probabilities[:, :2].sum(axis=1, keepdims=True)
    sides = labels % 2
    scores = [
        {
            "probabilities": stored(binary),
            "labels": flat(sides),
            "brier": 2 * metrics.brier_score_loss(sides, binary[:, 1]),
            "logLoss": metrics.log_loss(sides, binary),
        },
        {
            "probabilities": stored(probabilities),
            "labels": flat(labels),
            "brier": float(np.mean(np.sum((probabilities - np.eye(4)[labels]) ** 2, axis=1))),
            "logLoss": metrics.log_loss(labels, probabilities),
        },
    ]
    save(
        "calibration",
        "sklearn.calibration.calibration_curve with 8 bins; brier: twice brier_score_loss for two classes, its "
        "definition for four; logLoss: sklearn.metrics.log_loss",
        {"curves": curves, "scores": scores},
    )


def probes():
    ridges = []
    for n, d, outputs in ((20, 4, 1), (15, 30, 3), (40, 6, 2), (6, 6, 1)):
        x = grid(n, d) + 2
        y = np.round((x @ grid(d, outputs) + 3 * grid(n, outputs)) * 64) / 64 - 5
        penalties = [0.01, 1.0, 10.0, 300.0]
        fit = linear_model.RidgeCV(alphas=penalties, store_cv_values=True).fit(x, y)
        errors = fit.cv_values_.reshape(n, outputs, len(penalties)).mean(axis=(0, 1))
        ridges.append(
            {
                "x": stored(x),
                "y": stored(y),
                "penalties": penalties,
                "penalty": float(fit.alpha_),
                "weights": stored(fit.coef_.reshape(outputs, d).T),
                "intercepts": flat(np.atleast_1d(fit.intercept_)),
                "errors": flat(errors),
            }
        )
    logistics = []
    for n, d, classes, penalty in ((60, 3, 3, 1.0), (40, 5, 2, 0.1), (50, 2, 4, 20.0)):
        x = grid(n, d)
        labels = np.argmax(x @ grid(d, classes) + grid(n, classes), axis=1)
        model = linear_model.LogisticRegression(
            C=1 / penalty, multi_class="multinomial", solver="newton-cg", tol=1e-7, max_iter=1000
        )
        if classes == 2:  # one vector w in place of columns -w/2 and w/2
            model = linear_model.LogisticRegression(C=2 / penalty, solver="newton-cg", tol=1e-7, max_iter=1000)
        fit = model.fit(x, labels)
        logistics.append(
            {
                "x": stored(x),
                "labels": flat(labels),
                "penalty": penalty,
                "probabilities": stored(fit.predict_proba(x)),
            }
        )
    save(
        "probes",
        "ridge: sklearn.linear_model.RidgeCV with mean leave-one-out squared errors; logistic: probabilities of "
        "LogisticRegression on its training data, C = 1 / penalty, for two classes 2 / penalty",
        {"ridge": ridges, "logistic": logistics},
    )


def k_means():
    cases = []
    for n, d, k in ((60, 2, 4), (200, 21, 7)):
        points = grid(n, d) + np.round(6 * rng.normal(size=(k, d)))[rng.integers(0, k, n)]
        start = points[:k]
        fit = cluster.KMeans(k, init=start, n_init=1, max_iter=300, tol=0, algorithm="lloyd").fit(points)
        cases.append(
            {
                "dim": d,
                "points": flat(points),
                "start": stored(start),
                "centres": stored(fit.cluster_centers_),
                "clusters": flat(fit.labels_),
                "inertia": float(fit.inertia_),
            }
        )
    save("kMeans", "sklearn.cluster.KMeans from the given start, tol=0, algorithm lloyd", cases)


def numerics():
    angles = []
    base = grid(7, 3)
    tilted = base + 1e-9 * grid(7, 3)
    for a, b in ((grid(6, 2), grid(6, 3)), (base, tilted), (base, base[:, :1]), (np.eye(5)[:, :2], np.eye(5)[:, 3:])):
        angles.append({"a": stored(a), "b": stored(b), "angles": flat(linalg.subspace_angles(a, b)[::-1])})
    odes = {
        "logistic": (lambda t, y: y * (1 - y), [0.01], [0, 1, 2.5, 6, 20]),
        "pendulum": (lambda t, y: [y[1], -np.sin(y[0])], [2.5, 0], [0, 0.3, 4, 9.9]),
        "driven": (lambda t, y: [np.cos(t) - y[0]], [1], [-2, 0, 7]),
    }
    solutions = []
    for name, (f, y0, times) in odes.items():
        exact = integrate.solve_ivp(f, (times[0], times[-1]), y0, method="DOP853", t_eval=times, rtol=1e-13, atol=1e-15)
        rk45 = integrate.solve_ivp(f, (times[0], times[-1]), y0, method="RK45", t_eval=times, rtol=1e-6, atol=1e-9)
        solutions.append(
            {
                "name": name,
                "y0": y0,
                "times": times,
                "values": flat(exact.y.T),
                "error": float(np.abs(rk45.y - exact.y).max()),
                "evaluations": int(rk45.nfev),
            }
        )
    reconstructions = []
    for n, d in ((30, 4), (20, 1)):
        x, xhat = grid(n, d) + 5, None
        xhat = x + grid(n, d) / 2
        r2 = metrics.r2_score(x, xhat, multioutput="variance_weighted")
        reconstructions.append({"dim": d, "x": flat(x), "reconstructed": flat(xhat), "r2": float(r2)})
    save(
        "numerics",
        "angles: scipy.linalg.subspace_angles, smallest first; odes: DOP853 at 1e-13, with the largest error and the "
        "evaluations of RK45 at rtol 1e-6, atol 1e-9; r2: sklearn.metrics.r2_score, variance weighted",
        {"angles": angles, "odes": solutions, "reconstructions": reconstructions},
    )


rank_tests()
classification()
calibration()
probes()
k_means()
numerics()
