/**
 * The best documents of a search: a binary heap with the worst of them on top. Documents are offered in the order of the
 * index, and of equal scores the first one ranks higher.
 */
export class TopDocuments {
  private readonly scores: Float32Array;
  private readonly documents: Int32Array;
  private size = 0;
  /** A document must score more than this to be kept: at first, anything. */
  threshold = 0;

  constructor(readonly capacity: number) {
    this.scores = new Float32Array(capacity);
    this.documents = new Int32Array(capacity);
  }

  /** Keeps the document if its score is above the threshold; returns the threshold. Numbers ascend from call to call. */
  offer(document: number, score: number): number {
    if (score > this.threshold) {
      if (this.size < this.capacity) this.rise(this.size++, document, score);
      else this.sink(document, score);
      if (this.size === this.capacity) this.threshold = this.scores[0]!;
    }
    return this.threshold;
  }

  /** The documents, best first. The heap is empty afterwards. */
  take(): { document: number; score: number }[] {
    const best = new Array<{ document: number; score: number }>(this.size);
    while (this.size > 0) {
      best[this.size - 1] = { document: this.documents[0]!, score: this.scores[0]! };
      this.size--;
      this.sink(this.documents[this.size]!, this.scores[this.size]!);
    }
    this.threshold = 0;
    return best;
  }

  /** Puts a document at the end, and moves it up to below one that is worse: of lower score, or as good and later. */
  private rise(at: number, document: number, score: number): void {
    const { scores, documents } = this;
    while (at > 0) {
      const parent = (at - 1) >> 1;
      const above = scores[parent]!;
      if (above < score || (above === score && documents[parent]! > document)) break;
      scores[at] = above;
      documents[at] = documents[parent]!;
      at = parent;
    }
    documents[at] = document;
    scores[at] = score;
  }

  /** Puts a document on top in place of the worst one, and moves it down to above ones that are better. */
  private sink(document: number, score: number): void {
    const { scores, documents, size } = this;
    let at = 0;
    for (let child = 1; child < size; child = 2 * at + 1) {
      let worst = scores[child]!;
      if (child + 1 < size) {
        const right = scores[child + 1]!;
        if (right < worst || (right === worst && documents[child + 1]! > documents[child]!)) {
          child++;
          worst = right;
        }
      }
      if (worst > score || (worst === score && documents[child]! < document)) break;
      scores[at] = worst;
      documents[at] = documents[child]!;
      at = child;
    }
    documents[at] = document;
    scores[at] = score;
  }
}
