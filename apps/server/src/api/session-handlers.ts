import type { Session } from '@navette/contracts';
import { encodeId } from '@navette/kit';
import type { ProjectRow } from '@navette/store';
import { apiErrors } from '../http/api-error.ts';
import { type Caller, roleScopes } from '../http/caller.ts';
import type { RouteHandlers } from '../http/route-handler.ts';
import { encodeProject } from './encode-resource.ts';
import type { ServerServices } from './server-services.ts';

type SessionHandlers = Pick<
  RouteHandlers,
  'getSetup' | 'createOwner' | 'signIn' | 'getSession' | 'signOut' | 'createProject'
>;

export function createSessionHandlers(services: ServerServices): SessionHandlers {
  const { accounts, repositories, settings } = services;
  return {
    async getSetup() {
      // Whoever asks this is about to sign in.
      accounts.preload();
      return { ownerExists: await accounts.hasOwner(), version: settings.version };
    },

    async createOwner({ body, request, reply }) {
      const { project } = await accounts.createOwner(body, request);
      const user = await accounts.signIn(body, request, reply);
      return encodeSession(user, project, [project], roleScopes.owner);
    },

    async signIn({ body, request, reply }) {
      const user = await accounts.signIn(body, request, reply);
      const projects = await repositories.projects.listOfUser(user.userId);
      const [project] = projects;
      if (project === undefined) throw apiErrors.create('PROJECT_NOT_FOUND');
      await repositories.audit.append(
        { projectId: project.id, actor: { kind: 'user', id: user.userId } },
        { action: 'session-started', resourceKind: 'user', resourceId: user.userId },
      );
      return encodeSession(user, project, projects, roleScopes[project.role]);
    },

    async getSession({ caller }) {
      const { project, projects, scopes } = caller;
      return encodeSession(await readPerson(caller), project, projects, scopes);
    },

    async signOut({ caller, request, reply }) {
      if (caller.kind === 'api-key') return;
      await accounts.signOut(request, reply);
      await repositories.audit.append(
        { projectId: caller.project.id, actor: caller.actor },
        { action: 'session-ended', resourceKind: 'user', resourceId: caller.userId ?? '' },
      );
    },

    async createProject({ body, caller, answerOnce }) {
      const { userId, actor } = caller;
      if (userId === null) throw apiErrors.create('AUTH_REQUIRED');
      return answerOnce(async ({ projects }) =>
        encodeProject(await projects.create({ name: body.name, userId, actor })),
      );
    },
  };

  /** Of a key: who made it. */
  async function readPerson({ userId }: Caller) {
    const user = userId === null ? undefined : await repositories.accounts.readUser(userId);
    if (user === undefined) throw apiErrors.create('AUTH_REQUIRED');
    return { userId: user.id, name: user.name, email: user.email };
  }
}

function encodeSession(
  user: { userId: string; name: string; email: string },
  project: ProjectRow,
  projects: readonly ProjectRow[],
  scopes: Caller['scopes'],
): Session {
  return {
    user: { id: encodeId('user', user.userId), name: user.name, email: user.email },
    project: encodeProject(project),
    projects: projects.map(encodeProject),
    scopes: [...scopes],
  };
}
