import { encodeId, type IdKind } from '@navette/kit';

const kinds = new Map<string, IdKind>([
  ['executionId', 'execution'],
  ['parentId', 'execution'],
  ['workflowId', 'workflow'],
  ['versionId', 'version'],
  ['projectId', 'project'],
  ['workerId', 'worker'],
  ['newWorkerId', 'worker'],
]);

/** Ids as people see them elsewhere, so that one copied from the address of a page finds its lines. */
export function encodeLoggedIds(fields: Record<string, unknown>): Record<string, unknown> {
  const encoded: Record<string, unknown> = { ...fields };
  for (const name of Object.keys(fields)) {
    const kind = kinds.get(name);
    const value = fields[name];
    if (kind !== undefined && typeof value === 'string' && /^[0-9a-f-]{36}$/.test(value))
      encoded[name] = encodeId(kind, value);
  }
  return encoded;
}
