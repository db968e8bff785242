/** People: the first owner, signing in and out, sessions. Wraps better-auth, which is loaded when it is first needed. */
import { createUuid } from '@navette/kit';
import { type AccountRepository, type ProjectRow, storeErrors } from '@navette/store';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { apiErrors } from '../http/api-error.ts';
import { AttemptLimiter } from './attempt-limiter.ts';
import { clientAddressHeader, cookiePrefix } from './cookie-settings.ts';
import type { Auth, AuthSettings } from './create-auth.ts';

export interface SessionUser {
  userId: string;
  name: string;
  email: string;
}

export interface AccountSettings extends AuthSettings {
  /** Attempts to sign in, by address and by account, within the window. */
  maxAttempts: number;
  attemptWindowMs: number;
}

export class Accounts {
  readonly #repository: AccountRepository;
  readonly #settings: AccountSettings;
  readonly #byAddress: AttemptLimiter;
  readonly #byAccount: AttemptLimiter;
  #auth: Promise<Auth> | undefined;
  #ownerExists = false;

  constructor(repository: AccountRepository, settings: AccountSettings) {
    this.#repository = repository;
    this.#settings = settings;
    const limit = { attempts: settings.maxAttempts, perMs: settings.attemptWindowMs };
    this.#byAddress = new AttemptLimiter(limit);
    this.#byAccount = new AttemptLimiter(limit);
  }

  /** Begins to load better-auth, so that the first sign-in need not wait for it. It costs 20 MB, so not at the start. */
  preload(): void {
    // A failure shows where somebody waits for it.
    this.#load()
      .then((auth) => auth.$context)
      .catch(() => {});
  }

  async hasOwner(): Promise<boolean> {
    this.#ownerExists ||= await this.#repository.hasOwner();
    return this.#ownerExists;
  }

  /** Whether this is the person who set the server up. */
  isOwner(userId: string): Promise<boolean> {
    return this.#repository.isOwner(userId);
  }

  /** Throws SETUP_DONE when there is an owner, also when two come at once. */
  async createOwner(
    owner: { name: string; email: string; password: string },
    request: FastifyRequest,
  ): Promise<{ user: SessionUser; project: ProjectRow }> {
    // Before the password is hashed, which costs; the store says it again, without a gap.
    if (await this.hasOwner()) throw storeErrors.create('SETUP_DONE');
    assertAllowed(this.#byAddress.take(request.ip));
    const context = await (await this.#load()).$context;
    const { name, password } = owner;
    const user = { userId: createUuid(), name, email: owner.email.toLowerCase() };
    const passwordHash = await context.password.hash(password);
    const project = await this.#repository.createOwner({ ...user, passwordHash, projectName: 'Default' });
    this.#ownerExists = true;
    return { user, project };
  }

  /** Sets the session cookie. Throws SESSION_BAD_CREDENTIALS, or RATE_LIMITED before it looks at anything. */
  async signIn(
    credentials: { email: string; password: string },
    request: FastifyRequest,
    reply: FastifyReply,
  ): Promise<SessionUser> {
    const email = credentials.email.toLowerCase();
    assertAllowed(Math.max(this.#byAddress.take(request.ip), this.#byAccount.take(email)));
    const auth = await this.#load();
    const body = { email, password: credentials.password };
    const result = await auth.api
      .signInEmail({ body, headers: toAuthHeaders(request), returnHeaders: true })
      .catch((error: unknown) => {
        if ((error as { statusCode?: unknown }).statusCode === 401)
          throw apiErrors.create('SESSION_BAD_CREDENTIALS');
        throw error;
      });
    this.#byAccount.forget(email);
    copyCookies(result.headers, reply);
    const { user } = result.response;
    return { userId: user.id, name: user.name, email: user.email };
  }

  /** The person of the session cookie; a session that is used is kept alive. */
  async readSession(request: FastifyRequest, reply: FastifyReply): Promise<SessionUser | undefined> {
    if (!request.headers.cookie?.includes(`${cookiePrefix}.session_token=`)) return undefined;
    const auth = await this.#load();
    const { headers, response } = await auth.api
      .getSession({ headers: toAuthHeaders(request), returnHeaders: true })
      .catch((error) => this.#explain(error));
    if (response === null) return undefined;
    copyCookies(headers, reply);
    const { user } = response;
    return { userId: user.id, name: user.name, email: user.email };
  }

  async signOut(request: FastifyRequest, reply: FastifyReply): Promise<void> {
    const auth = await this.#load();
    const { headers } = await auth.api.signOut({ headers: toAuthHeaders(request), returnHeaders: true });
    copyCookies(headers, reply);
  }

  /** better-auth keeps the cause of a failed look-up to itself: when the database does not answer us either, that is it. */
  async #explain(error: unknown): Promise<never> {
    await this.#settings.pool.query('SELECT 1');
    throw error;
  }

  #load(): Promise<Auth> {
    this.#auth ??= import('./create-auth.ts').then(({ createAuth }) => createAuth(this.#settings));
    return this.#auth;
  }
}

/** Only what better-auth needs, so that no header of a client steers it. */
function toAuthHeaders(request: FastifyRequest): Headers {
  const headers = new Headers({ [clientAddressHeader]: request.ip });
  const { cookie, 'user-agent': userAgent } = request.headers;
  if (cookie !== undefined) headers.set('cookie', cookie);
  if (userAgent !== undefined) headers.set('user-agent', userAgent.slice(0, 500));
  return headers;
}

function copyCookies(headers: Headers | undefined, reply: FastifyReply): void {
  const cookies = headers?.getSetCookie() ?? [];
  if (cookies.length > 0) reply.header('set-cookie', cookies);
}

function assertAllowed(waitMs: number): void {
  if (waitMs === 0) return;
  throw apiErrors.create('RATE_LIMITED', {
    params: { waitS: Math.ceil(waitMs / 1_000) },
    retry: { afterMs: waitMs },
  });
}
