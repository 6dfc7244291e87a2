# SPDX-License-Identifier: Apache-2.0
import numpy as np
import pytest

import spinflow as sf

sklearn = pytest.importorskip("sklearn")
from sklearn.base import clone  # noqa: E402
from sklearn.utils.estimator_checks import check_estimator  # noqa: E402


pytestmark = pytest.mark.filterwarnings("ignore:Estimator .* does not inherit")


class Signs(sf.RBM):
    """Takes any numbers by their signs, so that the checks' data are spins; what is not finite or no
    number it hands on as it is."""

    def _spins(self, X):
        if hasattr(X, "columns") or hasattr(X, "toarray"):
            return X
        array = np.asarray(X)
        if array.dtype.kind not in "iuf" or array.ndim != 2 or array.size == 0 or not np.isfinite(array).all():
            return X
        return np.where(array > 0, 1, -1)

    def fit(self, X, y=None):
        return super().fit(self._spins(X), y)

    def partial_fit(self, X, y=None):
        return super().partial_fit(self._spins(X), y)

    def transform(self, X):
        return super().transform(self._spins(X))

    def score_samples(self, X):
        return super().score_samples(self._spins(X))


OBJECTS = "arrays of objects are refused: a spin is a number"
NOT_FOR_US = {
    "check_dtype_object": OBJECTS,
    "check_do_not_raise_errors_in_init_or_set_params": "a misspelt option is refused where it is given",
}


def failures(estimator, expected):
    found = check_estimator(estimator, expected_failed_checks=expected, on_fail=None, on_skip=None)
    return {one["check_name"]: one["exception"] for one in found if one["status"] == "failed"}


def test_checks_of_an_estimator():
    assert failures(Signs(n_components=2, epochs=1), NOT_FOR_US) == {}


def test_sf_rbm_fails_only_where_the_data_are_no_spins():
    expected = NOT_FOR_US | {"check_positive_only_tag_during_fit": "its data are positive and negative numbers, no spins"}
    for name, error in failures(sf.RBM(n_components=2, epochs=1), expected).items():
        assert "give spins as -1 and 1, or as 0 and 1" in str(error), name


def test_pipeline_and_grid(data):
    from sklearn.linear_model import LogisticRegression
    from sklearn.model_selection import GridSearchCV
    from sklearn.pipeline import make_pipeline

    X = data.spins.reshape(len(data), -1)
    y = data.magnetization > 0
    pipe = make_pipeline(sf.RBM(n_components=16, epochs=3, learning_rate=0.05), LogisticRegression(max_iter=500))
    grid = GridSearchCV(pipe, {"rbm__n_components": [2, 16]}, cv=2).fit(X, y)
    assert grid.best_score_ > 0.8
    search = GridSearchCV(sf.RBM(method="pcd", epochs=1), {"chains": [10, 50], "n_components": [3]}, cv=2).fit(X)
    assert search.best_estimator_.components_.shape == (3, 36) and search.best_params_["chains"] in (10, 50)


def test_clone_and_params():
    rbm = sf.RBM(n_components=3, method="pt", replicas=4)
    assert clone(rbm).get_params() == rbm.get_params() and rbm.get_params()["replicas"] == 4
    assert repr(rbm) == "RBM(n_components=3, method='pt', replicas=4)"
    with pytest.raises(ValueError, match="did you mean 'momentum'"):
        rbm.set_params(momentun=0.5)
