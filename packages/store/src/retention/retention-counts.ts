import type { RoundCounts } from './retention-lease.ts';

/** What was removed of one project. */
export type ProjectCounts = Omit<RoundCounts, 'contentBytes'> & {
  fileBytes: number;
};

/** Counts of a round by project, for the audit trail, and in all. */
export class RetentionCounts {
  readonly byProject = new Map<string, ProjectCounts>();
  contentBytes = 0;

  of(projectId: string): ProjectCounts {
    let counts = this.byProject.get(projectId);
    if (!counts) {
      counts = {
        executionsEmptied: 0,
        executionsDeleted: 0,
        payloadsDeleted: 0,
        payloadBytes: 0,
        filesDeleted: 0,
        fileBytes: 0,
      };
      this.byProject.set(projectId, counts);
    }
    return counts;
  }

  total(): RoundCounts {
    const projects = [...this.byProject.values()];
    const sum = (key: keyof ProjectCounts) => projects.reduce((all, counts) => all + counts[key], 0);
    return {
      executionsEmptied: sum('executionsEmptied'),
      executionsDeleted: sum('executionsDeleted'),
      payloadsDeleted: sum('payloadsDeleted'),
      payloadBytes: sum('payloadBytes'),
      filesDeleted: sum('filesDeleted'),
      contentBytes: this.contentBytes,
    };
  }
}
