/** better-auth on our tables (0002_accounts.sql): passwords, sessions and cookies. None of its routes are mounted. */
import { kyselyAdapter } from '@better-auth/kysely-adapter';
import { createUuid } from '@navette/kit';
import { createSharedDialect } from '@navette/store';
import type { BetterAuthOptions } from 'better-auth';
import { betterAuth } from 'better-auth/minimal';
import { Kysely } from 'kysely';
import type pg from 'pg';
import { clientAddressHeader, cookiePrefix } from './cookie-settings.ts';

const day = 86_400;

export interface AuthSettings {
  pool: pg.Pool;
  /** Signs the session cookies. */
  secret: string;
  /** "https://flows.example.com": cookies are `Secure` when it is https. */
  publicUrl: string;
}

const times = { createdAt: 'created_at', updatedAt: 'updated_at' } as const;

/** Also what the test of the schema looks at. */
export function createAuthOptions({ secret, publicUrl }: Omit<AuthSettings, 'pool'>) {
  return {
    appName: 'Navette',
    baseURL: publicUrl,
    secret,
    telemetry: { enabled: false },
    // Sign-up is `POST /api/v1/setup`, once.
    emailAndPassword: { enabled: true, disableSignUp: true, minPasswordLength: 10, maxPasswordLength: 200 },
    user: { modelName: 'users', fields: { ...times, emailVerified: 'email_verified' } },
    session: {
      modelName: 'user_sessions',
      expiresIn: 7 * day,
      updateAge: day,
      fields: {
        ...times,
        userId: 'user_id',
        expiresAt: 'expires_at',
        ipAddress: 'ip_address',
        userAgent: 'user_agent',
      },
    },
    account: {
      modelName: 'user_accounts',
      fields: {
        ...times,
        userId: 'user_id',
        accountId: 'account_id',
        providerId: 'provider_id',
        accessToken: 'access_token',
        refreshToken: 'refresh_token',
        idToken: 'id_token',
        accessTokenExpiresAt: 'access_token_expires_at',
        refreshTokenExpiresAt: 'refresh_token_expires_at',
      },
    },
    verification: { modelName: 'user_verifications', fields: { ...times, expiresAt: 'expires_at' } },
    // Attempts are limited by AttemptLimiter, before any password is hashed.
    rateLimit: { enabled: false },
    logger: { disabled: true },
    advanced: {
      cookiePrefix,
      useSecureCookies: publicUrl.startsWith('https:'),
      ipAddress: { ipAddressHeaders: [clientAddressHeader] },
      database: { generateId: () => createUuid(), validateSchema: false },
    },
  } satisfies BetterAuthOptions;
}

export function createAuth(settings: AuthSettings) {
  const db = new Kysely<Record<string, Record<string, unknown>>>({
    dialect: createSharedDialect(settings.pool),
  });
  return betterAuth({
    ...createAuthOptions(settings),
    database: kyselyAdapter(db, { type: 'postgres', transaction: false }),
  });
}
export type Auth = ReturnType<typeof createAuth>;
