/** Prefixes of the ids that people see. The database keeps the bare UUID. */
export const idPrefixes = {
  project: 'prj',
  workflow: 'wfl',
  version: 'ver',
  execution: 'exe',
  artifact: 'art',
  credential: 'crd',
  apiKey: 'key',
  audit: 'aud',
  worker: 'wrk',
  user: 'usr',
  replay: 'rpl',
  approval: 'apr',
  message: 'msg',
} as const;
export type IdKind = keyof typeof idPrefixes;

const bareUuid = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/;

/** "exe_0193…" for a bare UUID. */
export function encodeId(kind: IdKind, uuid: string): string {
  return `${idPrefixes[kind]}_${uuid.slice(0, 8)}${uuid.slice(9, 13)}${uuid.slice(14, 18)}${uuid.slice(19, 23)}${uuid.slice(24)}`;
}

/** The bare UUID of "exe_0193…", or undefined when the text is not an id of that kind. */
export function decodeId(kind: IdKind, text: string): string | undefined {
  const prefix = `${idPrefixes[kind]}_`;
  if (!text.startsWith(prefix)) return undefined;
  const hex = text.slice(prefix.length);
  if (!/^[0-9a-f]{32}$/.test(hex)) return undefined;
  const uuid = formatUuid(hex);
  return bareUuid.test(uuid) ? uuid : undefined;
}

/** 32 hex digits with the dashes put in. */
export function formatUuid(hex: string): string {
  return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-${hex.slice(12, 16)}-${hex.slice(16, 20)}-${hex.slice(20)}`;
}
