import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { localizedSchema, type WorkflowFile, workflowFileSchema } from '@navette/contracts';
import { z } from 'zod';

/** What `template.json` says of the workflow beside it. */
const templateFileSchema = z.object({ title: localizedSchema, description: localizedSchema });

export interface Template {
  name: string;
  title: z.infer<typeof localizedSchema>;
  description: z.infer<typeof localizedSchema>;
  file: WorkflowFile;
}

/** The workflows that ship with the product: `<name>/workflow.json` and `<name>/template.json` in one folder. */
export class TemplateSource {
  readonly #root: string;

  constructor(root: string) {
    this.#root = root;
  }

  /** In order of their names. */
  async list(): Promise<Template[]> {
    const entries = await readdir(this.#root, { withFileTypes: true }).catch(ignoreMissing);
    const names = (entries ?? []).filter((entry) => entry.isDirectory()).map((entry) => entry.name);
    const templates = await Promise.all(names.sort().map((name) => this.read(name)));
    return templates.filter((template) => template !== undefined);
  }

  /** Undefined when there is no such template. Throws when one that ships is broken. */
  async read(name: string): Promise<Template | undefined> {
    if (!/^[a-z0-9-]{1,64}$/.test(name)) return undefined;
    const [about, workflow] = await Promise.all([
      readJson(join(this.#root, name, 'template.json')),
      readJson(join(this.#root, name, 'workflow.json')),
    ]);
    if (about === undefined || workflow === undefined) return undefined;
    return { name, ...templateFileSchema.parse(about), file: workflowFileSchema.parse(workflow) };
  }
}

async function readJson(path: string): Promise<unknown> {
  const text = await readFile(path, 'utf8').catch(ignoreMissing);
  return text === undefined ? undefined : JSON.parse(text);
}

function ignoreMissing(error: NodeJS.ErrnoException): undefined {
  if (error.code !== 'ENOENT') throw error;
  return undefined;
}
