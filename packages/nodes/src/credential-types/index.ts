import type { CredentialType } from '@navette/node-sdk';
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

export { httpBasic, httpBearer, httpHeader, httpQuery };
