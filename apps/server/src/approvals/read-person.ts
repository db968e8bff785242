import type { Person, Repositories } from '@navette/store';
import type { Caller } from '../http/caller.ts';

/**
 * Who somebody is to an approval: the person who is signed in, or who made the API key, with the role of that person in
 * the project today. Undefined for a key that nobody made.
 */
export async function readPerson(
  { accounts, projects }: Pick<Repositories, 'accounts' | 'projects'>,
  { project, userId }: Pick<Caller, 'project' | 'userId'>,
): Promise<(Person & { name: string }) | undefined> {
  if (userId === null) return undefined;
  const [user, memberships] = await Promise.all([accounts.readUser(userId), projects.listOfUser(userId)]);
  if (user === undefined) return undefined;
  const role = memberships.find((membership) => membership.id === project.id)?.role ?? null;
  return { userId, email: user.email, name: user.name, role };
}
