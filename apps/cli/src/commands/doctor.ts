import { stat } from 'node:fs/promises';
import { routes } from '@navette/contracts';
import { createApiClient } from '../api/api-client.ts';
import { ApiProblem } from '../api/api-problem.ts';
import type { Command, CommandContext } from '../command/command.ts';
import { type ExitCode, exitCodes, toExitCode } from '../exit-code.ts';
import { formatText } from '../output/format.ts';
import { toErrorView } from '../output/render-error.ts';
import type { Style } from '../output/style.ts';
import { runServerProgram } from './server-program.ts';

interface Check {
  name: string;
  /** Undefined: nothing wrong, but not as it could be. */
  ok: boolean | undefined;
  detail: string;
  code?: ExitCode;
}

export const doctor: Command = {
  words: ['doctor'],
  summary: 'Check the server of this repository and the connection to the configured server',
  description: [
    'First the report of the server program: its configuration with secrets masked, its data folder, its database.',
    'Then the connection: whether the configured server answers, is ready and takes the key. The exit code is that of',
    'the first check that fails.',
  ].join('\n'),
  options: [{ name: 'connection', help: 'only the connection' }],
  examples: [['navette doctor', 'When something does not work']],
  async run(context) {
    const { terminal } = context;
    const codes: ExitCode[] = [];
    if (!context.flag('connection')) {
      const code = await runServerProgram(['doctor'], context.env);
      if (code !== 0) codes.push(exitCodes.failed);
      terminal.print();
    }
    terminal.print(terminal.style.bold(`Connection to ${context.settings.url}`));
    for await (const check of checkConnection(context)) {
      terminal.print(renderCheck(check, terminal.style));
      if (check.ok === false) codes.push(check.code ?? exitCodes.failed);
    }
    return codes[0] ?? exitCodes.ok;
  },
};

async function* checkConnection(context: CommandContext): AsyncGenerator<Check, void, void> {
  const { settings } = context;
  yield { name: 'address', ok: true, detail: `${settings.url} (from the ${settings.urlFrom})` };
  yield* checkConfig(context);
  const answers = await checkServer(context);
  yield answers;
  if (answers.ok === false) return;
  yield await checkReady(context);
  yield await checkKey(context);
}

async function* checkConfig({ settings }: CommandContext): AsyncGenerator<Check, void, void> {
  const name = 'configuration';
  if (!settings.hasConfig) {
    yield {
      name,
      ok: undefined,
      detail: `${settings.configPath} does not exist; \`navette login\` makes it`,
    };
    return;
  }
  const { mode } = await stat(settings.configPath);
  const open = process.platform !== 'win32' && (mode & 0o077) !== 0;
  yield open
    ? { name, ok: false, detail: `others can read the key in ${settings.configPath}: chmod 600 it` }
    : { name, ok: true, detail: settings.configPath };
}

async function checkServer({ settings, signal }: CommandContext): Promise<Check> {
  const api = createApiClient({ url: settings.url, signal });
  try {
    const { version, ownerExists } = await api.call(routes.getSetup);
    const owner = ownerExists ? '' : ', without an owner account yet';
    return { name: 'server', ok: true, detail: `Navette ${formatText(version)}${owner}` };
  } catch (error) {
    return toFailedCheck('server', error);
  }
}

async function checkReady({ settings, signal }: CommandContext): Promise<Check> {
  const api = createApiClient({ url: settings.url, signal });
  try {
    const { status, checks } = await api.call(routes.healthReady);
    return {
      name: 'ready',
      ok: true,
      detail: [status, ...checks.map((one) => `${one.name} ${one.detail}`)].join(', '),
    };
  } catch (error) {
    return toFailedCheck('ready', error);
  }
}

async function checkKey({ settings, api }: CommandContext): Promise<Check> {
  const name = 'key';
  if (settings.key === undefined) {
    const detail = 'there is none for this server; `navette login` makes one';
    return { name, ok: false, detail, code: exitCodes.signedOut };
  }
  try {
    const { user, project, scopes } = await api.call(routes.getSession);
    const who = `${formatText(user.email || user.name)}, project ${formatText(project.name)}`;
    return { name, ok: true, detail: `from the ${settings.keyFrom}: ${who}, may ${scopes.join(', ')}` };
  } catch (error) {
    return toFailedCheck(name, error);
  }
}

/** What the server or the connection said; a defect of this command is thrown on. */
function toFailedCheck(name: string, thrown: unknown): Check {
  const view = toErrorView(thrown);
  if (!view) throw thrown;
  const help = view.help ? ` ${view.help}` : '';
  const code = thrown instanceof ApiProblem && thrown.status >= 500 ? exitCodes.failed : toExitCode(thrown);
  return { name, ok: false, detail: formatText(`${view.message}.${help}`.replace('..', '.')), code };
}

function renderCheck(check: Check, style: Style): string {
  const mark = check.ok === undefined ? style.yellow('–') : check.ok ? style.green('✓') : style.red('✗');
  return `  ${mark} ${check.name.padEnd(13)}  ${check.detail}`;
}
