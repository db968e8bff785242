import type { Retention } from '@navette/store';
import type { Config } from '../config/index.ts';
import type { RouteHandlers } from '../http/route-handler.ts';
import type { ServerServices } from './server-services.ts';

/** What requests see of retention. */
export interface RetentionService extends Pick<Retention, 'preview'> {
  settings: Config['retention'];
}

export function createRetentionHandlers({
  retention,
}: Pick<ServerServices, 'retention'>): Pick<RouteHandlers, 'getRetention'> {
  return {
    async getRetention({ caller }) {
      const { enabled, intervalMinutes, ...defaults } = retention.settings;
      const { lastRound, ...due } = await retention.preview(caller.project.id);
      const startedAt = lastRound.startedAt?.toISOString() ?? null;
      const finishedAt = lastRound.finishedAt?.toISOString() ?? null;
      return { enabled, intervalMinutes, defaults, lastRound: { startedAt, finishedAt }, due };
    },
  };
}
