/** Programs that find no bubblewrap, on a machine that has it. */
import { hidePrograms, listInstalled } from './hide-programs.mjs';

/** Where the sandbox looks for it (packages/sandbox/src/runner/jail.ts). */
const places = ['/usr/bin/bwrap', '/bin/bwrap', '/usr/local/bin/bwrap'];

export function hasBubblewrap() {
  return listInstalled(places).length > 0;
}

/** The same program and arguments, to be run where no bubblewrap is. Undefined where this machine does not let us. */
export function hideBubblewrap(command, args) {
  return hidePrograms(listInstalled(places), command, args);
}
