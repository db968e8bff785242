import type { AnyNodeDefinition } from './node-definition.ts';
import type { EffectClass } from './node-type.ts';

const main = ['main'] as const;

/** Input ports for validated parameters; triggers have none. */
export function inputPortsOf(definition: AnyNodeDefinition, parameters: unknown): readonly string[] {
  if (definition.kind === 'trigger') return [];
  const inputs = definition.inputs ?? main;
  return typeof inputs === 'function' ? inputs(parameters) : inputs;
}

/** Output ports for validated parameters, without the error port. */
export function outputPortsOf(definition: AnyNodeDefinition, parameters: unknown): readonly string[] {
  if (definition.kind === 'trigger') return main;
  const outputs = definition.outputs ?? main;
  return typeof outputs === 'function' ? outputs(parameters) : outputs;
}

export function effectOf(definition: AnyNodeDefinition, parameters: unknown): EffectClass {
  if (definition.kind === 'trigger') return 'pure';
  return typeof definition.effect === 'function' ? definition.effect(parameters) : definition.effect;
}
