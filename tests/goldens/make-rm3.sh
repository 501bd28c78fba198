#!/bin/sh
# Makes anserini/rm3.jsonl, what RM3 makes of our own queries over our own texts in lucene/, by Anserini 0.39.0's own classes: with its
# defaults, then with 3 terms of 4 documents and an original weight of 0.8. Needs what anserini/anserini.sh needs.
#   sh tests/goldens/make-rm3.sh
set -eu
cd "$(dirname "$0")/anserini"
{
  sh ./anserini.sh ../lucene/collection.tsv ../lucene/queries.tsv 40
  sh ./anserini.sh ../lucene/collection.tsv ../lucene/queries.tsv 40 3 4 0.8
} >rm3.jsonl
