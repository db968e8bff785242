import type { Json } from '@navette/kit';

const plainNumber = /^-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d{1,3})?$/;

/**
 * What a cell most likely means: nothing → null, true and false → boolean, plain numbers → number. Numbers that would
 * change when written back (leading zeros, more than 15 digits) stay text: they are codes, not amounts.
 */
export function inferValue(cell: string): Json {
  const text = cell.trim();
  if (text === '') return null;
  if (text === 'true' || text === 'TRUE' || text === 'True') return true;
  if (text === 'false' || text === 'FALSE' || text === 'False') return false;
  if (!plainNumber.test(text) || text.replace(/\D/g, '').length > 15) return cell;
  const value = Number(text);
  return Number.isFinite(value) ? value : cell;
}
