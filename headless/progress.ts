/** The app's events as lines on stderr: one that is written over while it changes on a terminal, plain lines elsewhere. */
import type { AutomationEvent } from '../src/ui/automation.ts';

const PLAIN_INTERVAL_MS = 10_000;

/** Milliseconds in human words: 850 ms, 12 s, 3 min 20 s, 2 h 5 min. */
export function humanTime(ms: number): string {
  if (ms < 1000) return `${Math.round(ms)} ms`;
  const seconds = Math.round(ms / 1000);
  if (seconds < 60) return `${seconds} s`;
  if (seconds < 3600) return `${Math.floor(seconds / 60)} min ${seconds % 60} s`;
  return `${Math.floor(seconds / 3600)} h ${Math.floor((seconds % 3600) / 60)} min`;
}

/** An event in words; undefined for those that only the page shows. `passing` ones may be overwritten by the next. */
export function inWords(event: AutomationEvent): { text: string; passing: boolean } | undefined {
  switch (event.type) {
    case 'note':
      return { text: event.message, passing: false };
    case 'progress': {
      const share = event.total > 0 ? `${Math.floor((100 * event.done) / event.total)}%` : String(event.done);
      const of = event.unit === 'bytes' ? ` of ${(event.total / 1e6).toFixed(0)} MB` : '';
      const left = event.remainingMs === undefined ? '' : `, ${humanTime(event.remainingMs)} left`;
      return { text: `${event.what}: ${share}${of}${left}`, passing: true };
    }
    case 'stage': {
      const dropped = event.dropped ? `, ${event.dropped} dropped` : '';
      const of = `stage ${event.index + 1} of ${event.stages}`;
      return {
        text: `${event.stage} (${of}): ${event.steps} steps, ${event.queries} queries${dropped}`,
        passing: false,
      };
    }
    case 'step': {
      const speed = Math.round(event.tokens / (event.ms / 1000));
      return {
        text:
          `${event.stage} step ${event.step}/${event.of}: loss ${event.loss.toFixed(4)}, gradient norm ` +
          `${event.gradNorm.toFixed(3)}, ${speed} tokens/s, ${humanTime(event.etaMs)} left`,
        passing: true,
      };
    }
    case 'validation': {
      const measures = Object.entries(event.measures).map(([name, value]) => `${name} ${value.toFixed(4)}`);
      const text = `${event.stage} validation at step ${event.step}: loss ${event.loss.toFixed(4)} ${measures.join(' ')}`;
      return { text, passing: false };
    }
    case 'measures': {
      const measures = Object.entries(event.measures).map(([name, value]) => `${name} ${value.toFixed(4)}`);
      return { text: `${event.testSet}: ${event.system}: ${measures.join(', ')}`, passing: false };
    }
    case 'paused':
    case 'cancelled':
      return { text: `${event.stage} ${event.type} after step ${event.step}`, passing: false };
    default:
      return undefined;
  }
}

/** Shows events on stderr. */
export function showProgress(): (event: AutomationEvent) => void {
  const terminal = process.stderr.isTTY;
  let open = false;
  let last = 0;
  return (event) => {
    const words = inWords(event);
    if (!words) return;
    if (terminal) {
      process.stderr.write(`\r\x1b[K${words.text}`);
      open = words.passing;
      if (!open) process.stderr.write('\n');
    } else if (!words.passing || Date.now() - last > PLAIN_INTERVAL_MS) {
      last = Date.now();
      process.stderr.write(`${words.text}\n`);
    }
  };
}
