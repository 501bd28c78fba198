/** What the states of an experiment are called. */
import type { Experiment } from '../../storage/entries';
import type { LiveState } from './live-run';

type Tone = 'plain' | 'good' | 'warning' | 'bad' | 'accent';

export const STATES: Record<LiveState | Experiment['state'] | 'broken off', { label: string; tone: Tone }> = {
  starting: { label: 'starting', tone: 'accent' },
  running: { label: 'running', tone: 'accent' },
  paused: { label: 'paused', tone: 'warning' },
  cancelled: { label: 'cancelled', tone: 'plain' },
  failed: { label: 'failed', tone: 'bad' },
  finished: { label: 'finished', tone: 'good' },
  deleted: { label: 'deleted', tone: 'plain' },
  'broken off': { label: 'broken off', tone: 'warning' },
};
