#!/bin/sh
# Makes what the tests of Lucene's analysis and of BM25 compare with, from our own texts in lucene/, by Lucene 9.12.2
# (LuceneReference.java); and src/text/lucene/word-break-table.ts. Needs a JDK 17+ and mvn.
#   sh tests/goldens/make-lucene.sh
set -eu
cd "$(dirname "$0")/lucene"
reference() { sh ./lucene.sh "$@"; }

reference analyze texts.txt >analysis.json
reference fuzz 500 42 >fuzz.json
reference stem words.txt >stems.txt
reference search collection.tsv queries.tsv 1000 >run.trec

reference classes | awk '
function base36(n, s) {
  do { s = substr("0123456789abcdefghijklmnopqrstuvwxyz", n % 36 + 1, 1) s; n = int(n / 36) } while (n > 0)
  return s
}
BEGIN {
  print "/**"
  print " * The word-break class of every code point, in order, as runs of class and length in base 36 (word-break-classes.ts)."
  print " * Made by tests/goldens/make-lucene.sh from Lucene 9.12.2'"'"'s scanner, whose data are Unicode 12.1'"'"'s; do not edit."
  print " */"
  print "export const WORD_BREAK_RUNS = `"
}
{
  run = base36($1) base36($2)
  if (length(line) + length(run) + 1 > 118) { print line; line = "" }
  line = line (line == "" ? "" : " ") run
}
END { print line; print "`;" }' >../../../src/text/lucene/word-break-table.ts
