import { execFileSync } from 'node:child_process';
import { expect, test } from 'vitest';
// @ts-expect-error plain JavaScript that runs before anything is installed
import { hasBubblewrap, hideBubblewrap } from '../../scripts/setup/without-jail.mjs';

const look = 'for place in /usr/bin /bin /usr/local/bin; do test -x $place/bwrap && echo $place; done; true';
const see = (command: string, args: readonly string[]) => execFileSync(command, args, { encoding: 'utf8' });

test.runIf(hasBubblewrap())(
  'bubblewrap is hidden from a program and what it starts, and from nobody else',
  ({ skip }) => {
    const hidden = hideBubblewrap('sh', ['-c', `sh -c '${look}'`]);
    if (!hidden) skip('this machine gives no mount namespace');
    expect(see('sh', ['-c', look])).not.toBe('');
    expect(see(hidden.command, hidden.args)).toBe('');
    expect(see('sh', ['-c', look])).not.toBe('');
  },
);

test.runIf(hasBubblewrap())('the program keeps its arguments, its user and its exit code', ({ skip }) => {
  const hidden = hideBubblewrap('sh', ['-c', 'id -u; echo "$1"; exit 3', 'sh', "a 'b' $c"]);
  if (!hidden) skip('this machine gives no mount namespace');
  expect(() => see(hidden.command, hidden.args)).toThrow(
    expect.objectContaining({ status: 3, stdout: `${process.getuid!()}\na 'b' $c\n` }),
  );
});
