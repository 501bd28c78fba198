/** What a chart draws. */

export interface ChartSeries {
  label: string;
  /** As long as x; null where there is no value. */
  values: (number | null)[];
  /** A custom property of tokens.css: `--system-1`. */
  color: string;
  /** In the background: the raw curve behind a smoothed one. */
  faint?: boolean;
  points?: boolean;
  /** On a scale of its own, at the right: a curve whose values are not comparable with the others. */
  right?: boolean;
}

export interface ChartMark {
  x: number;
  label: string;
}
