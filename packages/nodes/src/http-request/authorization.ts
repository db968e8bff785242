import type { NodeContext } from '@navette/contracts';
import { builtinCredentialTypes, listSecrets } from '../credential-types/index.ts';

/** What the credential of the slot "auth" puts onto a request, and where it may go. */
export interface Authorization {
  headers: [string, string][];
  query: [string, string][];
  /** Undefined: any host. */
  allowedHosts: string[] | undefined;
  /** Everything in it that must not be shown. */
  secrets: string[];
}

export const noAuthorization: Authorization = {
  headers: [],
  query: [],
  allowedHosts: undefined,
  secrets: [],
};

/** Undefined when the node has no credential. */
export async function readAuthorization(
  ctx: Pick<NodeContext<unknown>, 'credential'>,
): Promise<Authorization | undefined> {
  const credential = await ctx.credential('auth');
  if (!credential) return undefined;
  const { type, data, allowedHosts } = credential;
  const credentialType = builtinCredentialTypes.find((known) => known.type === type);
  if (!credentialType) throw new Error(`HTTP request has no way to use credentials of type ${type}`);
  const { headers = {}, query = {} } = credentialType.authorize(data);
  return {
    headers: Object.entries(headers),
    query: Object.entries(query),
    allowedHosts: allowedHosts.length > 0 ? allowedHosts : undefined,
    secrets: listSecrets(type, data),
  };
}
