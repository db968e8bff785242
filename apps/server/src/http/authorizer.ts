/** The one place that decides who a request is and whether it may do what its route does. */
import type { Route, Scope } from '@navette/contracts';
import { decodeId } from '@navette/kit';
import { isApiKeySecret, type Membership, type Repositories } from '@navette/store';
import type { FastifyReply, FastifyRequest } from 'fastify';
import type { Accounts } from '../accounts/accounts.ts';
import { metricsErrors } from '../telemetry/metrics-error.ts';
import { apiErrors } from './api-error.ts';
import { type Caller, roleScopes } from './caller.ts';
import { isScraper } from './metrics-token.ts';
import { isSameOrigin } from './same-origin.ts';

export interface AuthorizerOptions {
  accounts: Accounts;
  repositories: Pick<Repositories, 'apiKeys' | 'projects'>;
  /** Whose pages may use a session: ours ("https://flows.example.com") and those that the configuration trusts. */
  publicOrigins: readonly string[];
  /** Lets a scraper read the metrics of the server. */
  metricsToken: string | undefined;
}

export class Authorizer {
  readonly #options: AuthorizerOptions;

  constructor(options: AuthorizerOptions) {
    this.#options = options;
  }

  /**
   * Undefined for routes that are open, or where the caller has no project. Throws AUTH_REQUIRED, AUTH_INVALID,
   * AUTH_FORBIDDEN, AUTH_ORIGIN, PROJECT_NOT_FOUND or METRICS_UNAUTHORIZED.
   */
  async authorize(route: Route, request: FastifyRequest, reply: FastifyReply): Promise<Caller | undefined> {
    const { access } = route;
    if (access === 'public' || access === 'setup') {
      this.#assertSameOrigin(route, request, { required: false });
      return undefined;
    }
    if (access === 'metrics') {
      await this.#authorizeScraper(request, reply);
      return undefined;
    }
    const caller = await this.#identify(route, request, reply);
    if (typeof access === 'object') assertScope(caller, access.scope);
    if (access === 'owner') await this.#assertOwner(caller);
    return caller;
  }

  /**
   * Neither an address nor a scope is enough: behind a proxy everyone comes from this machine, and a key is of one
   * project. Throws METRICS_UNAUTHORIZED.
   */
  async #authorizeScraper(request: FastifyRequest, reply: FastifyReply): Promise<void> {
    const { accounts, metricsToken } = this.#options;
    const { authorization } = request.headers;
    if (isScraper(authorization, metricsToken)) return;
    if (authorization === undefined) {
      const session = await accounts.readSession(request, reply);
      if (session !== undefined && (await accounts.isOwner(session.userId))) return;
    }
    throw metricsErrors.create('METRICS_UNAUTHORIZED');
  }

  /** What acts on the server as a whole is its owner's. Throws AUTH_FORBIDDEN or AUTH_OWNER. */
  async #assertOwner(caller: Caller): Promise<void> {
    assertScope(caller, 'executions:run');
    const isOwner = caller.userId !== null && (await this.#options.accounts.isOwner(caller.userId));
    if (!isOwner) throw apiErrors.create('AUTH_OWNER');
  }

  async #identify(route: Route, request: FastifyRequest, reply: FastifyReply): Promise<Caller> {
    const { authorization } = request.headers;
    if (authorization !== undefined) return this.#identifyKey(authorization, request);
    const session = await this.#options.accounts.readSession(request, reply);
    if (session === undefined) throw apiErrors.create('AUTH_REQUIRED');
    this.#assertSameOrigin(route, request, { required: true });
    const projects = await this.#options.repositories.projects.listOfUser(session.userId);
    const project = chooseProject(projects, readProjectHeader(request));
    return {
      kind: 'user',
      actor: { kind: 'user', id: session.userId },
      userId: session.userId,
      scopes: roleScopes[project.role],
      project,
      projects,
    };
  }

  async #identifyKey(authorization: string, request: FastifyRequest): Promise<Caller> {
    const secret = /^Bearer +(\S+)$/i.exec(authorization)?.[1];
    if (secret === undefined || !isApiKeySecret(secret)) throw apiErrors.create('AUTH_INVALID');
    const { apiKeys, projects } = this.#options.repositories;
    const key = await apiKeys.authenticate(secret);
    const project = key && (await projects.read(key.projectId));
    if (key === undefined || project === undefined) throw apiErrors.create('AUTH_INVALID');
    const wanted = readProjectHeader(request);
    if (wanted !== undefined && wanted !== project.id) throw apiErrors.create('PROJECT_NOT_FOUND');
    return {
      kind: 'api-key',
      actor: { kind: 'api-key', id: key.id },
      userId: key.createdBy,
      scopes: new Set(key.scopes),
      project,
      projects: [project],
    };
  }

  #assertSameOrigin(route: Route, request: FastifyRequest, { required }: { required: boolean }): void {
    if (route.method === 'GET') return;
    const { publicOrigins } = this.#options;
    if (!isSameOrigin(request.headers, { publicOrigins, required })) throw apiErrors.create('AUTH_ORIGIN');
  }
}

export function assertScope(caller: Caller, scope: Scope): void {
  if (!caller.scopes.has(scope)) throw apiErrors.create('AUTH_FORBIDDEN', { params: { scope } });
}

/** The bare id of the header; "" stands for one that is no id of a project. */
function readProjectHeader(request: FastifyRequest): string | undefined {
  const text = request.headers['navette-project'];
  if (text === undefined) return undefined;
  return (typeof text === 'string' && decodeId('project', text)) || '';
}

function chooseProject(projects: readonly Membership[], wanted: string | undefined): Membership {
  const project = wanted === undefined ? projects[0] : projects.find((each) => each.id === wanted);
  if (project === undefined) throw apiErrors.create('PROJECT_NOT_FOUND');
  return project;
}
