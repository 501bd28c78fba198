import type { LineError } from '../formats/records';
import { BadLinesError } from './errors';
import type { ImportOptions, ImportProgress } from './library';

const SHOWN_ERRORS = 20;
/** Of all lines, at the end of the file. */
const BAD_LINES_SHARE = 0.01;
/** Of at least so many lines: then the rest of the file need not be read to know that it is not what it should be. */
const CLEARLY_BAD = { share: 0.1, lines: 1000 };

/** Counts the lines of a file that could not be read, and asks whether to go on without them where they are many. */
export class BadLines {
  #accepted = false;

  constructor(
    private readonly source: string,
    private readonly progress: ImportProgress,
    private readonly onBadLines: ImportOptions['onBadLines'],
  ) {}

  add(error: LineError): void {
    this.progress.badLines++;
    if (this.progress.errors.length < SHOWN_ERRORS) this.progress.errors.push(error);
  }

  /**
   * @param atEnd all lines are known
   * @throws BadLinesError if there are too many, and nobody wants to go on.
   */
  async ask(atEnd: boolean): Promise<void> {
    const { records, badLines, errors } = this.progress;
    const lines = records + badLines;
    if (this.#accepted || (!atEnd && lines < CLEARLY_BAD.lines)) return;
    if (badLines <= (atEnd ? BAD_LINES_SHARE : CLEARLY_BAD.share) * lines) return;
    this.#accepted = (await this.onBadLines?.(snapshot(this.progress))) ?? false;
    if (!this.#accepted) throw new BadLinesError(this.source, badLines, lines, errors);
  }
}

/** A copy that does not change any more. */
export const snapshot = (progress: ImportProgress): ImportProgress => ({ ...progress, errors: [...progress.errors] });
