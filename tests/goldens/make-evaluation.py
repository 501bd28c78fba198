"""Writes evaluation.json: measures of small rankings as ir_measures and pytrec_eval (trec_eval's own C code) compute them.

    pip install ir-measures==0.4.3 pytrec-eval-terrier==0.5.11 scipy && python make-evaluation.py

The hard cases are written out; the rest is drawn at random. Everything is trec_eval's but for RR@k and Judged@k, which it does
not have: ir_measures' own code orders ties the other way round there, so it is given the ranking in trec_eval's order, without ties.
IPrec is left out where trec_eval 10 rounds the wanted recall to another count of documents than version 9, which runs here.
"""
import json
import os
import random
import struct
from importlib.metadata import version

import ir_measures
from ir_measures import parse_measure
from scipy import stats

HERE = os.path.dirname(os.path.abspath(__file__))

MEASURES = """
nDCG nDCG@1 nDCG@3 nDCG@5 nDCG@10 nDCG@100 nDCG(judged_only=True)@5 nDCG(judged_only=True)@10 nDCG(gains={1:0,2:5})@10
AP AP(rel=2) AP(rel=2)@3 AP@5 AP(judged_only=True) RR RR(rel=2) RR(judged_only=True) RR@2 RR@10 RR(rel=2)@3
P@1 P@5 P@8 P(rel=2)@10 P(judged_only=True)@5 R@3 R@5 R@100 R(rel=2)@5 Rprec Rprec(rel=2)
Success@1 Success(rel=2)@5 Bpref Bpref(rel=2) IPrec@0.0 IPrec@0.1 IPrec@0.5 IPrec@1.0 IPrec(rel=2)@0.3
SetP SetR SetR(rel=2) NumRet NumRet(rel=1) NumRel Judged Judged@1 Judged@3 Judged@10
""".split()

QRELS = {
    "ties": {"a": 1, "c": 2, "e": 0},
    "float32-ties": {"a": 1, "b": 0},
    "utf8-ties": {"\uffee": 1, "é": 2},
    "negative": {"a": -1, "b": 2, "c": 1, "d": 0, "e": -2, "f": -3},
    "only-negative": {"a": -1},
    "unjudged": {"a": 1, "b": 0},
    "nothing-relevant": {"a": 0, "b": 0},
    "none-retrieved": {"y": 1, "z": 2},
    "high-grades": {"a": 1, "b": 4, "c": 10, "d": 3},
    "no-non-relevant": {"a": 1, "b": 2, "c": 1},
    "missing": {"a": 1},
    "missing-too": {"a": 2, "b": 1},
}
RUN = {
    # Same score: trec_eval takes the larger id first, whatever the order of the file.
    "ties": {"a": 1.0, "b": 1.0, "c": 1.0, "d": 1.0, "e": 0.5, "a2": 0.5},
    # Different doubles, one 32-bit float: a tie for trec_eval.
    "float32-ties": {"a": 1.00000000001, "b": 1.0, "c": 16777217.0, "d": 16777216.0},
    # Code units order the other way: U+1F600 is written with surrogates from U+D800.
    "utf8-ties": {"\uffee": 1.0, "\U0001f600": 1.0, "é": 1.0, "z": 1.0},
    "negative": {"a": 5.0, "x": 4.0, "b": 3.0, "e": 2.0, "c": 1.0, "d": 0.5, "f": 0.25},
    "only-negative": {"a": 1.0},
    "unjudged": {"x": -1.0, "y": -2.0, "z": -2.5, "a": -3.0, "b": -1e30},
    "nothing-relevant": {"a": 3.0, "b": 2.0},
    "none-retrieved": {"a": 3.0, "b": 2.0},
    "high-grades": {"d": 4.0, "a": 3.0, "x": 2.5, "c": 2.0, "b": 1.0},
    "no-non-relevant": {"x": 4.0, "a": 3.0, "c": 2.0, "b": 1.0},
    "not-judged-at-all": {"a": 1.0},
}


