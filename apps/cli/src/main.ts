/** Where the `navette` command begins. Node keeps what it compiled, which halves the start of the next command. */
import { enableCompileCache } from 'node:module';
import { fileURLToPath } from 'node:url';

// Where it cannot be written, Node goes on without.
enableCompileCache(fileURLToPath(new URL('../../../node_modules/.cache/navette-compile', import.meta.url)));
await import('./bind-process.ts');
