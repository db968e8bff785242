import type { EngineReport } from '@navette/sandbox';

const names = { quickjs: 'QuickJS', v8: 'V8', python: 'Python' } as const;

/** "QuickJS in the jail; V8 not available: It runs only in a jail, and …; Python in the jail (python3 3.13.5)" */
export function describeEngines(reports: readonly EngineReport[]): string {
  return reports.map(describe).join('; ');
}

function describe({ availability, engine }: EngineReport): string {
  if (!availability.available) return `${names[engine]} not available: ${availability.reason}`;
  const { jail, runtime } = availability;
  return `${names[engine]} ${jail === 'none' ? 'without a jail' : 'in the jail'}${runtime ? ` (${runtime})` : ''}`;
}
