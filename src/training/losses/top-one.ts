/**
 * Each document's chance of being first when labels are logits: softmax over the list, and its logarithm (the top one probability of Cao et al., 2007, section 4.2).
 */
export function topOne(list: readonly number[]): { probabilities: number[]; logarithms: number[] } {
  const largest = Math.max(...list);
  const logSum = Math.log(list.reduce((sum, label) => sum + Math.exp(label - largest), 0));
  const logarithms = list.map((label) => label - largest - logSum);
  return { probabilities: logarithms.map(Math.exp), logarithms };
}
