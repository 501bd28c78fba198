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

  /** Whether the document at place `at` of the heap ranks below the other one. */
  private isWorse(at: number, document: number, score: number): boolean {
    return this.scores[at]! < score || (this.scores[at] === score && this.documents[at]! > document);
  }

  /** Puts a document at the end, and moves it up to below one that is worse. */
  private rise(at: number, document: number, score: number): void {
    while (at > 0) {
      const parent = (at - 1) >> 1;
      if (this.isWorse(parent, document, score)) break;
      this.move(parent, at);
      at = parent;
    }
    this.documents[at] = document;
    this.scores[at] = score;
  }

  /** Puts a document on top in place of the worst one, and moves it down to above ones that are better. */
  private sink(document: number, score: number): void {
    let at = 0;
    for (;;) {
      let child = 2 * at + 1;
      if (child >= this.size) break;
      if (child + 1 < this.size && this.isWorse(child + 1, this.documents[child]!, this.scores[child]!)) child++;
      if (!this.isWorse(child, document, score)) break;
      this.move(child, at);
      at = child;
    }
    this.documents[at] = document;
    this.scores[at] = score;
  }

  private move(from: number, to: number): void {
    this.documents[to] = this.documents[from]!;
    this.scores[to] = this.scores[from]!;
  }
}
