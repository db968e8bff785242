import { hostPatternSchema } from '@navette/contracts';
import { z } from 'zod';
import { defineSetting as define } from './setting.ts';

const mebibyte = 1024 * 1024;

/** Code that people and models write. The bounds of each limit are those of the shipped policy's ceiling. */
export const codeSettings = z
  .strictObject({
    allowWithoutJail: define(z.boolean().default(false), {
      env: ['NAVETTE_CODE_ALLOW_WITHOUT_JAIL'],
      about:
        "Whether V8 and Python run code where this machine has no jail for it (bubblewrap). Limits and, for V8 and Pyodide, Node's permissions then hold it: for code which you trust.",
    }),
    python: define(z.enum(['auto', 'python3', 'pyodide']).default('auto'), {
      env: ['NAVETTE_CODE_PYTHON'],
      about:
        'What runs Python: `auto` is the python3 of the machine, and [Pyodide](code-steps.md) where there is none.',
    }),
    runners: define(z.int().min(1).max(64).default(4), {
      env: ['NAVETTE_CODE_RUNNERS'],
      about: 'Processes that run code at the same time at most, for each engine.',
    }),
    readyRunners: define(z.int().min(0).max(16).default(1), {
      env: ['NAVETTE_CODE_READY_RUNNERS'],
      about: 'Processes that each engine keeps ready once code has been run on it.',
    }),
    wallMs: define(z.int().min(1).max(3_600_000).default(30_000), {
      env: ['NAVETTE_CODE_WALL_MS'],
      about: 'How long code may take, waits included, where its step does not say, in milliseconds.',
    }),
    cpuMs: define(z.int().min(1).max(600_000).default(10_000), {
      env: ['NAVETTE_CODE_CPU_MS'],
      about: 'How long code may compute, where its step does not say, in milliseconds.',
    }),
    memoryBytes: define(
      z
        .int()
        .min(16 * mebibyte)
        .max(1024 * mebibyte)
        .default(256 * mebibyte),
      {
        env: ['NAVETTE_CODE_MEMORY_BYTES'],
        about: 'Memory that code may hold, where its step does not say.',
      },
    ),
    policiesDir: define(z.string().min(1).optional(), {
      env: ['NAVETTE_CODE_POLICIES_DIR'],
      about:
        'Folder of the [policies](policies.md) of code: limits, hosts, node types. Without it `policies` in the data folder, which need not be there.',
      path: true,
    }),
    allowedHosts: define(z.array(hostPatternSchema).max(200).default(['*']), {
      env: ['NAVETTE_CODE_ALLOWED_HOSTS'],
      about:
        'Hosts that steps may let their code call: `host`, `*.host`, or `*` for every public one. Code reaches only what its step names as well.',
    }),
  })
  .prefault({});

export type CodeSettings = z.infer<typeof codeSettings>;
