import type { LinkSource, LinkTarget } from '@navette/engine';
import type { Vault } from '@navette/store';
import { decodeLinkToken, encodeLinkToken, type LinkClaims, type LinkKind } from './link-token.ts';

/** Where resume requests go, without the token. */
export const resumePrefix = '/resume/';

/** The links that steps give away, and what comes back of them. */
export class Links implements LinkSource {
  readonly #vault: Vault;
  readonly #publicUrl: string;

  constructor(options: { vault: Vault; publicUrl: string }) {
    this.#vault = options.vault;
    this.#publicUrl = options.publicUrl;
  }

  resumeUrl(target: LinkTarget): string {
    return `${this.#publicUrl}${resumePrefix}${encodeLinkToken(this.#vault, 'resume', target)}`;
  }

  /** The token stands behind "#": it reaches no log of a server or proxy. */
  approvalUrl(target: LinkTarget, person: string): string {
    return `${this.#publicUrl}/decide#${encodeLinkToken(this.#vault, 'approval', { ...target, person })}`;
  }

  /** Undefined for what was not signed here. Its expiry is the caller's to look at. */
  read(kind: LinkKind, token: string): Promise<LinkClaims | undefined> {
    return decodeLinkToken(this.#vault, kind, token);
  }
}
