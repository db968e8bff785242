import { NavetteError } from '@navette/kit';
import { ApiProblem } from './api/api-problem.ts';
import { Interrupted } from './interrupted.ts';

/** The exit codes of every command. They are part of the interface: scripts rely on them. */
export const exitCodes = {
  ok: 0,
  failed: 1,
  usage: 2,
  signedOut: 3,
  notFound: 4,
  unreachable: 5,
  interrupted: 130,
} as const;
export type ExitCode = (typeof exitCodes)[keyof typeof exitCodes];

export const exitCodeMeanings: readonly [ExitCode, string][] = [
  [exitCodes.ok, 'done; with --watch: the execution succeeded'],
  [
    exitCodes.failed,
    'the execution failed or was cancelled, a replay found a difference or a check a mistake, or the server refused',
  ],
  [exitCodes.usage, 'wrong usage, or an unusable file or input'],
  [exitCodes.signedOut, 'not signed in, or not allowed'],
  [exitCodes.notFound, 'no such workflow, execution or template'],
  [exitCodes.unreachable, 'the server does not answer'],
  [exitCodes.interrupted, 'interrupted with Ctrl-C'],
];

const byStatus = new Map<number, ExitCode>([
  [400, exitCodes.usage],
  [401, exitCodes.signedOut],
  [403, exitCodes.signedOut],
  [404, exitCodes.notFound],
  [413, exitCodes.usage],
  [422, exitCodes.usage],
  [502, exitCodes.unreachable],
  [503, exitCodes.unreachable],
  [504, exitCodes.unreachable],
]);

export function toExitCode(thrown: unknown): ExitCode {
  if (thrown instanceof Interrupted) return exitCodes.interrupted;
  if (thrown instanceof ApiProblem || NavetteError.is(thrown)) {
    return byStatus.get(thrown.status) ?? exitCodes.failed;
  }
  return exitCodes.failed;
}
