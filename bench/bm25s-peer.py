#!/usr/bin/env python3
"""bm25s with numba as a peer of the BM25 benches: python3 bm25s-peer.py COLLECTION QUERIES DEPTH
Answers each line `index` or `search` of stdin with the milliseconds it took. Needs: pip install bm25s numba PyStemmer.
One thread. What it takes to cut queries into words is not counted; a batch of all queries is searched at once."""
import contextlib, gzip, io, sys, time

import bm25s
import Stemmer


def texts(path):
    with (gzip.open if path.endswith('.gz') else open)(path, 'rt', encoding='utf8', newline='\n') as lines:
        return [' '.join(part for part in line.rstrip('\n').split('\t')[1:] if part) for line in lines if line != '\n']


collection, queries, depth = texts(sys.argv[1]), texts(sys.argv[2]), int(sys.argv[3])
stemmer = Stemmer.Stemmer('porter')
words = lambda all: bm25s.tokenize(all, stopwords='en', stemmer=stemmer, show_progress=False)
retriever = None

for command in sys.stdin:
    with contextlib.redirect_stdout(io.StringIO()):
        if command == 'index\n':
            start = time.perf_counter()
            retriever = bm25s.BM25(method='lucene', k1=0.9, b=0.4, backend='numba')
            retriever.index(words(collection), show_progress=False)
        else:
            asked = words(queries)
            start = time.perf_counter()
            retriever.retrieve(asked, k=depth, n_threads=1, show_progress=False)
        milliseconds = (time.perf_counter() - start) * 1000
    print(milliseconds, flush=True)
