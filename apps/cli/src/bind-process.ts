/** Binds the `navette` command to this process. */
import { Terminal } from './output/terminal.ts';
import { runCli } from './run-cli.ts';

const interrupt = new AbortController();
for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) {
  process.on(signal, () => {
    // The second time the user means it; a server that was started here has its own ways.
    if (interrupt.signal.aborted && process.listenerCount(signal) === 1) process.exit(130);
    interrupt.abort();
  });
}
// The reader of a pipe went away (`navette … | head`): there is nobody to write to.
for (const stream of [process.stdout, process.stderr]) {
  stream.on('error', (error: NodeJS.ErrnoException) => {
    if (error.code === 'EPIPE') process.exit(0);
    throw error;
  });
}

process.exitCode = await runCli({
  argv: process.argv.slice(2),
  env: process.env,
  signal: interrupt.signal,
  createTerminal: ({ colour }) =>
    new Terminal({
      stdin: process.stdin,
      stdout: process.stdout,
      stderr: process.stderr,
      env: process.env,
      colour,
    }),
});
