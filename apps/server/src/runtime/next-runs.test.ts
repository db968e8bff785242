import { describe, expect, it } from 'vitest';
import { dueRuns, nextRun, type ZonedSchedule } from './next-runs.ts';

const at = (text: string) => Date.parse(text);
const hourly: ZonedSchedule = { crons: ['0 * * * *'], timeZone: 'UTC', missedRuns: 'skip' };

describe('nextRun', () => {
  it('is the first of several expressions', () => {
    const spec = { ...hourly, crons: ['30 9 * * *', '0 7 * * *'] };
    expect(nextRun(spec, at('2026-03-01T08:00:00Z'))).toBe(at('2026-03-01T09:30:00Z'));
  });

  it('keeps local time over a change of clocks', () => {
    const paris = { ...hourly, crons: ['0 8 * * *'], timeZone: 'Europe/Paris' };
    expect(nextRun(paris, at('2026-03-28T12:00:00Z'))).toBe(at('2026-03-29T06:00:00Z'));
    expect(nextRun(paris, at('2026-03-27T12:00:00Z'))).toBe(at('2026-03-28T07:00:00Z'));
  });

  it('is null when there is none', () => {
    expect(nextRun({ ...hourly, crons: ['0 0 30 2 *'] }, at('2026-01-01T00:00:00Z'))).toBeNull();
  });
});

describe('dueRuns', () => {
  const due = at('2026-01-01T00:00:00Z');
  const down = at('2026-01-01T05:30:00Z');
  const runsOf = (missedRuns: ZonedSchedule['missedRuns'], now: number) => {
    const { runs, nextAt } = dueRuns({ ...hourly, missedRuns }, due, now);
    return { runs: runs.map((run) => new Date(run).toISOString().slice(11, 16)), nextAt };
  };
  const next = at('2026-01-01T06:00:00Z');

  it('starts a run that is on time, whatever the policy', () => {
    for (const policy of ['skip', 'run-once', 'run-all'] as const) {
      expect(runsOf(policy, due + 900)).toEqual({ runs: ['00:00'], nextAt: at('2026-01-01T01:00:00Z') });
    }
  });

  it('follows the policy for runs that were missed', () => {
    expect(runsOf('skip', down)).toEqual({ runs: [], nextAt: next });
    expect(runsOf('run-once', down)).toEqual({ runs: ['05:00'], nextAt: next });
    expect(runsOf('run-all', down).runs).toEqual(['00:00', '01:00', '02:00', '03:00', '04:00', '05:00']);
  });

  it('starts at most a hundred missed runs, the latest', () => {
    const { runs } = dueRuns({ ...hourly, missedRuns: 'run-all' }, due, at('2026-02-01T00:00:00Z'));
    expect(runs).toHaveLength(100);
    expect(runs.at(-1)).toBe(at('2026-02-01T00:00:00Z'));
  });
});
