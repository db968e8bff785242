/** Everything that can be made under an `Idempotency-Key`: how it is asked for, and where its row is found. */
import { createCipheriv, createHash } from 'node:crypto';
import type { SeededRandom } from '../seeded-random.ts';

export const createKinds = ['project', 'apiKey', 'artifact', 'execution', 'workflow', 'credential'] as const;
export type CreateKind = (typeof createKinds)[number];

export interface Create {
  kind: CreateKind;
  /** Of this one alone: the name of what is made, and its key. */
  name: string;
  /** Of an upload. */
  content?: { seed: string; sizeBytes: number };
  /** Never asked for again after the kill. */
  isAbandoned: boolean;
}

interface CreateTable {
  table: string;
  /** The column with the name of the create. */
  column: string;
  toStored(name: string): string;
  /** The action of its audit entry; starts of executions have none. */
  action?: string;
}

const same = (name: string) => name;

export const createTables: Record<CreateKind, CreateTable> = {
  project: { table: 'projects', column: 'name', toStored: same, action: 'project-created' },
  apiKey: { table: 'api_keys', column: 'name', toStored: same, action: 'api-key-created' },
  artifact: { table: 'artifacts', column: 'file_name', toStored: same, action: 'artifact-uploaded' },
  workflow: { table: 'workflows', column: 'name', toStored: same, action: 'workflow-created' },
  credential: { table: 'credentials', column: 'name', toStored: same, action: 'credential-created' },
  execution: { table: 'executions', column: 'idempotency_key', toStored: (name) => `run:${name}` },
};

/** On both sides of what is held in memory, and enough to be cut off in the middle. */
const sizes = [100, 5_000, 300_000, 4_000_000];

export function createCreate(
  random: SeededRandom,
  { kind, name }: { kind: CreateKind; name: string },
): Create {
  if (kind !== 'artifact') return { kind, name, isAbandoned: false };
  // Now and then two files have the same bytes, and one of them may be abandoned.
  const seed = random.chance(0.2) ? 'shared' : name;
  return { kind, name, content: { seed, sizeBytes: random.pick(sizes) }, isAbandoned: random.chance(0.4) };
}

/** What is sent: the same on each call. `workflowId`: what executions are of. */
export function createRequest(create: Create, workflowId: string): { path: string; body: object | FormData } {
  const { kind, name } = create;
  switch (kind) {
    case 'project':
      return { path: '/api/v1/projects', body: { name } };
    case 'apiKey':
      return { path: '/api/v1/api-keys', body: { name, scopes: ['workflows:read'] } };
    case 'workflow':
      return { path: '/api/v1/workflows', body: { name, definition: { nodes: [] } } };
    case 'credential':
      return {
        path: '/api/v1/credentials',
        body: { name, type: 'http-bearer', data: { token: tokenOf(name) } },
      };
    case 'execution':
      return {
        path: `/api/v1/workflows/${workflowId}/run`,
        body: { target: 'published', input: { run: name } },
      };
    case 'artifact': {
      const body = new FormData();
      body.set('file', new Blob([createContent(create)], { type: 'application/octet-stream' }), name);
      return { path: '/api/v1/artifacts', body };
    }
  }
}

/** The secret of a credential. */
export function tokenOf(name: string): string {
  return `canary-${createHash('sha256').update(name).digest('hex')}`;
}

/** Bytes that do not compress, of the seed of the content. */
export function createContent({ content }: Create): Uint8Array<ArrayBuffer> {
  if (!content) throw new Error('Only an upload has content');
  const key = createHash('sha256').update(content.seed).digest();
  const cipher = createCipheriv('aes-256-ctr', key, Buffer.alloc(16));
  return new Uint8Array(cipher.update(Buffer.alloc(content.sizeBytes)));
}

/** The public id in an answer. */
export function idIn(kind: CreateKind, body: Record<string, unknown>): string {
  return String(body[kind === 'execution' ? 'executionId' : 'id']);
}
