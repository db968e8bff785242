import type { CredentialType } from '@navette/contracts';

/** Declares a credential type; the catalogue and the credential form are drawn from it. */
export function defineCredentialType(credentialType: CredentialType): CredentialType {
  return credentialType;
}
