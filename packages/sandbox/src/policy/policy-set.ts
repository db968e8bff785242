/**
 * All policies of a server, as they were read last. Never changes: a new reading makes a new set.
 *
 * S1. A file that cannot be used keeps what it said when it last could. Where it never could, the code that it is for is
 *     refused: `default.json` is for all, that of a project for its steps, a named one for whoever chose it.
 * S2. A file that is gone says nothing any more. A folder that is gone keeps everything.
 */
import type { CodeLimits } from '../port.ts';
import { policyErrors } from './errors.ts';
import { type CodePolicyChange, defaultPolicy, type ServerPolicy } from './policy.ts';
import { createLayer, type PolicyLayer, StepPolicy } from './policy-layers.ts';
import {
  type PolicyDocument,
  type PolicyProblem,
  placePolicyFile,
  readPolicyFile,
} from './read-policy-file.ts';

/** What is found in the folder. `reason`: why it could not be read. */
export type PolicyReading = { file: string; text: string } | { file: string; reason: string };

export interface PolicyFileState {
  file: string;
  /** in-force: as it is. kept: it has problems, and what it said before holds. broken: it has problems and never said anything. */
  state: 'in-force' | 'kept' | 'broken';
  problems: readonly PolicyProblem[];
  /** What holds. */
  document: PolicyDocument | undefined;
}

/** Of a workflow, a program or a step, from the outside in. */
export interface PolicyAsk {
  by: 'workflow' | 'program' | 'step';
  /** A named policy. */
  policy?: string | undefined;
  limits?: Partial<CodeLimits> | undefined;
  allowedHosts?: readonly string[] | undefined;
}

export interface PolicyRequest {
  projectId: string;
  asks: readonly PolicyAsk[];
  /**
   * For a program itself: its time goes by while its calls are at work, so it has the ceiling's, and it makes as many calls
   * as it is let.
   */
  isProgram?: true;
}

export interface PolicyBase {
  /** The shipped policy, with what the configuration of the server says. */
  server: ServerPolicy;
  /** Default limits that the configuration sets: they are raised there. */
  configured?: ReadonlySet<keyof CodeLimits>;
}

/** What is asked for the policies in force now. */
export interface PolicySource {
  read(): Promise<PolicySet>;
}

const folder = 'policies';
const askFields = { workflow: 'settings.code', program: 'parameters', step: 'parameters' } as const;

export class PolicySet {
  readonly files: readonly PolicyFileState[];
  /** Why the folder cannot be looked at; what was read before holds. */
  readonly folderProblem: string | undefined;
  readonly #base: PolicyBase;
  readonly #outer: readonly PolicyLayer[];
  readonly #defaults: PolicyLayer;
  readonly #otherProjects: PolicyLayer | undefined;
  readonly #projects = new Map<string, PolicyLayer>();
  readonly #named = new Map<string, PolicyLayer>();
  readonly #broken = new Map<string, PolicyProblem>();

  private constructor(base: PolicyBase, files: readonly PolicyFileState[], folderProblem?: string) {
    this.#base = base;
    this.files = files;
    this.folderProblem = folderProblem;
    const documents = files.flatMap(({ document }) => document ?? []);
    const server = documents.find((document) => document.kind === 'default')?.content;
    this.#outer = createOuterLayers(base, server?.ceiling ?? {});
    this.#defaults = createDefaults(base, server?.defaults ?? {});
    if (server?.otherProjects) {
      this.#otherProjects = createLayer(placeIn('default.json', 'otherProjects.'), server.otherProjects);
    }
    for (const document of documents) {
      if (document.kind === 'default') continue;
      const layers = document.kind === 'project' ? this.#projects : this.#named;
      layers.set(document.name, createLayer(placeIn(document.file), document.content));
    }
    for (const { file, problems, state } of files) {
      if (state === 'broken') this.#broken.set(file, problems[0]!);
    }
  }

  static create(base: PolicyBase = { server: defaultPolicy }): PolicySet {
    return new PolicySet(base, []);
  }

