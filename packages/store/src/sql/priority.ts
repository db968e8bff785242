import { type Priority, priorities } from '@navette/contracts';

/** As it is stored, normal: what goes first is lower. */
export const usualPriority = 1;

export function encodePriority(priority: Priority = 'normal'): number {
  return priorities.indexOf(priority);
}

export function decodePriority(code: number): Priority {
  return priorities[code]!;
}