def draw(seed, queries):
    """Rankings with ties, judgements with unjudged and negative ones, lists shorter and longer than the cutoffs."""
    rng = random.Random(seed)
    for i in range(queries):
        documents = [f"d{n}" for n in range(rng.choice([4, 12, 30]))]
        judged = [d for d in documents if rng.random() < 0.6] or documents[:1]
        retrieved = [d for d in documents if rng.random() < 0.7] or documents[:1]
        QRELS[f"random-{i}"] = {d: rng.choice([-1, 0, 0, 0, 1, 1, 2, 3]) for d in judged}
        RUN[f"random-{i}"] = {d: round(rng.gauss(0, 1), rng.choice([0, 1, 3])) for d in retrieved}


def float32(value):
    return struct.unpack("f", struct.pack("f", value))[0]


def without_ties(ranking):
    ordered = sorted(ranking, key=lambda d: (float32(ranking[d]), d.encode()), reverse=True)
    return {d: float(len(ordered) - i) for i, d in enumerate(ordered)}


def evaluate(run):
    untied = {query: without_ties(ranking) for query, ranking in run.items()}
    values = {}
    for name in MEASURES:
        measure = parse_measure(name)
        if name.startswith("Judged"):
            provider, ranked = ir_measures.judged, untied
        elif measure.NAME == "RR" and "cutoff" in measure.params:
            provider, ranked = ir_measures.msmarco, untied
        else:
            provider, ranked = ir_measures.pytrec_eval, run
        # What the providers say of themselves: judged queries that the run lacks are left to ir_measures, which fills in 0.
        for metric in provider.iter_calc([measure], QRELS, ranked):
            if not name.startswith("IPrec") or same_count(measure, QRELS[metric.query_id].values()):
                values.setdefault(metric.query_id, {})[name] = float(metric.value)
    return values


def same_count(measure, grades):
    wanted = measure["recall"] * sum(grade >= measure["rel"] for grade in grades)
    return int(wanted + 0.9) == int(wanted + 0.5)


def means(values, queries):
    return {
        name: sum(values[q][name] for q in queries) / (1 if name.startswith("Num") else len(queries))
        for name in MEASURES
        if not name.startswith("IPrec")
    }


draw(7, 24)
per_query = evaluate(RUN)
common = [q for q in QRELS if q in RUN]
# trec_eval -c measures an empty ranking for a query that the run lacks: only its relevant documents count.
judged = {
    q: per_query[q] if q in RUN else dict.fromkeys(MEASURES, 0.0) | {"NumRel": sum(g >= 1 for g in QRELS[q].values())}
    for q in QRELS
}
names = {name: str(parse_measure(name)) for name in ["MAP", "MRR@10", "NDCG@5", "Recall@100", "AP(rel=1)", "NumRelRet",
         "RR(rel=2)@10", "nDCG(judged_only=True)@10", "nDCG(dcg='exp-log2')@10", "nDCG(gains={2:5,1:0})@10", "IPrec@0.1"]}

pairs = {}
rng = random.Random(3)
for label, a, b in [
    ("ten", [rng.random() for _ in range(10)], [rng.random() for _ in range(10)]),
    ("far", [0.5 + i / 100 for i in range(43)], [0.1 + ((i * 7) % 43) / 100 for i in range(43)]),
    ("two", [0.2, 0.9], [0.1, 0.3]),
    ("mostly-same", [0.5] * 40 + [0.7], [0.5] * 40 + [0.6]),
]:
    result = stats.ttest_rel(a, b)
    pairs[label] = {"a": a, "b": b, "t": float(result.statistic), "p": float(result.pvalue)}

golden = {
    "reference": f"ir_measures {ir_measures.__version__}, pytrec-eval-terrier {version('pytrec-eval-terrier')}, "
    f"scipy {version('scipy')}",
    "measures": MEASURES,
    "qrels": QRELS,
    "run": RUN,
    "perQuery": {q: per_query[q] for q in common},
    "mean": {"common": means(per_query, common), "judged": means(judged, list(QRELS))},
    "canonical": names,
    "tTests": pairs,
}
with open(os.path.join(HERE, "evaluation.json"), "w", encoding="utf-8") as file:
    json.dump(golden, file, ensure_ascii=True, separators=(",", ":"))
    file.write("\n")
