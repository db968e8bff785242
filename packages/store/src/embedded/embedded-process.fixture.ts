/** A process that owns a data folder, for tests that kill it: `node embedded-process.fixture.ts DATA_DIR [exit]`. */
import { silentLogger } from '@navette/kit';
import { startEmbeddedPostgres } from './embedded-postgres.ts';

const [dataDir, then] = process.argv.slice(2);
const postgres = await startEmbeddedPostgres({ dataDir: dataDir!, logger: silentLogger });
console.log(JSON.stringify({ pid: process.pid, uid: process.getuid?.(), postgresPid: postgres.pid }));
if (then === 'exit') process.exit(0);
process.once('SIGTERM', () => void postgres.stop());
setInterval(() => {}, 1_000_000).unref();
process.stdin.resume();
process.stdin.once('end', () => void postgres.stop());
