import { hostname } from 'node:os';
import { type RouteOutput, routes, type Scope } from '@navette/contracts';
import { type ApiClient, createApiClient } from '../api/api-client.ts';
import { type Command, type CommandContext, jsonOption } from '../command/command.ts';
import { saveConfig } from '../config/config-file.ts';
import { parseKey } from '../config/settings.ts';
import { cliErrors } from '../errors.ts';
import { exitCodes } from '../exit-code.ts';
import { formatText } from '../output/format.ts';
import { ask, readSecret } from '../output/prompt.ts';

type Session = RouteOutput<typeof routes.getSession>;

/** What the commands need, and no more: the key can neither read credentials nor make keys. */
const wantedScopes: readonly Scope[] = [
  'workflows:read',
  'workflows:write',
  'executions:read',
  'executions:run',
  'artifacts:read',
];

export const login: Command = {
  words: ['login'],
  summary: 'Sign in to a server and remember it',
  description: [
    'Asks for the e-mail address and the password, makes an API key for this machine and keeps it, with the address of',
    'the server, in ~/.config/navette/config.json, which only you can read. The password is not kept. With --key no',
    'key is made: the one given is checked and kept; --key - reads it from standard input.',
    '',
    'On a server without an owner account it makes that account first.',
  ].join('\n'),
  options: [
    { name: 'email', value: 'ADDRESS', help: 'the e-mail address of your account' },
    { name: 'password-stdin', help: 'read the password from standard input' },
    { name: 'name', value: 'NAME', help: 'your name, when the owner account is made' },
    jsonOption,
  ],
  examples: [
    ['navette login', 'Sign in to the server on this machine'],
    ['navette login --url https://navette.example.com', 'Sign in to another server'],
    ['navette login --key - < key.txt', 'Keep a key that was made in the browser'],
  ],
  async run(context) {
    const { settings, terminal } = context;
    warnOfPlainHttp(context);
    const { session, key, made } =
      settings.keyFrom === 'option' ? await checkGivenKey(context) : await createKey(context);
    await saveConfig(settings.configPath, { url: settings.url, apiKey: key });
    const { user, project } = session;
    if (context.flag('json')) {
      terminal.printJson({ url: settings.url, user, project, configPath: settings.configPath });
    } else {
      terminal.print(`Signed in to ${settings.url} as ${formatText(user.email)}`);
      if (made?.expiresAt)
        terminal.print(`The key of this machine is valid until ${made.expiresAt.slice(0, 10)}`);
    }
    return exitCodes.ok;
  },
};

interface SignedIn {
  session: Session;
  key: string;
  made?: { expiresAt: string | null };
}

async function checkGivenKey({ settings, terminal, signal }: CommandContext): Promise<SignedIn> {
  const given = settings.key!;
  const key = given === '-' ? parseKey(await readSecret(terminal), 'standard input') : given;
  const api = createApiClient({ url: settings.url, headers: { authorization: `Bearer ${key}` }, signal });
  return { session: await api.call(routes.getSession), key };
}

async function createKey(context: CommandContext): Promise<SignedIn> {
  const { settings, signal } = context;
  const anonymous = createApiClient({ url: settings.url, signal });
  const { ownerExists } = await anonymous.call(routes.getSetup);
  const { session, cookie } = ownerExists
    ? await signIn(context, anonymous)
    : await createOwner(context, anonymous);
  const headers = { cookie, origin: new URL(settings.url).origin };
  const api = createApiClient({ url: settings.url, headers, signal });
  const scopes = wantedScopes.filter((scope) => session.scopes.includes(scope));
  const made = await api.call(routes.createApiKey, { body: { name: `navette on ${hostname()}`, scopes } });
  await api.call(routes.signOut);
  return { session, key: made.secret, made: { expiresAt: made.expiresAt } };
}

async function signIn(context: CommandContext, api: ApiClient) {
  const email = await readEmail(context);
  const password = await readPassword(context, 'Password');
  return openSession(await api.open(routes.signIn, { body: { email, password } }), api.url);
}

async function createOwner(context: CommandContext, api: ApiClient) {
  const { terminal, signal } = context;
  terminal.note(`${api.url} has no owner account yet; this makes it.`);
  const name = context.option('name') ?? (await ask(terminal, { text: 'Name', option: '--name', signal }));
  const email = await readEmail(context);
  const password = await readPassword(context, 'Password (10 characters or more)');
  if (!context.flag('password-stdin') && (await readPassword(context, 'The same again')) !== password) {
    throw cliErrors.create('CLI_USAGE', { params: { detail: 'The passwords differ', command: 'login ' } });
  }
  return openSession(await api.open(routes.createOwner, { body: { name, email, password } }), api.url);
}

async function openSession(response: Response, url: string): Promise<{ session: Session; cookie: string }> {
  const cookie = response.headers
    .getSetCookie()
    .map((line) => line.split(';', 1)[0]!)
    .join('; ');
  if (cookie === '') {
    throw cliErrors.create('CLI_RESPONSE_INVALID', { params: { url, status: response.status } });
  }
  return { session: (await response.json()) as Session, cookie };
}

async function readEmail({ option, terminal, signal }: CommandContext): Promise<string> {
  return option('email') ?? ask(terminal, { text: 'E-mail', option: '--email', signal });
}

async function readPassword({ flag, terminal, signal }: CommandContext, text: string): Promise<string> {
  if (flag('password-stdin')) return readSecret(terminal);
  return ask(terminal, { text, hidden: true, option: '--password-stdin', signal });
}

function warnOfPlainHttp({ settings, terminal }: CommandContext): void {
  const { protocol, hostname: host } = new URL(settings.url);
  const local = host === 'localhost' || host === '[::1]' || /^127\.\d+\.\d+\.\d+$/.test(host);
  if (protocol === 'http:' && !local) {
    terminal.note(
      `warning: ${settings.url} is not encrypted: others on the way can read the password and the key.`,
    );
  }
}
