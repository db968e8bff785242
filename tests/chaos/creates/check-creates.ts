/** What must hold of the stored rows, files and bytes after rounds of keyed creates. In words; empty when all is well. */
import { decodeId } from '@navette/kit';
import type { ApiClient } from '../api-client.ts';
import type { StoreReader } from '../stored-rows.ts';
import { createContent, createKinds, createTables, idIn } from './create-kinds.ts';
import type { CreateOutcome } from './create-round.ts';
import { findTexts } from './find-secrets.ts';

/** One row for each key, with the id that was answered; none or one where nobody asked again. */
export async function checkRows(
  { client }: StoreReader,
  outcomes: readonly CreateOutcome[],
): Promise<string[]> {
  const problems: string[] = [];
  for (const { create, body } of outcomes) {
    const { table, column, toStored } = createTables[create.kind];
    const { rows } = await client.query<{ id: string }>(`SELECT id FROM ${table} WHERE ${column} = $1`, [
      toStored(create.name),
    ]);
    const ids = rows.map(({ id }) => id);
    if (body === undefined && create.isAbandoned && ids.length <= 1) continue;
    const answered = body && decodeId(create.kind, idIn(create.kind, body));
    if (ids.length !== 1 || ids[0] !== answered)
      problems.push(`${create.name}: answered with ${answered}, stored are ${ids.join(', ') || 'none'}`);
  }
  return problems;
}

/** Everything that was made has its one audit entry, and every entry what it tells of. */
export async function checkAudit({ client }: StoreReader): Promise<string[]> {
  const problems: string[] = [];
  for (const kind of createKinds) {
    const { table, action } = createTables[kind];
    if (action === undefined) continue;
    // The first project comes with the owner, and has the entry of that.
    const { rows } = await client.query<{ id: string | null; entries: number; isStored: boolean }>(
      `SELECT coalesce(t.id::text, a.resource_id) AS id, count(a.id)::int AS entries,
         bool_or(t.id IS NOT NULL) AS "isStored"
       FROM ${table} t FULL JOIN (SELECT * FROM audit_entries WHERE action = $1) a ON a.resource_id = t.id::text
       WHERE t.id IS NULL OR ${kind === 'project' ? `t.id <> (SELECT project_id FROM audit_entries WHERE action = 'owner-created')` : 'true'}
       GROUP BY 1`,
      [action],
    );
    for (const { id, entries, isStored } of rows)
      if (entries !== 1 || !isStored)
        problems.push(`${kind} ${id}: ${entries} audit entries, ${isStored ? 'stored' : 'not stored'}`);
  }
  return problems;
}

/** Every secret of a key is good, and no secret lies anywhere under the data folder or in the log as it is. */
export async function checkSecrets(options: {
  reader: StoreReader;
  outcomes: readonly CreateOutcome[];
  url: string;
  dataDir: string;
  output: string;
}): Promise<string[]> {
  const { dataDir, outcomes, output, reader, url } = options;
  const problems: string[] = [];
  const keys = outcomes.filter(({ create, body }) => create.kind === 'apiKey' && body !== undefined);
  for (const { create, body } of keys) {
    const headers = { authorization: `Bearer ${body!['secret']}` };
    const response = await fetch(`${url}/api/v1/workflows?limit=1`, { headers });
    await response.body?.cancel();
    if (response.status !== 200)
      problems.push(`${create.name}: its secret is answered with ${response.status}`);
  }
  await reader.client.query('CHECKPOINT');
  const found = await findTexts(dataDir, /nvt_[0-9A-Za-z]{8}_[0-9A-Za-z]{43}|canary-[0-9a-f]{64}/g);
  for (const text of found) problems.push(`${text.slice(0, 12)}… is stored in clear`);
  if (/nvt_[0-9A-Za-z]{8}_|canary-[0-9a-f]{8}/.test(output)) problems.push('A secret is in the log');
  // The search finds what is there: the names of what was made.
  const names = await findTexts(dataDir, /round-\d+-(?:apiKey|credential)-\d+/g);
  for (const { create } of outcomes)
    if (['apiKey', 'credential'].includes(create.kind) && !names.has(create.name))
      problems.push(`${create.name} was not found in the data folder: the search for secrets proves nothing`);
  return problems;
}

/** Every file has the bytes that were sent. */
export async function checkBytes(api: ApiClient, outcomes: readonly CreateOutcome[]): Promise<string[]> {
  const problems: string[] = [];
  for (const { create, body } of outcomes) {
    if (create.kind !== 'artifact' || body === undefined) continue;
    const bytes = await api.download(idIn('artifact', body));
    if (!bytes.equals(createContent(create))) problems.push(`${create.name}: other bytes than were sent`);
  }
  return problems;
}
