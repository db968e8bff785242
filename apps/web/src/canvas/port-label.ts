import type { PlainKey } from '../i18n/i18n.tsx';

/** Ports whose names mean something in both languages; the others are names of the author's or the node's. */
export const portLabels: ReadonlyMap<string, PlainKey> = new Map<string, PlainKey>([
  ['main', 'port.main'],
  ['true', 'port.true'],
  ['false', 'port.false'],
  ['error', 'port.error'],
  ['default', 'port.default'],
  ['kept', 'port.kept'],
  ['rejected', 'port.rejected'],
  ['approved', 'port.approved'],
  ['expired', 'port.expired'],
  ['timeout', 'port.timeout'],
  ['done', 'port.done'],
  ['loop', 'port.loop'],
  ['item', 'port.item'],
  ['break', 'port.break'],
]);

/** Whether a port tells something: a lone "main" does not. */
export function isNamedPort(port: string): boolean {
  return port !== 'main';
}
