import type { Item } from '@navette/contracts';
import { nodeErrors } from '@navette/node-sdk';
import { readField } from '../fields/field-path.ts';

export interface ChartSeries {
  name: string;
  /** One per label; null where the item has no value. */
  values: (number | null)[];
}

export interface ChartData {
  labels: string[];
  series: ChartSeries[];
}

/** @throws NODE_INPUT_INVALID when a value is no number */
export function readSeries(
  items: readonly Item[],
  labelField: string,
  values: readonly { field: string; name: string }[],
): ChartData {
  return {
    labels: items.map(({ json }) => {
      const label = readField(json, labelField);
      return typeof label === 'object' || label === undefined ? '' : String(label);
    }),
    series: values.map(({ field, name }) => ({
      name: name === '' ? field : name,
      values: items.map(({ json }, index) => readNumber(readField(json, field), field, index)),
    })),
  };
}

function readNumber(value: unknown, field: string, index: number): number | null {
  if (value === undefined || value === null || value === '') return null;
  const number = typeof value === 'string' ? Number(value) : value;
  if (typeof number === 'number' && Number.isFinite(number)) return number;
  const detail = `the field "${field}" of item ${index} is not a number, so it cannot be drawn`;
  throw nodeErrors.create('NODE_INPUT_INVALID', { params: { detail } });
}
