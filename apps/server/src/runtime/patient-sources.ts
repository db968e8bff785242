/**
 * What a run reads besides its journal. A database that is away for a moment is no fault of the step that needs it: the
 * read waits until it is back, and the execution with it.
 */
import type { CredentialSource, VersionSource } from '@navette/engine';
import { listSecrets } from '@navette/nodes';
import { retryWhileAway } from '@navette/store';

export function createPatientVersions(source: VersionSource): VersionSource {
  return {
    read: (projectId, versionId) => retryWhileAway(() => source.read(projectId, versionId)),
    readPublished: (projectId, workflowId) =>
      retryWhileAway(() => source.readPublished(projectId, workflowId)),
  };
}

export function createPatientCredentials(source: CredentialSource): CredentialSource {
  return {
    async read(projectId, credentialId) {
      const credential = await retryWhileAway(() => source.read(projectId, credentialId));
      return credential && { ...credential, secrets: listSecrets(credential.type, credential.data) };
    },
  };
}
