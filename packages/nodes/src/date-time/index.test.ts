import type { JsonObject } from '@navette/kit';
import { runNode } from '@navette/testing';
import { describe, expect, it } from 'vitest';
import { dateTime } from './index.ts';

async function run(
  parameters: JsonObject,
  options: { timeZone?: string; nowMs?: number } = {},
): Promise<JsonObject> {
  const { outputs } = await runNode(dateTime, { parameters, ...options });
  return outputs['main']![0]!.json;
}

const noon = '2024-03-30T12:00:00Z';

describe('format', () => {
  it.each<[JsonObject, unknown]>([
    [{}, '2024-03-30T12:00:00.000Z'],
    [{ timeZone: 'America/New_York' }, '2024-03-30T08:00:00.000-04:00'],
    [{ format: 'date' }, '2024-03-30'],
    [{ format: 'time' }, '12:00:00'],
    [{ format: 'unix-seconds' }, 1_711_800_000],
    [{ format: 'unix-milliseconds' }, 1_711_800_000_000],
    [{ format: 'rfc2822' }, 'Sat, 30 Mar 2024 12:00:00 +0000'],
    [{ format: 'http' }, 'Sat, 30 Mar 2024 12:00:00 GMT'],
    [{ format: 'custom', outputPattern: 'cccc d LLLL', locale: 'fr' }, 'samedi 30 mars'],
  ])('%j', async (parameters, expected) => {
    expect(await run({ value: noon, ...parameters })).toEqual({ date: expected });
  });

  it('reads other forms', async () => {
    const read = (value: string | number, parameters: JsonObject) => run({ value, ...parameters });
    expect(
      await read('30/03/2024 14:00', {
        input: 'custom',
        inputPattern: 'dd/MM/yyyy HH:mm',
        timeZone: 'Europe/Paris',
      }),
    ).toEqual({
      date: '2024-03-30T14:00:00.000+01:00',
    });
    expect(await read(5, { input: 'unix-seconds' })).toEqual({ date: '1970-01-01T00:00:05.000Z' });
    expect(await read('5000', { input: 'unix-milliseconds' })).toEqual({ date: '1970-01-01T00:00:05.000Z' });
    expect(
      await read('30 mars 2024', { input: 'custom', inputPattern: 'd LLLL yyyy', locale: 'fr' }),
    ).toEqual({
      date: '2024-03-30T00:00:00.000Z',
    });
  });

  it('reads dates without a zone in that of the workflow', async () => {
    expect(await run({ value: '2024-07-01 09:00:00' }, { timeZone: 'Asia/Tokyo' })).toEqual({
      date: '2024-07-01T09:00:00.000+09:00',
    });
  });
});

describe('arithmetic', () => {
  it.each<[JsonObject, string]>([
    [{ operation: 'add', amount: 1, unit: 'months', value: '2024-01-31' }, '2024-02-29T00:00:00.000+01:00'],
    [
      { operation: 'subtract', amount: 1, unit: 'years', value: '2024-02-29' },
      '2023-02-28T00:00:00.000+01:00',
    ],
    // The clocks go forward in the night: a day keeps the time of day, 24 hours are exact.
    [{ operation: 'add', amount: 1, unit: 'days', value: noon }, '2024-03-31T13:00:00.000+02:00'],
    [{ operation: 'add', amount: 24, unit: 'hours', value: noon }, '2024-03-31T14:00:00.000+02:00'],
    [{ operation: 'add', amount: -2, unit: 'weeks', value: noon }, '2024-03-16T13:00:00.000+01:00'],
    [{ operation: 'add', amount: 1.5, unit: 'hours', value: noon }, '2024-03-30T14:30:00.000+01:00'],
    [{ operation: 'round', unit: 'months', value: noon }, '2024-03-01T00:00:00.000+01:00'],
    [{ operation: 'round', unit: 'weeks', value: noon }, '2024-03-25T00:00:00.000+01:00'],
    [{ operation: 'round', unit: 'quarters', rounding: 'end', value: noon }, '2024-03-31T23:59:59.999+02:00'],
    [
      { operation: 'round', unit: 'hours', rounding: 'nearest', value: '2024-03-30T12:30:00Z' },
      '2024-03-30T14:00:00.000+01:00',
    ],
    [
      { operation: 'round', unit: 'hours', rounding: 'nearest', value: '2024-03-30T12:29:59Z' },
      '2024-03-30T13:00:00.000+01:00',
    ],
  ])('%j', async (parameters, expected) => {
    expect(await run(parameters, { timeZone: 'Europe/Paris' })).toEqual({ date: expected });
  });

  it.each<[JsonObject, unknown]>([
    [{ value: '2024-01-01', end: '2024-03-01' }, 60],
    [{ value: '2024-03-01', end: '2024-01-01' }, -60],
    [{ value: '2024-01-01T00:00:00Z', end: '2024-01-02T12:00:00Z' }, 1.5],
    [{ value: '2024-01-01T00:00:00Z', end: '2024-01-02T12:00:00Z', wholeUnits: true }, 1],
    [
      { value: '2024-01-31', end: '2024-03-01', units: ['months', 'days'] },
      { months: 1, days: 1 },
    ],
    [
      { value: noon, end: '2024-03-30T13:30:00Z', units: ['hours', 'minutes'] },
      { hours: 1, minutes: 30 },
    ],
    [{ value: noon, end: noon, units: ['days'], wholeUnits: true }, 0],
  ])('difference %j', async (parameters, expected) => {
    expect(await run({ operation: 'difference', ...parameters })).toEqual({ difference: expected });
  });
});

