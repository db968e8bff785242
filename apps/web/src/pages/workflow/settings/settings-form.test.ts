import { type WorkflowSettings, workflowSettingsSchema } from '@navette/contracts';
import { describe, expect, test } from 'vitest';
import { listMissing, toFieldErrors, toSettings, toSettingsForm } from './settings-form.ts';

const full: WorkflowSettings = {
  timeZone: 'Europe/Paris',
  executionOrder: 'sequential',
  timeoutMs: 90_000,
  durability: 'full',
  priority: 'high',
  concurrency: { limit: 2, key: '{{ $json.customer }}', onOverflow: 'cancel-oldest' },
  rateLimit: { limit: 5, intervalMs: 1_000, key: '{{ $json.account }}', onOverflow: 'skip' },
  trigger: { debounceMs: 500, maxWaitMs: 9_000, key: '{{ $json.id }}' },
  errorWorkflow: `wfl_${'1'.repeat(32)}`,
  errorReport: { manualRuns: true, input: 'items' },
  save: { executions: 'errors', days: 7 },
  code: { policy: 'night-runs', allowedHosts: ['api.example.com', '*.example.org:443'] },
};

describe('settings go through the form unchanged', () => {
  test.each<[string, WorkflowSettings]>([
    ['all of them', full],
    ['the defaults', workflowSettingsSchema.parse({})],
    ['no host at all', { ...full, code: { allowedHosts: [] } }],
    ['a policy alone', { ...full, code: { policy: 'night-runs' } }],
    ['throttled', { ...full, trigger: { throttleMs: 2_000 } }],
    ['parts', { ...full, save: { days: 30 }, concurrency: { limit: 1, onOverflow: 'queue' } }],
  ])('%s', (_name, settings) => {
    expect(toSettings(toSettingsForm('Orders', settings))).toEqual(settings);
    expect(workflowSettingsSchema.parse(toSettings(toSettingsForm('Orders', settings)))).toEqual(settings);
  });

  test('every setting of the schema is in this test', () => {
    expect(Object.keys(full).sort()).toEqual(Object.keys(workflowSettingsSchema.shape).sort());
  });
});

test('what was turned off goes, and an empty key is none', () => {
  const form = toSettingsForm('Orders', full);
  form.concurrency.key = '  ';
  form.rateLimit.on = false;
  form.trigger.mode = 'each';
  form.save = { executions: '', days: '' };
  const settings = toSettings(form);
  expect(settings.concurrency).toEqual({ limit: 2, onOverflow: 'cancel-oldest' });
  expect(settings).not.toHaveProperty('rateLimit');
  expect(settings).not.toHaveProperty('trigger');
  expect(settings).not.toHaveProperty('save');
});

test('what may not be empty is named as the server would, and only where it is in use', () => {
  const form = toSettingsForm(' ', full);
  form.timeZone = '';
  form.concurrency.limit = '';
  form.rateLimit.limit = '';
  form.rateLimit.intervalMs = '';
  form.trigger.ms = '';
  expect(listMissing(form)).toEqual([
    'name',
    'timeZone',
    'concurrency/limit',
    'rateLimit/limit',
    'rateLimit/intervalMs',
    'trigger/debounceMs',
  ]);
  form.concurrency.on = false;
  form.rateLimit.on = false;
  form.trigger.mode = 'each';
  expect(listMissing(form)).toEqual(['name', 'timeZone']);
});

test('findings of the server belong to fields', () => {
  const issues = [
    { path: '/body/name', message: 'too long' },
    { path: '/body/definition/settings/concurrency/key', message: 'first' },
    { path: '/body/definition/settings/concurrency/key', message: 'second' },
    { path: '/body/definition/nodes/0/type', message: 'elsewhere' },
  ];
  expect([...toFieldErrors(issues)]).toEqual([
    ['name', 'too long'],
    ['concurrency/key', 'first'],
  ]);
});
