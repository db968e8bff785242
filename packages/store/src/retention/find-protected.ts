import { type ExecutionStatus, isTerminal } from '@navette/contracts';
import type { Queryable } from '../queryable.ts';

/** A family with more members is left alone: to look through it for every batch would cost more than it takes. */
const maxFamily = 50_000;
const idsPerQuery = 1_000;

interface Relative {
  id: string;
  status: ExecutionStatus;
  links: string[];
}

/**
 * Which of the executions belong to the family of one that has not ended: parents, children, what they were made from
 * and what was made from them, over any number of steps. A live one may still read any of them.
 *
 * A link is followed both ways; an ended execution never gets alive again, and one
 * that is made from it later brings a copy of what it needs.
 * Indexes: executions_pkey, executions_parent, executions_retry_of.
 */
export async function findProtected(db: Queryable, ids: readonly string[]): Promise<Set<string>> {
  const found = new Map<string, Relative>();
  let frontier = [...new Set(ids)];
  const asked = new Set(frontier);
  while (frontier.length > 0 && found.size <= maxFamily) {
    const next = new Set<string>();
    for (let at = 0; at < frontier.length; at += idsPerQuery) {
      for (const relative of await listRelatives(db, frontier.slice(at, at + idsPerQuery))) {
        found.set(relative.id, relative);
        for (const id of [relative.id, ...relative.links]) if (!asked.has(id)) next.add(id);
      }
    }
    for (const id of next) asked.add(id);
    frontier = [...next];
  }
  const isComplete = frontier.length === 0;
  const live = [...found.values()].filter((relative) => !isTerminal(relative.status));
  const families = new Families();
  for (const { id, links } of found.values()) for (const link of links) families.join(id, link);
  const protectedFamilies = new Set(live.map(({ id }) => families.find(id)));
  // Beyond the edge of what was looked at there may be a live one.
  for (const id of isComplete ? [] : frontier) protectedFamilies.add(families.find(id));
  return new Set(ids.filter((id) => protectedFamilies.has(families.find(id))));
}

async function listRelatives(db: Queryable, ids: readonly string[]): Promise<Relative[]> {
  const { rows } = await db.query<{
    id: string;
    status: ExecutionStatus;
    parent: string | null;
    source: string | null;
    root: string;
  }>(
    `SELECT id, status, parent_id AS parent, retry_of AS source, root_id AS root FROM executions
     WHERE id = ANY ($1::uuid[]) OR parent_id = ANY ($1::uuid[]) OR retry_of = ANY ($1::uuid[])`,
    [ids],
  );
  return rows.map(({ id, status, parent, source, root }) => ({
    id,
    status,
    links: [parent, source, root].filter((link) => link !== null && link !== id) as string[],
  }));
}

/** Union-find over ids. */
class Families {
  readonly #parents = new Map<string, string>();

  find(id: string): string {
    let root = id;
    for (let next = this.#parents.get(root); next !== undefined; next = this.#parents.get(root)) root = next;
    for (let at = id; at !== root; ) {
      const next = this.#parents.get(at)!;
      this.#parents.set(at, root);
      at = next;
    }
    return root;
  }

  join(a: string, b: string): void {
    const [first, second] = [this.find(a), this.find(b)];
    if (first !== second) this.#parents.set(first, second);
  }
}
