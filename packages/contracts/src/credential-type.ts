import type { z } from 'zod';
import type { Localized } from './node-type.ts';

/** Decrypted secret data, by field. It exists in the host only, at the moment of use. */
export type CredentialData = Readonly<Record<string, string>>;

/** How a credential is put onto an outgoing request, so that nodes never need to see the secret itself. */
export interface RequestAuth {
  headers?: Record<string, string>;
  query?: Record<string, string>;
}

export interface CredentialType {
  type: string;
  name: Localized;
  description: Localized;
  /** Strict schema of string fields. */
  data: z.ZodObject;
  /** Builds what goes onto the request. */
  authorize(data: CredentialData): RequestAuth;
}
