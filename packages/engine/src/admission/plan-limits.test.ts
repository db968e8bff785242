import { type Item, workflowSettingsSchema } from '@navette/contracts';
import { createUuid } from '@navette/kit';
import { describe, expect, it } from 'vitest';
import { checkLimits } from './check-limits.ts';
import { hasLimits, planLimits } from './plan-limits.ts';

const workflowId = createUuid();

function plan(settings: object, json: Item['json'] = {}, mode: 'api' | 'manual' | 'compensation' = 'api') {
  return planLimits({
    executionId: createUuid(),
    workflowId,
    workflowName: 'Orders',
    mode,
    settings: workflowSettingsSchema.parse(settings),
    triggerNodeId: 'start',
    items: [{ json }],
    now: 0,
  });
}

describe('planLimits', () => {
  it('has none without settings', () => {
    expect(plan({})).toBeUndefined();
  });

  it('gives each value of a key a limit of its own, the same in every process', () => {
    const concurrency = { limit: 2, key: '{{ $json.customer }}' };
    const acme = plan({ concurrency }, { customer: 'acme' })?.concurrency;
    expect(acme).toMatchObject({ label: 'customer=acme', limit: 2, onOverflow: 'queue' });
    expect(plan({ concurrency }, { customer: 'acme', other: 1 })?.concurrency).toEqual(acme);
    expect(plan({ concurrency }, { customer: 'other' })?.concurrency?.id).not.toBe(acme?.id);
    expect(plan({ concurrency: { limit: 2 } })?.concurrency).toMatchObject({ label: null });
  });

  it('keeps kinds of limits apart', () => {
    const limits = plan({
      concurrency: { limit: 1 },
      rateLimit: { limit: 5, intervalMs: 60_000 },
      trigger: { throttleMs: 1_000 },
    });
    const ids = [limits?.concurrency?.id, limits?.rate?.id, limits?.trigger?.id];
    expect(new Set(ids).size).toBe(3);
    expect(limits?.trigger).toMatchObject({ kind: 'throttle', throttleMs: 1_000 });
  });

  it('takes whatever an expression gives for a key', () => {
    const key = (json: Item['json']) =>
      plan({ concurrency: { limit: 1, key: '{{ $json.key }}' } }, json)?.concurrency?.label;
    expect(key({ key: 7 })).toBe('key=7');
    expect(key({ key: { b: 1, a: [true, null] } })).toBe('key={"a":[true,null],"b":1}');
    expect(key({})).toBe('key=');
    expect(key({ key: null })).toBe('key=');
    expect(key({ key: 'x'.repeat(500) })).toHaveLength(4 + 100 + 1);
    const composed = plan({ concurrency: { limit: 1, key: '{{ $json.a }}/{{ $json.b }}' } }, { a: 1, b: 2 });
    expect(composed?.concurrency?.label).toBe('1/2');
  });

  it('fails when the key cannot be worked out', () => {
    const settings = { concurrency: { limit: 1, key: '{{ $json.customer.toUpperCase() }}' } };
    expect(() => plan(settings, {})).toThrow(expect.objectContaining({ code: 'WORKFLOW_LIMIT_KEY' }));
  });

  it('counts only triggers as triggers, and lets what undoes pass', () => {
    const settings = { trigger: { debounceMs: 1_000 }, concurrency: { limit: 1 } };
    expect(plan(settings, {}, 'manual')).not.toHaveProperty('trigger');
    expect(plan(settings, {}, 'manual')).toHaveProperty('concurrency');
    expect(plan(settings, {}, 'compensation')).toBeUndefined();
    const parsed = workflowSettingsSchema.parse({ trigger: { debounceMs: 1_000 } });
    expect(hasLimits(parsed, 'manual')).toBe(false);
    expect(hasLimits(parsed, 'webhook')).toBe(true);
  });

  it('debounces for ten times as long at most, when nothing else is said', () => {
    expect(plan({ trigger: { debounceMs: 500 } })?.trigger).toMatchObject({ maxWaitMs: 5_000 });
    expect(plan({ trigger: { debounceMs: 500, maxWaitMs: 600 } })?.trigger).toMatchObject({ maxWaitMs: 600 });
  });
});

describe('the settings of limits', () => {
  it.each([
    [{ trigger: {} }, 'needs one of debounceMs and throttleMs'],
    [{ trigger: { debounceMs: 100, throttleMs: 100 } }, 'needs one of debounceMs and throttleMs'],
    [{ trigger: { throttleMs: 100, maxWaitMs: 1_000 } }, 'goes with debounceMs'],
    [{ trigger: { debounceMs: 100, maxWaitMs: 50 } }, 'goes with debounceMs'],
    [{ concurrency: { limit: 0 } }, '>=1'],
    [{ concurrency: { limit: 1, onOverflow: 'drop' } }, 'Invalid option'],
    [{ rateLimit: { limit: 1 } }, 'expected number'],
    [{ priority: 'urgent' }, 'Invalid option'],
  ])('%j is refused', (settings, message) => {
    const parsed = workflowSettingsSchema.safeParse(settings);
    expect(parsed.error?.issues.map((issue) => issue.message).join()).toContain(message);
  });

  it.each([
    ['acme', 'must be an expression'],
    ['{{ $json.( }}', 'expression'],
    ['{{ $("Fetch").item.json.id }}', 'refers to "Fetch"'],
  ])('the key %s is refused', (key, message) => {
    const settings = workflowSettingsSchema.parse({ rateLimit: { limit: 1, intervalMs: 1_000, key } });
    const [issue, ...others] = checkLimits(settings);
    expect(others).toEqual([]);
    expect(issue).toMatchObject({ path: '/settings/rateLimit/key' });
    expect(issue!.message).toContain(message);
  });

  it('accepts keys over the item', () => {
    const key = '{{ $json.customer ?? "none" }}';
    const settings = workflowSettingsSchema.parse({ concurrency: { limit: 1, key } });
    expect(checkLimits(settings)).toEqual([]);
  });
});
