/** What a process does. Any number of each may work on one database; `all` is the default. */
export const roles = ['all', 'api', 'worker', 'scheduler'] as const;
export type Role = (typeof roles)[number];

export interface Duties {
  /** The API, the webhooks and the web app. */
  serves: boolean;
  /** Runs executions. */
  executes: boolean;
  /** Stands for election to run the loops that one process runs for all. */
  schedules: boolean;
}

export function listDuties(role: Role): Duties {
  return {
    serves: role === 'all' || role === 'api',
    executes: role === 'all' || role === 'worker',
    schedules: role === 'all' || role === 'scheduler',
  };
}
