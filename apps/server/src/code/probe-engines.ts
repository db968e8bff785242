import type { Logger } from '@navette/kit';
import type { CodeEngines } from '@navette/sandbox';
import { describeEngines } from './describe-engines.ts';

const probeDelayMs = 5_000;

/** Finds out what runs here once the start is over, for the health and the log. Returns how to call it off. */
export function probeEngines(engines: CodeEngines, logger: Logger): () => void {
  const timer = setTimeout(() => {
    engines.report().then(
      (reports) => logger.info({ engines: describeEngines(reports) }, 'Code can be run'),
      (error: unknown) => logger.warn({ err: error }, 'The engines for code could not be looked at'),
    );
  }, probeDelayMs);
  timer.unref();
  return () => clearTimeout(timer);
}
