#!/usr/bin/env python3
"""Runs an exported experiment in Lightning IR and here, and compares: losses and gradient norms of two optimiser steps of each stage, scores of
the test set, and the scores of Lightning IR's checkpoint after it came back by import; one project also runs in two processes. The experiment
is made of the embedded demo, and nothing of it is random: lists are the first of each ranking, in order, without dropout.

Then Lightning IR's own mono models with random weights are imported, and their scores compared.

Needs lightning-ir 0.0.6 with transformers 4.50 or newer, below 5; run from the project's folder (wasm, some minutes).
Usage: fit-lightning-ir.py [--family bert|electra|roberta …]"""
import argparse
import json
import os
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

# Relative, relative, absolute. After training AdamW has scaled up what float32 leaves of gradients that are 0.
LOSSES, NORMS, SCORES, TRAINED = 1e-4, 1e-3, 1e-4, 1e-3
QUERIES, STEPS = 16, 2
DEMO = Path('public/demo')
HERE = Path(__file__).parent.resolve()


def studio(work, *words):
    command = ['npm', 'run', '-s', 'headless', '--', *words, '--profile', str(work / 'profile'), '--backend', 'wasm']
    done = subprocess.run(command, capture_output=True, text=True)
    if done.returncode:
        raise SystemExit(f'{" ".join(command)}\n{done.stderr}')


def write_data(work):
    """The demo's first training queries by id: Lightning IR takes queries in that order."""
    queries = sorted((DEMO / 'queries.train.tsv').read_text().splitlines())[:QUERIES]
    ids = [line.split('\t')[0] for line in queries]
    (work / 'queries.tsv').write_text(''.join(f'{line}\n' for line in queries))
    qrels = (DEMO / 'qrels.train.txt').read_text().splitlines()
    (work / 'qrels.txt').write_text(''.join(f'{line}\n' for line in qrels if line.split()[0] in ids))
    orders = json.loads((DEMO / 'teacher.permutations.json').read_text())
    lists = [json.loads(line) for line in (DEMO / 'teacher.retrieved.jsonl').read_text().splitlines()]
    both = {entry['query_id']: (order, entry) for order, entry in zip(orders, lists, strict=True)}
    (work / 'orders.json').write_text(json.dumps([both[query][0] for query in ids]))
    (work / 'lists.jsonl').write_text(''.join(json.dumps(both[query][1]) + '\n' for query in ids))


def write_recipe(work, name, model, losses, head):
    collection = (DEMO / 'collection.tsv').resolve()
    data = f'collection: {collection}, queries: queries.tsv'
    bm25 = 'run: { bm25: { k1: 0.9, b: 0.4, depth: 50 } }'
    path = work / f'{name}.yaml'
    path.write_text(f"""
name: {name}
model: {{ base: {model}, maxLength: 64, dropout: 0{', head: new' if head else ''} }}
sampling: {{ relevant: full_first, trainSampleSize: 8, trainSampleDepth: 50, shuffleDocs: false, shuffleQueries: false }}
training: {{ queriesPerBatch: 2, accumulate: 2, maxSteps: {STEPS}, maxEpochs: 0, schedule: linear, precision: f32, clipNorm: 0.5 }}
stages:
  - objective: CL
    data: {{ {data}, qrels: qrels.txt, {bm25} }}
    training: {{ loss: {losses[0]}, learningRate: 4.0e-4, validateEvery: 0, checkpointEvery: 0 }}
  - objective: KD
    data: {{ {data}, run: {{ rankgpt: {{ permutations: orders.json, retrieved: lists.jsonl }} }} }}
    sampling: {{ trainSampleDepth: -1 }}
    training: {{ loss: {losses[1]}, learningRate: 2.0e-4, validateEvery: 0, checkpointEvery: 0 }}
evaluation:
  depth: 20
  measures: [nDCG@10, AP]
  testSets: [{{ name: test, {data}, qrels: qrels.txt, {bm25} }}]
""")
    return path


