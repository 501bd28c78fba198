/**
 * BM25 as Lucene computes it (BM25Similarity, Robertson and Zaragoza 2009 without the constant factor k1 + 1), to the last
 * bit: where Lucene has a float, there is a Math.fround.
 *
 *   score(query, document) = Σ over the query's terms of  boost · idf · tf
 *   idf = ln(1 + (N − df + 0.5) / (df + 0.5))             N: documents with terms, df: those with this term
 *   tf  = f / (f + k1 · (1 − b + b · length / average length))
 *
 * tf is rewritten as 1 − 1 / (1 + f · norm) with norm = 1 / (k1 · …), which rounding cannot make fall as f rises.
 */
import { DECODED_LENGTH } from './document-length';

const { fround } = Math;

/** A term's rarity: ln(1 + (N − df + 0.5) / (df + 0.5)). */
export function inverseDocumentFrequency(documentFrequency: number, documents: number): number {
  return fround(Math.log(1 + (documents - documentFrequency + 0.5) / (documentFrequency + 0.5)));
}

/**
 * 1 / (k1 · (1 − b + b · length / average length)) for the length that each byte stands for, `[256]`.
 * @param averageLength mean number of terms of the documents that have any
 */
export function inverseNorms(k1: number, b: number, averageLength: number): Float32Array {
  const [k, c, average] = [fround(k1), fround(b), fround(averageLength)];
  return Float32Array.from(DECODED_LENGTH, (length) => {
    const relative = fround(fround(c * fround(length)) / average);
    return 1 / fround(k * fround(fround(1 - c) + relative));
  });
}

/** 1 + frequency · inverse norm: the higher it is, the more of its weight a term gives. */
export function saturation(frequency: number, inverseNorm: number): number {
  return fround(1 + fround(frequency * inverseNorm));
}

/** A term's part of a score: weight · tf = weight − weight / saturation, where weight = boost · idf. */
export function termScore(weight: number, saturation: number): number {
  return fround(weight - fround(weight / saturation));
}
