import { type CommandLine, encodeJailCommand, type JailState, type JailTools } from './jail.ts';
import type { ResourceCaps, RunnerProgram } from './runner-program.ts';

/** The command line that starts a runner: in the jail where there is one, under the caps of the kernel. */
export async function encodeCommand(
  program: RunnerProgram,
  jail: JailState,
  tools: JailTools,
): Promise<CommandLine> {
  const jailed = jail.kind === 'bubblewrap';
  const shown = [program.command, ...program.files];
  const pathOf = (host: string) => (jailed ? toJailPath(host, shown) : host);
  const args = program.args(pathOf);
  const line: CommandLine = jailed
    ? await encodeJailCommand(program, { bubblewrap: tools.bubblewrap!, hardening: jail.hardening! }, args)
    : endWithServer({ command: program.command.host, args: [...args] }, tools);
  if (!tools.prlimit) return line;
  const caps = encodeCaps(program.caps ?? {});
  return { ...line, command: tools.prlimit, args: [...caps, line.command, ...line.args] };
}

/** A program in an endless loop does not see that its pipe was closed. */
function endWithServer({ command, args }: CommandLine, { setpriv }: JailTools): CommandLine {
  if (!setpriv) return { command, args };
  return { command: setpriv, args: ['--pdeathsig', 'KILL', command, ...args] };
}

function toJailPath(host: string, shown: RunnerProgram['files']): string {
  const file = shown.find((one) => host === one.host || host.startsWith(`${one.host}/`));
  if (!file) throw new Error(`${host} is not among the runner's files`);
  return file.jail + host.slice(file.host.length);
}

function encodeCaps({ addressSpaceBytes, dataBytes, cpuSeconds, openFiles = 64 }: ResourceCaps): string[] {
  return [
    '--core=0',
    '--fsize=0',
    `--nofile=${openFiles}`,
    ...(addressSpaceBytes === undefined ? [] : [`--as=${addressSpaceBytes}`]),
    ...(dataBytes === undefined ? [] : [`--data=${dataBytes}`]),
    ...(cpuSeconds === undefined ? [] : [`--cpu=${cpuSeconds}`]),
  ];
}
