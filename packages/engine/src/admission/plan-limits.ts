/** Works out which limits an execution falls under, from the settings of its workflow and what its trigger gave. */
import type { ExecutionMode, WorkflowSettings } from '@navette/contracts';
import { compileTemplate, toJsonValue } from '@navette/expression';
import { deriveUuid, encodeCanonical, NavetteError } from '@navette/kit';
import { engineErrors } from '../errors.ts';
import type { ExecutionLimits } from './execution-limits.ts';
import { KeyScope, type KeySubject } from './key-scope.ts';

/** Characters of the value of a key that people are shown. */
const maxLabelLength = 100;

/** Triggers are what comes from outside; runs by hand, retries and called workflows are meant one by one. */
function isTriggered(mode: ExecutionMode): boolean {
  return mode === 'webhook' || mode === 'schedule' || mode === 'api';
}

/** Whether an execution of that kind has to go through the queue. What undoes another one waits for nobody. */
export function hasLimits(settings: WorkflowSettings, mode: ExecutionMode): boolean {
  if (mode === 'compensation') return false;
  return (
    settings.concurrency !== undefined ||
    settings.rateLimit !== undefined ||
    (settings.trigger !== undefined && isTriggered(mode))
  );
}

export interface LimitSubject extends KeySubject {
  mode: ExecutionMode;
  triggerNodeId: string;
}

/**
 * Undefined when there are none.
 * @throws WORKFLOW_LIMIT_KEY when a key cannot be worked out for this item: then no promise could be kept.
 */
export function planLimits(subject: LimitSubject): ExecutionLimits | undefined {
  const { settings, mode, triggerNodeId } = subject;
  if (!hasLimits(settings, mode)) return undefined;
  const { concurrency, rateLimit, trigger } = settings;
  const limits: ExecutionLimits = {};
  if (concurrency) {
    const { limit, onOverflow } = concurrency;
    limits.concurrency = { ...readKey(subject, 'concurrency', concurrency.key), limit, onOverflow };
  }
  if (rateLimit) {
    const { limit, intervalMs, onOverflow } = rateLimit;
    limits.rate = { ...readKey(subject, 'rate', rateLimit.key), limit, intervalMs, onOverflow };
  }
  if (trigger && isTriggered(mode)) {
    const key = readKey(subject, `trigger ${triggerNodeId}`, trigger.key);
    const { debounceMs, throttleMs, maxWaitMs } = trigger;
    if (debounceMs === undefined) limits.trigger = { ...key, kind: 'throttle', throttleMs: throttleMs! };
    else limits.trigger = { ...key, kind: 'debounce', debounceMs, maxWaitMs: maxWaitMs ?? 10 * debounceMs };
  }
  return limits;
}

function readKey(
  subject: LimitSubject,
  kind: string,
  template: string | undefined,
): { id: string; label: string | null } {
  if (template === undefined) return { id: deriveUuid(subject.workflowId, kind), label: null };
  const value = evaluateKey(subject, template);
  const shown = value.length > maxLabelLength ? `${value.slice(0, maxLabelLength)}…` : value;
  const field = /^\{\{\s*\$json\.([\w.]+)\s*\}\}$/.exec(template.trim())?.[1];
  return {
    id: deriveUuid(subject.workflowId, kind, value),
    label: field === undefined ? shown : `${field}=${shown}`,
  };
}

/** As text. Nothing and null are one key, the empty one. */
function evaluateKey(subject: LimitSubject, template: string): string {
  try {
    const value = toJsonValue(compileTemplate(template).evaluate(new KeyScope(subject)));
    if (value === undefined || value === null) return '';
    return typeof value === 'string' ? value : encodeCanonical(value);
  } catch (error) {
    if (!NavetteError.is(error)) throw error;
    throw engineErrors.create('WORKFLOW_LIMIT_KEY', {
      params: { detail: error.message },
      cause: error,
    });
  }
}
