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
}

export interface ChartMark {
  x: number;
  label: string;
}
