/**
 * What a link carries: whose wait it ends, until when it is good, for whom; signed, so that nobody can make one up, and
 * readable by anybody, so that there is nothing secret in it but the signature.
 *
 * Form: base64url of a JSON list, a dot, base64url of the signature over the text before the dot. The list is
 * [version, key, project, execution, path, expiry in Unix milliseconds, person or null].
 */
import type { LinkTarget } from '@navette/engine';
import type { Vault } from '@navette/store';

export type LinkKind = 'resume' | 'approval';

export interface LinkClaims extends LinkTarget {
  /** E-mail address in lower case; undefined where the link is nobody's in particular. */
  person?: string;
}

const version = 1;
/** A path may be long; anything above this is not one of ours. */
const maxTokenLength = 4_000;

type Signing = Pick<Vault, 'sign' | 'currentKeyId'>;

export function encodeLinkToken(vault: Signing, kind: LinkKind, claims: LinkClaims): string {
  const { projectId, executionId, path, expiresAt, person } = claims;
  const list = [version, vault.currentKeyId, projectId, executionId, path, expiresAt, person ?? null];
  const body = Buffer.from(JSON.stringify(list)).toString('base64url');
  const { mac } = vault.sign(purposeOf(kind), Buffer.from(body));
  return `${body}.${mac.toString('base64url')}`;
}

/** Undefined for whatever was not signed here for this kind of link. Its expiry is the caller's to look at. */
export async function decodeLinkToken(
  vault: Pick<Vault, 'verify'>,
  kind: LinkKind,
  token: string,
): Promise<LinkClaims | undefined> {
  if (token.length > maxTokenLength) return undefined;
  const [body = '', mac = '', ...rest] = token.split('.');
  const list = rest.length === 0 ? parseList(body) : undefined;
  const keyId = typeof list?.[1] === 'string' ? list[1] : '';
  // Checked whatever the list is, so that the time tells nothing of it.
  const signature = { keyId, mac: Buffer.from(mac, 'base64url') };
  const isGood = await vault.verify(purposeOf(kind), Buffer.from(body), signature);
  return isGood && list ? toClaims(list) : undefined;
}

function parseList(body: string): unknown[] | undefined {
  try {
    const value: unknown = JSON.parse(Buffer.from(body, 'base64url').toString('utf8'));
    return Array.isArray(value) ? value : undefined;
  } catch {
    return undefined;
  }
}

/** The list was signed, so that it has the form that its version has. */
function toClaims(list: unknown[]): LinkClaims | undefined {
  if (list[0] !== version) return undefined;
  const [, , projectId, executionId, path, expiresAt, person] = list as [
    number,
    string,
    string,
    string,
    string,
    number,
    string | null,
  ];
  return { projectId, executionId, path, expiresAt, ...(person === null ? {} : { person }) };
}

function purposeOf(kind: LinkKind): string {
  return `${kind} link`;
}
