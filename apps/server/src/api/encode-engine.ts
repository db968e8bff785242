import type { CodeEngineView } from '@navette/contracts';
import { type EngineReport, lacksJail } from '@navette/sandbox';

export function encodeEngine(report: EngineReport): CodeEngineView {
  const { availability, engine } = report;
  const withoutJail = lacksJail(report);
  if (!availability.available) {
    return { engine, available: false, jail: null, withoutJail, runtime: null, reason: availability.reason };
  }
  const { jail, runtime = null } = availability;
  return { engine, available: true, jail, withoutJail, runtime, reason: null };
}
