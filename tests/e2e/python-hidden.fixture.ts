/**
 * Says as one JSON text what the doctor says of code under these settings of the server, and what a Python program gives:
 * `node python-hidden.fixture.ts SETTINGS`.
 */
import { openCodeEngines } from '../../apps/server/src/code/open-code-engines.ts';
import { codeSettings } from '../../apps/server/src/config/code-settings.ts';
import { checkCode } from '../../apps/server/src/config/doctor-code.ts';

const settings = codeSettings.parse(JSON.parse(process.argv[2]!));
const { message } = await checkCode(settings);
const engines = openCodeEngines(settings);
const limits = {
  wallMs: 30_000,
  cpuMs: 10_000,
  memoryBytes: 256 * 1024 ** 2,
  stackBytes: 262_144,
  sourceBytes: 10_000,
  inputBytes: 10_000,
  outputBytes: 10_000,
  consoleLines: 10,
  consoleBytes: 1_000,
  calls: 0,
  callsInFlight: 0,
  callBytes: 0,
  processes: 0,
};
const outcome = await engines
  .open('python')
  .run({
    language: 'python',
    source: 'import sys\nreturn [sys.platform, sum(input)]',
    input: '[1, 2, 3]',
    bindings: [],
    limits,
    reuseKey: { projectId: 'project', versionId: 'version' },
  })
  .then(
    ({ output }) => JSON.parse(output) as unknown,
    ({ code }) => code as unknown,
  );
await engines.close();
process.stdout.write(JSON.stringify({ message, outcome }));