def fit(config):
    """`lightning-ir fit --config CONFIG` in this process: → loss of every batch, gradient norm of every update before clipping."""
    import torch
    from lightning.pytorch.callbacks import Callback
    from lightning_ir.main import LightningIRCLI, LightningIRTrainer

    class Recorder(Callback):
        losses, norms = [], []

        def on_train_batch_end(self, trainer, module, outputs, batch, batch_idx):
            # Lightning has divided the loss by the batches of an update.
            self.losses.append(outputs['loss'].item() * trainer.accumulate_grad_batches)

        def on_before_optimizer_step(self, trainer, module, optimizer):
            gradients = [p.grad.norm() for p in module.parameters() if p.grad is not None]
            self.norms.append(torch.stack(gradients).norm().item())

    recorder = Recorder()
    LightningIRCLI(
        trainer_class=LightningIRTrainer,
        save_config_callback=None,
        trainer_defaults={'callbacks': [recorder]},
        args=['fit', '--config', config, '--trainer.accelerator', 'cpu', '--trainer.enable_progress_bar', 'false'],
    )
    return recorder.losses, recorder.norms


def fit_apart(project, config):
    """`fit` in a process of its own: Lightning IR registers data sets for the life of one."""
    command = [sys.executable, str(HERE / Path(__file__).name), '--fit', config]
    done = subprocess.run(command, cwd=project, capture_output=True, text=True, env={**os.environ, 'PYTHONPATH': '.'})
    if done.returncode:
        raise SystemExit(done.stdout + done.stderr)
    return json.loads(done.stdout.splitlines()[-1])


def read_run(path):
    lines = [line.split() for line in Path(path).read_text().splitlines()]
    return {(line[0], line[2]): float(line[4]) for line in lines}


def compare_scores(what, ours, theirs, tolerance=SCORES):
    assert ours.keys() == theirs.keys() and ours, (len(ours), len(theirs))
    difference = max(abs(ours[pair] - theirs[pair]) for pair in ours)
    print(f'  {what}: {len(ours)} pairs, largest difference {difference:.2g}')
    assert difference <= tolerance, f'expected at most {tolerance}'


def check_experiment(work, family, model, losses, head):
    name = f'{family}-{"-".join(losses)}'.lower()
    recipe, project, ours = write_recipe(work, name, model, losses, head), work / name, work / f'{name}-ours'
    print(f'{family}: {losses[0]}, then {losses[1]}')
    studio(work, 'export', '--format', 'lightning-ir', '--recipe', str(recipe), '--out', str(project))
    studio(work, 'run', '--recipe', str(recipe), '--out', str(ours))
    log = [json.loads(line) for line in (ours / 'log.jsonl').read_text().splitlines()]
    for index, config in enumerate(['1-cl.yaml', '2-kd.yaml']):
        batch_losses, norms = fit_apart(project, config)
        every = len(batch_losses) // len(norms)
        theirs = [sum(batch_losses[i * every : (i + 1) * every]) / every for i in range(len(norms))]
        steps = log[index * STEPS : (index + 1) * STEPS]
        assert len(steps) == len(theirs) == STEPS
        loss = max(abs(s['loss'] - t) / abs(t) for s, t in zip(steps, theirs))
        norm = max(abs(s['gradNorm'] - t) / t for s, t in zip(steps, norms))
        print(f'  {config}: losses {[round(t, 5) for t in theirs]}, largest relative difference {loss:.2g}; of the gradient norm {norm:.2g}')
        assert loss <= LOSSES and norm <= NORMS

    command = [str(Path(sys.executable).parent / 'lightning-ir'), 're_rank', '--config', 're-rank.yaml', '--trainer.accelerator', 'cpu']
    done = subprocess.run(command, cwd=project, capture_output=True, text=True)
    if done.returncode:
        raise SystemExit(done.stdout + done.stderr)
    run = project / 'runs' / 're-ranked' / 'studio-test-test.run'
    report = (ours / 'runs').glob('test.cl-kd*.trec')
    theirs = read_run(run)
    compare_scores('our checkpoint and theirs', read_run(next(report)), theirs, TRAINED)

    check_import(work, 'their checkpoint, imported', (project / trained_weights('2-kd')).parent, run)
    if family == 'roberta':
        check_processes(project)


