import type { SaveSettings } from '@navette/contracts';
import type pg from 'pg';
import { createRules, type RetentionDefaults, type RetentionRules } from './retention-rules.ts';

export interface WorkflowRules {
  workflowId: string;
  projectId: string;
  rules: RetentionRules;
}

/** What versions say never changes, so each is read once. */
const knownVersions = 5_000;

/**
 * The rules of every workflow, deleted ones too: what its published version says, else its draft. So a change holds for
 * the executions that there are, from the moment it is published.
 */
export class RuleList {
  readonly #pool: pg.Pool;
  readonly #defaults: RetentionDefaults;
  #saved = new Map<string, SaveSettings | undefined>();

  constructor(pool: pg.Pool, defaults: RetentionDefaults) {
    this.#pool = pool;
    this.#defaults = defaults;
  }

  async list(projectId?: string): Promise<WorkflowRules[]> {
    const workflows = await this.#pool.query<{ id: string; project: string; version: string }>(
      `SELECT id, project_id AS project, coalesce(published_version_id, draft_version_id) AS version FROM workflows
       WHERE $1::uuid IS NULL OR project_id = $1 ORDER BY id`,
      [projectId ?? null],
    );
    await this.#learn(workflows.rows.map((row) => row.version));
    return workflows.rows.map(({ id, project, version }) => ({
      workflowId: id,
      projectId: project,
      rules: createRules(this.#defaults, this.#saved.get(version)),
    }));
  }

  async #learn(versionIds: readonly string[]): Promise<void> {
    if (this.#saved.size > knownVersions + versionIds.length) this.#saved = new Map();
    const unknown = versionIds.filter((id) => !this.#saved.has(id));
    for (let at = 0; at < unknown.length; at += 100) {
      const { rows } = await this.#pool.query<{ id: string; save: SaveSettings | null }>(
        `SELECT id, definition #> '{settings,save}' AS save FROM workflow_versions WHERE id = ANY ($1::uuid[])`,
        [unknown.slice(at, at + 100)],
      );
      for (const { id, save } of rows) this.#saved.set(id, save ?? undefined);
    }
  }
}