  /** What holds after a look at the folder. */
  update(readings: readonly PolicyReading[]): PolicySet {
    const before = new Map(this.files.map((each) => [each.file, each.document]));
    const files = readings.map((reading) => readState(reading, before.get(reading.file)));
    return new PolicySet(this.#base, files);
  }

  /** The folder can be looked at no more. */
  keep(reason: string): PolicySet {
    return new PolicySet(this.#base, this.files, reason);
  }

  /** The folder could never be looked at: no code is run. */
  withoutFolder(reason: string): PolicySet {
    const problem = { file: folder, field: '', message: reason, help: 'Make the folder readable.' };
    const lost = { file: folder, state: 'broken', problems: [problem], document: undefined } as const;
    return new PolicySet(this.#base, [lost], reason);
  }

  get problems(): PolicyProblem[] {
    return this.files.flatMap(({ problems }) => problems);
  }

  /** In the order of their names. */
  get names(): string[] {
    return [...this.#named.keys()].sort();
  }

  /** Throws POLICY_UNKNOWN and POLICY_BROKEN. */
  resolve({ asks, isProgram, projectId }: PolicyRequest): StepPolicy {
    this.#assertUsable(folder);
    this.#assertUsable('default.json');
    for (const file of this.#broken.keys()) {
      const place = placePolicyFile(file);
      if ('kind' in place && place.kind === 'project' && place.name === projectId) this.#assertUsable(file);
    }
    const project = this.#projects.get(projectId) ?? this.#otherProjects;
    const layers = [
      ...this.#outer,
      ...(project ? [project] : []),
      ...asks.flatMap((ask) => this.#listLayers(ask)),
    ];
    return isProgram
      ? new StepPolicy(layers, withoutLimits(this.#defaults, ['wallMs', 'calls']), ['wallMs'])
      : new StepPolicy(layers, this.#defaults);
  }

  #listLayers({ allowedHosts, by, limits, policy }: PolicyAsk): PolicyLayer[] {
    const named = policy === undefined ? [] : [this.#findNamed(policy, by)];
    if (!allowedHosts && !limits) return named;
    const change: CodePolicyChange = {
      ...(limits ? { limits } : {}),
      ...(allowedHosts ? { allowedHosts: [...allowedHosts] } : {}),
    };
    const place: PolicyLayer['place'] = (field, limit) =>
      limit ? `the step: ${askFields[by]}.limits` : `the ${by}: ${askFields[by]}.${field}`;
    return [...named, createLayer(place, change, by === 'workflow' ? undefined : true)];
  }

  #findNamed(name: string, chosenBy: string): PolicyLayer {
    this.#assertUsable(`named/${name}.json`);
    const layer = this.#named.get(name);
    if (layer) return layer;
    const known = this.names.join(', ') || 'there is none yet';
    throw policyErrors.create('POLICY_UNKNOWN', { params: { name, chosenBy, known } });
  }

  #assertUsable(file: string): void {
    const problem = this.#broken.get(file);
    if (!problem) return;
    const detail = problem.field ? `${problem.field}: ${problem.message}` : problem.message;
    const shown = file === folder ? folder : `${folder}/${file}`;
    throw policyErrors.create('POLICY_BROKEN', { params: { file: shown, problem: detail } });
  }
}

/** Policies that never change: those of the server alone, or what `readings` say. */
export function createFixedPolicies(
  base: PolicyBase = { server: defaultPolicy },
  readings: readonly PolicyReading[] = [],
): PolicySource {
  const set = PolicySet.create(base).update(readings);
  return { read: async () => set };
}

function withoutLimits(layer: PolicyLayer, names: readonly (keyof CodeLimits)[]): PolicyLayer {
  const limits = Object.fromEntries(
    Object.entries(layer.change.limits ?? {}).filter(([name]) => !names.includes(name as keyof CodeLimits)),
  );
  return { ...layer, change: { ...layer.change, limits } };
}

function readState(reading: PolicyReading, before: PolicyDocument | undefined): PolicyFileState {
  const { file } = reading;
  const problems =
    'reason' in reading
      ? [{ file, field: '', message: reading.reason, help: 'Let the user who runs Navette read this file.' }]
      : undefined;
  const read = problems ? { problems } : readPolicyFile(file, (reading as { text: string }).text);
  if ('document' in read) return { file, state: 'in-force', problems: [], document: read.document };
  return { file, state: before ? 'kept' : 'broken', problems: read.problems, document: before };
}

function placeIn(file: string, prefix = ''): PolicyLayer['place'] {
  return (field, limit) => `${folder}/${file}: ${prefix}${limit === undefined ? field : `${field}.${limit}`}`;
}

/** What the configuration says of hosts, and what `default.json` says: both hold. */
function createOuterLayers({ server }: PolicyBase, ceiling: CodePolicyChange): PolicyLayer[] {
  const change = {
    limits: { ...server.ceiling.limits, ...ceiling.limits },
    allowedHosts: ceiling.allowedHosts ?? ['*'],
    allowedNodeTypes: ceiling.allowedNodeTypes ?? server.ceiling.allowedNodeTypes,
  };
  const { allowedHosts } = server.ceiling;
  return [
    createLayer(placeIn('default.json', 'ceiling.'), change),
    createLayer(() => 'the configuration: code.allowedHosts', { allowedHosts }),
  ];
}

function createDefaults({ configured, server }: PolicyBase, defaults: CodePolicyChange): PolicyLayer {
  const inFile = placeIn('default.json', 'defaults.');
  const place: PolicyLayer['place'] = (field, limit) => {
    const isConfigured = limit && configured?.has(limit) && defaults.limits?.[limit] === undefined;
    return isConfigured ? `the configuration: code.${limit}` : inFile(field, limit);
  };
  return createLayer(place, {
    limits: { ...server.defaults.limits, ...defaults.limits },
    allowedNodeTypes: defaults.allowedNodeTypes ?? server.defaults.allowedNodeTypes,
  });
}
