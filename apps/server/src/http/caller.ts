import { type Scope, scopes } from '@navette/contracts';
import type { Actor, Change, ProjectRow, Role } from '@navette/store';

/** Who calls, and the project that the call acts on. */
export interface Caller {
  kind: 'user' | 'api-key';
  actor: Actor;
  /** The person; for a key, who made it. */
  userId: string | null;
  scopes: ReadonlySet<Scope>;
  project: ProjectRow;
  /** Every project that the caller may choose. */
  projects: readonly ProjectRow[];
}

const all: ReadonlySet<Scope> = new Set(scopes);
const viewer: readonly Scope[] = [
  'workflows:read',
  'executions:read',
  'artifacts:read',
  'credentials:read',
  // Of those that name them: who may decide is a matter of each approval.
  'approvals:decide',
];
const operator: readonly Scope[] = [...viewer, 'executions:run'];
const editor: readonly Scope[] = [...operator, 'workflows:write', 'credentials:write'];

/** What a role may do: viewers look, operators run, editors change, admins and owners also give keys and audit. */
export const roleScopes: Readonly<Record<Role, ReadonlySet<Scope>>> = {
  owner: all,
  admin: all,
  editor: new Set(editor),
  operator: new Set(operator),
  viewer: new Set(viewer),
};

export function toChange(caller: Caller): Change {
  return { projectId: caller.project.id, actor: caller.actor };
}
