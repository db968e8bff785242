import type { RouteAnswer, routes } from '@navette/contracts';

export type DeadLetterGroup = RouteAnswer<typeof routes.countDeadLetters>['groups'][number];

export function toGroupKey({ workflowId, code }: DeadLetterGroup): string {
  return `${workflowId} ${code ?? ''}`;
}

/** Undefined for no choice, and for a group of which nothing is left. */
export function findGroup(groups: readonly DeadLetterGroup[], key: string): DeadLetterGroup | undefined {
  return groups.find((group) => toGroupKey(group) === key);
}
