import type { CredentialData, CredentialType } from '@navette/contracts';
import { encodeJsonSchema } from '../docs/json-schema.ts';
import { apiErrors } from '../http/api-error.ts';
import { toChange } from '../http/caller.ts';
import { toRequestIssues } from '../http/request-issues.ts';
import type { RouteHandlers } from '../http/route-handler.ts';
import { toBareId } from './bare-id.ts';
import { encodeCredential } from './encode-resource.ts';
import type { ServerServices } from './server-services.ts';

type CredentialHandlers = Pick<
  RouteHandlers,
  'listCredentialTypes' | 'listCredentials' | 'createCredential' | 'updateCredential' | 'deleteCredential'
>;

export function createCredentialHandlers(services: ServerServices): CredentialHandlers {
  const { nodes, repositories } = services;
  const { credentials } = repositories;
  return {
    listCredentialTypes: () => ({ items: nodes.listCredentialTypes().map(encodeCredentialType) }),

    async listCredentials({ query, caller }) {
      const page = await credentials.list(caller.project.id, query);
      return { items: page.items.map(encodeCredential), nextCursor: page.nextCursor };
    },

    async createCredential({ body, caller, answerOnce }) {
      const { name, type, allowedHosts } = body;
      const data = parseData(type, body.data);
      const credential = { name, type, data, allowedHosts };
      return answerOnce(async (creating) =>
        encodeCredential(await creating.credentials.create(toChange(caller), credential)),
      );
    },

    async updateCredential({ params, body, caller }) {
      const credentialId = toBareId('credential', params.credentialId);
      const { type } = await credentials.describe(caller.project.id, credentialId);
      const data = body.data && parseData(type, body.data);
      return encodeCredential(await credentials.update(toChange(caller), credentialId, { ...body, data }));
    },

    async deleteCredential({ params, caller }) {
      await credentials.delete(toChange(caller), toBareId('credential', params.credentialId));
    },
  };

  /** Findings name fields, never values. Throws CREDENTIAL_INVALID. */
  function parseData(type: string, data: Record<string, string>): CredentialData {
    const credentialType = nodes.findCredentialType(type);
    if (credentialType === undefined) {
      const issues = [{ path: '/body/type', message: `there is no credential type "${type}"` }];
      throw apiErrors.create('CREDENTIAL_INVALID', { issues });
    }
    const parsed = credentialType.data.safeParse(data);
    if (parsed.success) return parsed.data as CredentialData;
    throw apiErrors.create('CREDENTIAL_INVALID', { issues: toRequestIssues(parsed.error, '/body/data') });
  }
}

function encodeCredentialType({ type, name, description, data }: CredentialType) {
  return { type, name, description, dataSchema: encodeJsonSchema(data, 'input') };
}
