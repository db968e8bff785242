import { readdirSync, readFileSync } from 'node:fs';
import { localizedSchema, type WorkflowFile, workflowFileSchema } from '@navette/contracts';
import { z } from 'zod';
import { type TemplateCase, templateCasesSchema } from './case-schema.ts';

export interface Template {
  /** Name of its folder. */
  name: string;
  about: z.output<typeof templateAboutSchema>;
  workflow: WorkflowFile;
  /** The workflow as it was written, defaults not filled in. */
  source: unknown;
  cases: TemplateCase[];
  readme: string;
}

/** template.json: how the gallery shows the template. */
const templateAboutSchema = z.strictObject({ title: localizedSchema, description: localizedSchema });

const root = new URL('./', import.meta.url);

/** The folders here: each is one template. */
export function listTemplates(): string[] {
  return readdirSync(root, { withFileTypes: true })
    .filter((entry) => entry.isDirectory())
    .map((entry) => entry.name)
    .sort();
}

/** Throws a ZodError when a file does not have its form. */
export function loadTemplate(name: string): Template {
  const folder = new URL(`${name}/`, root);
  const read = (file: string) => readFileSync(new URL(file, folder), 'utf8');
  const source: unknown = JSON.parse(read('workflow.json'));
  return {
    name,
    about: templateAboutSchema.parse(JSON.parse(read('template.json'))),
    workflow: workflowFileSchema.parse(source),
    source,
    cases: templateCasesSchema.parse(JSON.parse(read('cases.json'))),
    readme: read('README.md'),
  };
}
