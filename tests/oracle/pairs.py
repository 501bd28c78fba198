"""The (query, document, score) triples of a run of ours with their texts: what the checks of exported checkpoints compare with."""
import gzip


def opened(path):
    return (gzip.open if path.endswith('.gz') else open)(path, 'rt', encoding='utf8', newline='\n')


def texts(path, wanted):
    """Texts of a TSV by id; a title is joined by one space."""
    found = {}
    for line in opened(path):
        identifier, *rest = line.rstrip('\n').split('\t')
        if identifier in wanted:
            found[identifier] = ' '.join(part for part in rest if part)
    return found


def read_pairs(collection, queries, run):
    """→ [(query text, document text)], [score]"""
    lines = [line.split() for line in opened(run)]
    asked, documents = texts(queries, {line[0] for line in lines}), texts(collection, {line[2] for line in lines})
    return [(asked[line[0]], documents[line[2]]) for line in lines], [float(line[4]) for line in lines]


TOLERANCE = 1e-4


def compare(name, scores, expected):
    """Prints the largest difference; stops when it is over the tolerance."""
    difference = max(abs(float(a) - b) for a, b in zip(scores, expected, strict=True))
    print(f'{name}: {len(expected)} pairs, scores {min(expected):.3g} to {max(expected):.3g}, largest difference {difference:.2g}')
    assert difference <= TOLERANCE, f'expected at most {TOLERANCE}'
