/**
 * The settings of a workflow as their form holds them, and back. What is empty in the form is '', so that a value that is
 * being typed has a place; which values are allowed is the server's to say, except for what may not be empty.
 */
import type { Priority, RateLimit, SaveSettings, TriggerLimit, WorkflowSettings } from '@navette/contracts';

export type Amount = number | '';

export interface SettingsForm {
  name: string;
  timeZone: string;
  executionOrder: WorkflowSettings['executionOrder'];
  durability: WorkflowSettings['durability'];
  priority: Priority | '';
  timeoutMs: Amount;
  errorWorkflow: string;
  errorReport: NonNullable<WorkflowSettings['errorReport']>;
  concurrency: {
    on: boolean;
    limit: Amount;
    key: string;
    onOverflow: NonNullable<WorkflowSettings['concurrency']>['onOverflow'];
  };
  rateLimit: {
    on: boolean;
    limit: Amount;
    intervalMs: Amount;
    key: string;
    onOverflow: RateLimit['onOverflow'];
  };
  trigger: { mode: 'each' | 'debounce' | 'throttle'; ms: Amount; maxWaitMs: Amount; key: string };
  save: { executions: NonNullable<SaveSettings['executions']> | ''; days: Amount };
  /** `bound`: only `hosts`, one a line; none when that is empty. */
  code: { policy: string; bound: boolean; hosts: string };
}

const defaultReport = { manualRuns: false, input: 'counts' } as const;

export function toSettingsForm(name: string, settings: WorkflowSettings): SettingsForm {
  const { code, concurrency, rateLimit, save, trigger } = settings;
  const mode = trigger?.debounceMs !== undefined ? 'debounce' : trigger ? 'throttle' : 'each';
  return {
    name,
    timeZone: settings.timeZone,
    executionOrder: settings.executionOrder,
    durability: settings.durability,
    priority: settings.priority ?? '',
    timeoutMs: settings.timeoutMs ?? '',
    errorWorkflow: settings.errorWorkflow ?? '',
    errorReport: settings.errorReport ?? defaultReport,
    concurrency: {
      on: concurrency !== undefined,
      limit: concurrency?.limit ?? 1,
      key: concurrency?.key ?? '',
      onOverflow: concurrency?.onOverflow ?? 'queue',
    },
    rateLimit: {
      on: rateLimit !== undefined,
      limit: rateLimit?.limit ?? 10,
      intervalMs: rateLimit?.intervalMs ?? 60_000,
      key: rateLimit?.key ?? '',
      onOverflow: rateLimit?.onOverflow ?? 'queue',
    },
    trigger: {
      mode,
      ms: trigger?.debounceMs ?? trigger?.throttleMs ?? 5_000,
      maxWaitMs: trigger?.maxWaitMs ?? '',
      key: trigger?.key ?? '',
    },
    save: { executions: save?.executions ?? '', days: save?.days ?? '' },
    code: {
      policy: code?.policy ?? '',
      bound: code?.allowedHosts !== undefined,
      hosts: code?.allowedHosts?.join('\n') ?? '',
    },
  };
}

/** Every setting by name: one that is new does not compile before the form has it. */
type EverySetting = { [Name in keyof Required<WorkflowSettings>]: WorkflowSettings[Name] | undefined };

/** Only of a form in which nothing is missing (`listMissing`). */
export function toSettings(form: SettingsForm): WorkflowSettings {
  const { concurrency, errorReport, rateLimit, save } = form;
  const isPlainReport = errorReport.input === defaultReport.input && !errorReport.manualRuns;
  const all: EverySetting = {
    timeZone: form.timeZone.trim(),
    executionOrder: form.executionOrder,
    durability: form.durability,
    priority: form.priority || undefined,
    timeoutMs: form.timeoutMs === '' ? undefined : form.timeoutMs,
    errorWorkflow: form.errorWorkflow || undefined,
    errorReport: isPlainReport ? undefined : errorReport,
    concurrency: concurrency.on
      ? { limit: Number(concurrency.limit), onOverflow: concurrency.onOverflow, ...toKey(concurrency.key) }
      : undefined,
    rateLimit: rateLimit.on
      ? {
          limit: Number(rateLimit.limit),
          intervalMs: Number(rateLimit.intervalMs),
          onOverflow: rateLimit.onOverflow,
          ...toKey(rateLimit.key),
        }
      : undefined,
    trigger: toTriggerLimit(form.trigger),
    save:
      save.executions === '' && save.days === ''
        ? undefined
        : {
            ...(save.executions === '' ? {} : { executions: save.executions }),
            ...(save.days === '' ? {} : { days: save.days }),
          },
    code: toCodeSettings(form.code),
  };
  return Object.fromEntries(
    Object.entries(all).filter(([, value]) => value !== undefined),
  ) as unknown as WorkflowSettings;
}

function toTriggerLimit({ key, maxWaitMs, mode, ms }: SettingsForm['trigger']): TriggerLimit | undefined {
  if (mode === 'each') return undefined;
  if (mode === 'throttle') return { throttleMs: Number(ms), ...toKey(key) };
  return { debounceMs: Number(ms), ...(maxWaitMs === '' ? {} : { maxWaitMs }), ...toKey(key) };
}

function toCodeSettings({ bound, hosts, policy }: SettingsForm['code']): WorkflowSettings['code'] {
  if (!bound && policy.trim() === '') return undefined;
  return {
    ...(policy.trim() === '' ? {} : { policy: policy.trim() }),
    ...(bound ? { allowedHosts: hosts.split(/[\s,]+/).filter(Boolean) } : {}),
  };
}

function toKey(key: string): { key?: string } {
  return key.trim() === '' ? {} : { key: key.trim() };
}

/** Fields that may not be empty and are: as the server names them below the settings. */
export function listMissing({ concurrency, name, rateLimit, timeZone, trigger }: SettingsForm): string[] {
  const missing: [string, boolean][] = [
    ['name', name.trim() === ''],
    ['timeZone', timeZone.trim() === ''],
    ['concurrency/limit', concurrency.on && concurrency.limit === ''],
    ['rateLimit/limit', rateLimit.on && rateLimit.limit === ''],
    ['rateLimit/intervalMs', rateLimit.on && rateLimit.intervalMs === ''],
    [`trigger/${trigger.mode}Ms`, trigger.mode !== 'each' && trigger.ms === ''],
  ];
  return missing.flatMap(([field, isMissing]) => (isMissing ? [field] : []));
}

const prefix = '/body/definition/settings/';

/** What the server found, by the field that it is about; the first finding of each. */
export function toFieldErrors(issues: readonly { path: string; message: string }[]): Map<string, string> {
  const errors = new Map<string, string>();
  for (const { path, message } of issues) {
    const field =
      path === '/body/name' ? 'name' : path.startsWith(prefix) ? path.slice(prefix.length) : undefined;
    if (field !== undefined && !errors.has(field)) errors.set(field, message);
  }
  return errors;
}
