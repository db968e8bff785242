/** The parameters of a wait that may come to an end without what it waits for. */
import type { TimeoutRule, WaitTimeout } from '@navette/contracts';
import type { JsonObject } from '@navette/kit';
import { choice, label, showWhen } from '@navette/node-sdk';
import { z } from 'zod';
import { amountSchema, assertSensibleWait, toMs, unitSchema } from './duration.ts';

const whenLimited = { limited: [true] };

/** Spread into the parameters of a node. */
export const timeLimitParameters = {
  limited: label(
    z.boolean().default(false),
    { en: 'Limit the time', fr: 'Limiter le temps' },
    { en: 'Off, it waits for as long as it takes.', fr: 'Désactivé, il attend aussi longtemps qu’il faut.' },
  ),
  amount: showWhen(whenLimited, amountSchema(1)),
  unit: showWhen(whenLimited, unitSchema('days')),
  onTimeout: showWhen(
    whenLimited,
    label(
      choice({
        port: { en: 'Go on through the port “timeout”', fr: 'Continuer par le port « timeout »' },
        default: { en: 'Go on with a default item', fr: 'Continuer avec un élément par défaut' },
        error: { en: 'Fail', fr: 'Échouer' },
      }).default('port'),
      { en: 'When the time is over', fr: 'Quand le temps est écoulé' },
    ),
  ),
  defaultItem: showWhen(
    { limited: [true], onTimeout: ['default'] },
    label(z.record(z.string(), z.json()).default({}), { en: 'Default item', fr: 'Élément par défaut' }),
  ),
};

const schema = z.strictObject(timeLimitParameters);
type TimeLimit = z.output<typeof schema>;

export function listLimitedPorts({ limited, onTimeout }: Pick<TimeLimit, 'limited' | 'onTimeout'>): string[] {
  return limited && onTimeout === 'port' ? ['main', 'timeout'] : ['main'];
}

/** Throws NODE_INPUT_INVALID for a wait that nobody can mean. */
export function createTimeout(parameters: TimeLimit, nowMs: number): { timeout?: WaitTimeout } {
  if (!parameters.limited) return {};
  const waitMs = toMs(parameters.amount, parameters.unit);
  assertSensibleWait(waitMs);
  return { timeout: { atMs: nowMs + waitMs, rule: chooseRule(parameters) } };
}

function chooseRule({ onTimeout, defaultItem }: TimeLimit): TimeoutRule {
  switch (onTimeout) {
    case 'port':
      return { port: 'timeout' };
    case 'default':
      return { port: 'main', json: defaultItem as JsonObject };
    case 'error':
      return 'error';
  }
}
