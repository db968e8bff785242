import type { Item } from '@navette/contracts';
import type { ErrorRecord } from '@navette/kit';

/** The item as it goes on when its error is let pass. */
export function createFailedItem(item: Item, error: ErrorRecord, link = item?.pairedItem): Item {
  if (!item) return item;
  const failed: Item = { json: { ...item.json, error: { code: error.code, message: error.message } } };
  if (link !== undefined) failed.pairedItem = link;
  if (item.binary) failed.binary = item.binary;
  return failed;
}
