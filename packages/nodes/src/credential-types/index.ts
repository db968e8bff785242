import type { CredentialData } from '@navette/contracts';
import type { CredentialType } from '@navette/node-sdk';
import { z } from 'zod';
import { httpBasic } from './http-basic.ts';
import { httpBearer } from './http-bearer.ts';
import { httpHeader } from './http-header.ts';
import { httpQuery } from './http-query.ts';

/** The credential types that ship with the product. Their "x-secret" fields are what must never be shown. */
export const builtinCredentialTypes: readonly CredentialType[] = [
  httpBasic,
  httpBearer,
  httpHeader,
  httpQuery,
];

/** What of a credential must not be shown: its secret fields, and what it puts onto requests. */
export function listSecrets(type: string, data: CredentialData): string[] {
  const known = builtinCredentialTypes.find((candidate) => candidate.type === type);
  if (!known) return Object.values(data);
  const { headers = {}, query = {} } = known.authorize(data);
  const shown = listShownFields(known);
  const secret = Object.entries(data).flatMap(([field, value]) => (shown.has(field) ? [] : [value]));
  return [...Object.values(headers), ...Object.values(query), ...secret];
}

const shownFields = new Map<string, ReadonlySet<string>>();

function listShownFields({ type, data }: CredentialType): ReadonlySet<string> {
  const known = shownFields.get(type);
  if (known) return known;
  const { properties = {} } = z.toJSONSchema(data, { io: 'input' });
  const isShown = (field: string) => (properties[field] as Record<string, unknown>)['x-secret'] !== true;
  const shown = new Set(Object.keys(properties).filter(isShown));
  shownFields.set(type, shown);
  return shown;
}

export { httpBasic, httpBearer, httpHeader, httpQuery };
