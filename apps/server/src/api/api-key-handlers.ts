import { apiErrors } from '../http/api-error.ts';
import { assertScope } from '../http/authorizer.ts';
import { toChange } from '../http/caller.ts';
import type { RouteHandlers } from '../http/route-handler.ts';
import { toBareId } from './bare-id.ts';
import { encodeApiKey } from './encode-resource.ts';
import type { ServerServices } from './server-services.ts';

type ApiKeyHandlers = Pick<RouteHandlers, 'listApiKeys' | 'createApiKey' | 'revokeApiKey'>;

const defaultLifetimeMs = 90 * 86_400_000;

export function createApiKeyHandlers({ repositories }: ServerServices): ApiKeyHandlers {
  const { apiKeys } = repositories;
  return {
    async listApiKeys({ query, caller }) {
      const page = await apiKeys.list(caller.project.id, query);
      return { items: page.items.map(encodeApiKey), nextCursor: page.nextCursor };
    },

    async createApiKey({ body, caller, answerOnce }) {
      // Nobody hands out more than they have.
      for (const scope of body.scopes) assertScope(caller, scope);
      const { name, scopes } = body;
      const expiresAt = parseExpiry(body.expiresAt, Date.now());
      const key = { name, scopes, expiresAt, createdBy: caller.userId };
      return answerOnce(async (creating) => {
        const { secret, ...row } = await creating.apiKeys.create(toChange(caller), key);
        return { ...encodeApiKey(row), secret };
      });
    },

    async revokeApiKey({ params, caller }) {
      await apiKeys.revoke(toChange(caller), toBareId('apiKey', params.keyId));
    },
  };
}

function parseExpiry(given: string | null | undefined, now: number): Date | null {
  if (given === null) return null;
  if (given === undefined) return new Date(now + defaultLifetimeMs);
  const expiresAt = new Date(given);
  if (expiresAt.getTime() > now) return expiresAt;
  const issues = [{ path: '/body/expiresAt', message: 'must be in the future' }];
  throw apiErrors.create('REQUEST_INVALID', { issues });
}
