/**
 * The policy of one step: the layers that have a say, from the server's ceiling to the step itself.
 *
 * P1. A limit is the smallest that any layer says; the defaults count only where none but the ceiling says one.
 * P2. A host or a node type is allowed when each layer that says something of it allows it. Each is asked by itself.
 * P3. No layer gives a host that the step, or the program around it, does not name.
 */
import { type HostPattern, matchesHost, parseHostPattern } from '@navette/contracts';
import type { NavetteError } from '@navette/kit';
import type { CodeLimits } from '../port.ts';
import { policyErrors } from './errors.ts';
import { intersectHosts } from './intersect-hosts.ts';
import type { CodePolicyChange } from './policy.ts';

type LimitName = keyof CodeLimits;

/** Who says something, and where; `place` ends where the field goes on: "policies/default.json: ceiling.". */
export interface PolicyLayer {
  place: (field: keyof CodePolicyChange, limit?: LimitName) => string;
  change: CodePolicyChange;
  /** A step, which names its limits itself. */
  isStep?: true;
  hosts: readonly HostPattern[] | undefined;
}

/** Where a limit comes from, and how far it can be raised there. */
export interface LimitOrigin {
  value: number;
  place: string;
  /** Up to which the layers around allow it, and which of them says so. */
  most: number;
  mostPlace: string;
  isStep: boolean;
  /** No policy says anything: a step may ask for more by itself. */
  isDefault: boolean;
}

export function createLayer(
  place: PolicyLayer['place'],
  change: CodePolicyChange,
  isStep?: true,
): PolicyLayer {
  const hosts = change.allowedHosts?.flatMap((text) => parseHostPattern(text) ?? []);
  return { place, change, hosts, ...(isStep ? { isStep } : {}) };
}

export class StepPolicy {
  readonly limits: CodeLimits;
  /** What both name and are allowed; "*" for every public host. */
  readonly allowedHosts: readonly string[];
  readonly allowedNodeTypes: readonly string[];
  readonly #layers: readonly PolicyLayer[];
  readonly #origins = new Map<LimitName, LimitOrigin>();

  /**
   * @param layers from the outside in; the first is the ceiling and says everything.
   * @param unbound limits for which only the ceiling counts.
   */
  constructor(layers: readonly PolicyLayer[], defaults: PolicyLayer, unbound: readonly LimitName[] = []) {
    const ceiling = layers[0]!;
    const limits = {} as CodeLimits;
    for (const name of Object.keys(ceiling.change.limits!) as LimitName[]) {
      const origin = findOrigin(name, unbound.includes(name) ? [ceiling] : layers, defaults);
      limits[name] = origin.value;
      this.#origins.set(name, origin);
    }
    this.limits = limits;
    const saysTypes = layers.slice(1).some(({ change }) => change.allowedNodeTypes);
    this.#layers = saysTypes ? layers : [...layers, { ...defaults, hosts: undefined }];
    this.allowedHosts = mergeHosts(this.#layers);
    this.allowedNodeTypes = mergeTypes(this.#layers);
  }

  originOf(limit: LimitName): LimitOrigin {
    return this.#origins.get(limit)!;
  }

  /** @param host as in a URL, without the brackets of an address or with them. */
  refuseHost(host: string, port: number): NavetteError | undefined {
    const refusing = this.#layers.findLast(
      ({ hosts }) => hosts && !hosts.some((pattern) => matchesHost(pattern, host, port)),
    );
    const named = this.#layers.some(({ hosts, isStep }) => isStep && hosts);
    if (!refusing && named) return undefined;
    const place = refusing?.place('allowedHosts') ?? 'the step';
    return policyErrors.create('POLICY_HOST_REFUSED', { params: { host, port, place } });
  }

  refuseNodeType(nodeType: string): NavetteError | undefined {
    const refusing = this.#layers.findLast(
      ({ change }) =>
        change.allowedNodeTypes && !change.allowedNodeTypes.some((pattern) => matchesType(pattern, nodeType)),
    );
    if (!refusing) return undefined;
    const place = refusing.place('allowedNodeTypes');
    return policyErrors.create('POLICY_NODE_TYPE_REFUSED', { params: { nodeType, place } });
  }
}

function findOrigin(name: LimitName, layers: readonly PolicyLayer[], defaults: PolicyLayer): LimitOrigin {
  const says = layers.filter(({ change }) => change.limits?.[name] !== undefined);
  const isDefault = says.length === 1 && defaults.change.limits?.[name] !== undefined;
  const from = isDefault ? [...says, defaults] : says;
  const limitOf = ({ change }: PolicyLayer) => change.limits![name]!;
  // Of equals the innermost, which is the one to change.
  const smallest = from.reduce((best, each) => (limitOf(each) <= limitOf(best) ? each : best));
  const around = from.slice(0, from.indexOf(smallest));
  const bound = around.length === 0 ? smallest : around.reduce((a, b) => (limitOf(b) < limitOf(a) ? b : a));
  return {
    value: limitOf(smallest),
    place: smallest.place('limits', name),
    most: limitOf(bound),
    mostPlace: bound.place('limits', name),
    isStep: smallest.isStep === true,
    isDefault: isDefault && smallest === defaults,
  };
}

function mergeHosts(layers: readonly PolicyLayer[]): string[] {
  if (!layers.some(({ hosts, isStep }) => isStep && hosts)) return [];
  const lists = layers.flatMap(({ change }) => (change.allowedHosts ? [change.allowedHosts] : []));
  return lists.reduce((left, right) => intersectHosts(left, right), ['*']);
}

function mergeTypes(layers: readonly PolicyLayer[]): string[] {
  const lists = layers.flatMap(({ change }) => (change.allowedNodeTypes ? [change.allowedNodeTypes] : []));
  return lists.reduce((left, right) => [
    ...new Set(left.flatMap((one) => right.flatMap((other) => narrowType(one, other) ?? []))),
  ]);
}

function matchesType(pattern: string, nodeType: string): boolean {
  return pattern.endsWith('*') ? nodeType.startsWith(pattern.slice(0, -1)) : nodeType === pattern;
}

function narrowType(left: string, right: string): string | undefined {
  const covers = (outer: string, inner: string) =>
    outer.endsWith('*') ? inner.startsWith(outer.slice(0, -1)) : outer === inner;
  if (covers(left, right)) return right;
  return covers(right, left) ? left : undefined;
}
