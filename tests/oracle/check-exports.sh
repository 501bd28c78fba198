#!/bin/sh
# Exports checkpoints as Hugging Face folders and as ONNX, and checks both against our own scores with Python's transformers, sentence-transformers
# and onnxruntime: tiny BERT, ELECTRA and RoBERTa models with random weights, the demo's model, and what two steps of training without token types
# and with a short input make of it. Any other checkpoint folders may be named.
# Usage: PYTHON=python3 tests/oracle/check-exports.sh [CHECKPOINT …]        (from the project's folder; wasm, a few minutes)
set -eu
python=${PYTHON:-python3}
here=tests/oracle
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
collection=public/demo/collection.tsv
queries=public/demo/queries.test.tsv
studio() { npm run -s headless -- "$@" --profile "$work/profile" --backend wasm >"$work/log" 2>&1 || { cat "$work/log"; exit 1; }; }

"$python" $here/make-tiny-checkpoints.py "$work/models" 2>/dev/null
studio bm25 --collection $collection --queries $queries --depth 5 --out "$work/bm25"
cat >"$work/recipe.yaml" <<YAML
name: trained
objective: CL
model: { base: public/demo/model, maxLength: 40, tokenTypes: false }
data: { collection: $collection, queries: $queries, qrels: public/demo/qrels.test.txt, run: $work/bm25/run.trec }
sampling: { trainSampleSize: 5, trainSampleDepth: 5 }
training: { queriesPerBatch: 2, accumulate: 1, maxSteps: 2, learningRate: 1.0e-3, validateEvery: 0, checkpointEvery: 0 }
YAML
studio train --recipe "$work/recipe.yaml" --out "$work/trained"

for checkpoint in "$work"/models/* public/demo/model "$work"/trained/checkpoints/* "$@"; do
  echo "$(basename "$checkpoint")"
  studio rerank --checkpoint "$checkpoint" --collection $collection --queries $queries --run "$work/bm25/run.trec" --depth 5 --out "$work/out"
  for format in hf onnx; do
    studio export --checkpoint "$checkpoint" --format $format --out "$work/out/$format"
  done
  "$python" $here/load-in-transformers.py "$work/out/hf" $collection $queries "$work/out/run.trec" 2>/dev/null
  "$python" $here/check-onnx.py "$work/out/onnx" $collection $queries "$work/out/run.trec" 2>/dev/null
  rm -rf "$work/out"
done