describe('parts', () => {
  it.each<[string, unknown]>([
    ['year', 2024],
    ['quarter', 1],
    ['month', 3],
    ['monthName', 'mars'],
    ['week', 13],
    ['day', 31],
    ['dayOfYear', 91],
    ['weekday', 7],
    ['weekdayName', 'dimanche'],
    ['hour', 1],
    ['minute', 5],
    ['second', 6],
    ['millisecond', 7],
  ])('%s', async (part, expected) => {
    const parameters = {
      operation: 'extract',
      part,
      value: '2024-03-30T16:05:06.007Z',
      timeZone: 'Asia/Tokyo',
      locale: 'fr',
    };
    expect(await run(parameters)).toEqual({ [part]: expected });
  });
});

describe('current time', () => {
  it('is that of the engine, in the time zone of the workflow', async () => {
    const nowMs = Date.UTC(2026, 5, 1, 12);
    expect(await run({ operation: 'now', as: 'meta.at' }, { nowMs, timeZone: 'Europe/Paris' })).toEqual({
      meta: { at: '2026-06-01T14:00:00.000+02:00' },
    });
  });
});

describe('errors', () => {
  it.each<[JsonObject, string, object]>([
    [{ value: 'soon' }, 'NODE_DATE_INVALID', { parameter: 'date', actual: 'a text' }],
    [{}, 'NODE_DATE_INVALID', { parameter: 'date', actual: 'nothing' }],
    [{ value: '2024-02-30' }, 'NODE_DATE_INVALID', { actual: 'a text' }],
    [
      { value: '1/2/2024', input: 'custom', inputPattern: 'dd/MM/yyyy' },
      'NODE_DATE_INVALID',
      { expected: 'pattern dd/MM/yyyy' },
    ],
    [{ value: true, input: 'unix-seconds' }, 'NODE_DATE_INVALID', { actual: 'true or false' }],
    [{ operation: 'difference', value: noon, end: 'x' }, 'NODE_DATE_INVALID', { parameter: 'end' }],
    [{ operation: 'add', amount: 1e9, unit: 'years', value: noon }, 'NODE_DATE_RANGE', { item: 0 }],
  ])('%j', async (parameters, code, params) => {
    await expect(run(parameters)).rejects.toMatchObject({ code, params: { item: 0, ...params } });
  });

  it.each<[JsonObject, string]>([
    [{ value: noon, timeZone: 'Mars/Olympus' }, '/timeZone'],
    [{ value: noon, locale: 'not a language' }, '/locale'],
    [{ value: noon, input: 'custom' }, '/inputPattern'],
    [{ value: noon, format: 'custom' }, '/outputPattern'],
    [{ value: noon, unit: 'decades' }, '/unit'],
  ])('%j is refused at %s', async (parameters, path) => {
    await expect(run(parameters)).rejects.toMatchObject({
      code: 'NODE_PARAMETER_INVALID',
      issues: [{ path }],
    });
  });
});
