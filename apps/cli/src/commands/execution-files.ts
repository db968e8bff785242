import { createWriteStream } from 'node:fs';
import { mkdir } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import type { ReadableStream } from 'node:stream/web';
import { type Artifact, routes } from '@navette/contracts';
import { listPages } from '../api/list-pages.ts';
import { type Command, type CommandContext, jsonOption } from '../command/command.ts';
import { cliErrors } from '../errors.ts';
import { exitCodes } from '../exit-code.ts';
import { formatSize, formatText } from '../output/format.ts';
import { executionArgument } from './executions.ts';

const mostFiles = 10_000;

export const executionFiles: Command = {
  words: ['executions', 'files'],
  summary: 'List the files that an execution made, or save them',
  arguments: [executionArgument],
  options: [
    { name: 'output', short: 'o', value: 'FOLDER', help: 'save the files there', completion: 'folder' },
    jsonOption,
  ],
  examples: [
    ['navette executions files exe_0193a1b2c3d47e5f8a9b0c1d2e3f4a5b -o report', 'Get the files of a report'],
  ],
  async run(context) {
    const { api, terminal, signal, option, flag } = context;
    const [executionId] = context.arguments as [string];
    const { items } = await listPages<Artifact>(mostFiles, (query) =>
      api.call(routes.listExecutionArtifacts, { params: { executionId }, query }, { signal }),
    );
    const folder = option('output');
    if (folder !== undefined) await saveFiles(context, items, folder);
    else if (flag('json')) terminal.printJson({ items });
    else if (items.length === 0) terminal.note('It has made no files.');
    else
      for (const file of items)
        terminal.print(`${file.id}  ${formatSize(file.sizeBytes)}  ${formatText(file.fileName)}`);
    return exitCodes.ok;
  },
};

/** File names come from workflows: only their last part is used, and files of one name are numbered. */
async function saveFiles(context: CommandContext, files: readonly Artifact[], folder: string): Promise<void> {
  const { api, terminal, signal, flag } = context;
  const taken = new Set<string>();
  const saved: { path: string; artifactId: string }[] = [];
  for (const file of files) {
    const path = join(folder, chooseName(file, taken));
    const response = await api.open(
      routes.downloadArtifact,
      { params: { artifactId: file.id }, query: {} },
      { signal, headers: { accept: '*/*' } },
    );
    try {
      await mkdir(folder, { recursive: true });
      const body = response.body ? Readable.fromWeb(response.body as ReadableStream) : Readable.from([]);
      await pipeline(body, createWriteStream(path), { signal });
    } catch (error) {
      const detail = (error as Error).message;
      throw cliErrors.create('CLI_FILE_UNWRITABLE', { params: { path, detail }, cause: error });
    }
    saved.push({ path, artifactId: file.id });
    if (!flag('json')) terminal.print(formatText(path));
  }
  if (flag('json')) terminal.printJson({ saved });
}

/** A name that stays inside the folder and is not taken yet. */
export function chooseName(file: Pick<Artifact, 'fileName'>, taken: Set<string>): string {
  const last = basename(file.fileName.replaceAll('\\', '/')).replace(/[\u0000-\u001f\u007f:*?"<>|]/g, '_');
  const plain = last === '' || last === '.' || last === '..' ? 'file' : last;
  const dot = plain.lastIndexOf('.');
  const [stem, ending] = dot > 0 ? [plain.slice(0, dot), plain.slice(dot)] : [plain, ''];
  let name = plain;
  for (let number = 2; taken.has(name.toLowerCase()); number++) name = `${stem}-${number}${ending}`;
  taken.add(name.toLowerCase());
  return name;
}
