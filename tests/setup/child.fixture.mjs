// Runs like scripts/start.mjs: `node child.fixture.mjs parent` guards `node child.fixture.mjs server`.
import { fileURLToPath } from 'node:url';
import { runChild } from '../../scripts/setup/child.mjs';

const self = fileURLToPath(import.meta.url);
const [role, how] = process.argv.slice(2);
if (role === 'parent') {
  process.exitCode = await runChild({
    command: process.execPath,
    args: [self, 'server', how],
    guarded: true,
  });
} else if (how === 'fail') {
  process.exitCode = 7;
  process.disconnect();
} else if (how === 'crash') {
  process.kill(process.pid, 'SIGKILL');
} else {
  const say = (event) => console.log(JSON.stringify({ event, pid: process.pid }));
  const timer = setInterval(() => {}, 1_000_000);
  let stopping = false;
  const stop = (why) => {
    // A second signal is said too: it must not come. Our own disconnect is no news.
    if (stopping && why === 'disconnect') return;
    stopping = true;
    say(why);
    clearInterval(timer);
    if (process.connected) process.disconnect();
  };
  process.on('SIGINT', () => stop('SIGINT'));
  process.on('SIGTERM', () => stop('SIGTERM'));
  process.once('disconnect', () => stop('disconnect'));
  say('ready');
}