def check_processes(project):
    """Two processes write one checkpoint: Lightning IR alone waits for ever there, and builds the documents' store twice."""
    copy = project.with_name(f'{project.name}-processes')
    shutil.copytree(project, copy, ignore=shutil.ignore_patterns('runs', '*.pklz4'))
    command = [str(Path(sys.executable).parent / 'lightning-ir'), 'fit', '--config', '1-cl.yaml']
    command += ['--trainer.accelerator', 'cpu', '--trainer.devices', '2', '--trainer.strategy', 'ddp']
    done = subprocess.run(command, cwd=copy, capture_output=True, text=True, timeout=300)
    built = done.stderr.count('[starting] building docstore')
    if done.returncode or built != 1 or not (copy / trained_weights('1-cl')).exists():
        raise SystemExit(f'{done.stdout}{done.stderr}\ntwo processes: {built} stores built')
    print('  two processes: one checkpoint, documents stored once')


def trained_weights(stage):
    return Path('runs') / stage / 'huggingface_checkpoint' / 'model.safetensors'


def check_import(work, what, checkpoint, run):
    """Scores of a checkpoint of Lightning IR here against a run of the same pairs that it made there."""
    trec = work / 'pairs.trec'
    trec.write_text(run.read_text().replace('\t', ' '))
    out = work / 'back'
    texts = ['--collection', str(DEMO / 'collection.tsv'), '--queries', str(work / 'queries.tsv')]
    studio(work, 'rerank', '--checkpoint', str(checkpoint), *texts, '--run', str(trec), '--out', str(out))
    compare_scores(what, read_run(out / 'run.trec'), read_run(run))


def check_mono(work, models):
    """MonoModel with the heads that this studio can run: bert_pool for BERT and RoBERTa, the linear one for ELECTRA."""
    import torch
    from lightning_ir import CrossEncoderModule
    from lightning_ir.models import MonoConfig

    texts = dict(line.split('\t', 1) for line in (DEMO / 'collection.tsv').read_text().splitlines())
    queries = dict(line.split('\t', 1) for line in (work / 'queries.tsv').read_text().splitlines())
    for family in ['bert', 'electra', 'roberta']:
        for bias in [True, False]:
            torch.manual_seed(1)
            pooling = 'first' if family == 'electra' else 'bert_pool'
            config = MonoConfig(query_length=None, doc_length=None, pooling_strategy=pooling, linear_bias=bias)
            module = CrossEncoderModule(str(models / family), config=config)
            if bias:
                torch.nn.init.normal_(module.model.linear.bias)
            module.tokenizer.model_max_length = 256
            folder = work / f'mono-{family}-{bias}'
            module.save_pretrained(folder)
            lines = []
            for query, text in queries.items():
                documents = list(texts)[:5]
                scores = module.score(text, [texts[document] for document in documents]).scores
                ranked = sorted(zip(scores.tolist(), documents), reverse=True)
                lines += [f'{query} Q0 {document} {rank} {score} mono\n' for rank, (score, document) in enumerate(ranked, 1)]
            run = work / f'mono-{family}-{bias}.run'
            run.write_text(''.join(lines))
            check_import(work, f'mono {family}, {pooling}, {"bias" if bias else "no bias"}, imported', folder, run)


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument('--family', nargs='*', default=['bert', 'electra', 'roberta'])
    parser.add_argument('--fit')
    options = parser.parse_args()
    if options.fit:
        print(json.dumps(fit(options.fit)))
        return
    with tempfile.TemporaryDirectory() as folder:
        work = Path(folder)
        write_data(work)
        models = work / 'models'
        subprocess.run([sys.executable, str(HERE / 'make-tiny-checkpoints.py'), str(models)], check=True, capture_output=True)
        demo = (DEMO / 'model').resolve()
        for family, model, losses, head in [
            ('bert', demo, ['LocalizedContrastive', 'WeightedRankNet'], True),
            ('bert', demo, ['MarginMSE', 'KLDivergence'], False),
            ('electra', models / 'electra', ['LocalizedContrastive', 'RankNet'], False),
            ('roberta', models / 'roberta', ['RankNet', 'WeightedRankNet'], True),
        ]:
            if family in options.family:
                check_experiment(work, family, model, losses, head)
        check_mono(work, models)


main()
