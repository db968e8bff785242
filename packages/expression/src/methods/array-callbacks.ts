import type { Evaluation } from '../runtime/evaluation.ts';
import { createTypeFault } from '../runtime/thrown.ts';
import { callbackArgument } from './arguments.ts';
import { flatten } from './flatten.ts';
import type { MethodRun, Methods } from './member-table.ts';

type Test = (value: unknown, index: number) => unknown;

/** Makes a method whose first argument is a function of element, index and list. */
function withCallback(
  name: string,
  run: (self: unknown[], test: Test, evaluation: Evaluation) => unknown,
): MethodRun<unknown[]> {
  return (evaluation, self, [callback]) => {
    const callable = callbackArgument(callback, name);
    return run(
      self,
      (value, index) => {
        evaluation.step();
        return callable.call(evaluation, [value, index, self]);
      },
      evaluation,
    );
  };
}

function reduceWith(name: string, isFromRight: boolean): MethodRun<unknown[]> {
  return (evaluation, self, args) => {
    const callable = callbackArgument(args[0], name);
    const indexes = [...self.keys()];
    if (isFromRight) indexes.reverse();
    let result = args[1];
    if (args.length < 2) {
      const first = indexes.shift();
      if (first === undefined) throw createTypeFault(`${name}() of an empty list needs a first value`);
      result = self[first];
    }
    for (const index of indexes) {
      evaluation.step();
      result = callable.call(evaluation, [result, self[index], index, self]);
    }
    return result;
  };
}

/** The methods of arrays that take a function. */
export const arrayCallbacks: Methods<unknown[]> = {
  map: withCallback('map', (self, test, evaluation) => evaluation.list(self.map(test))),
  filter: withCallback('filter', (self, test, evaluation) => evaluation.list(self.filter(test))),
  find: withCallback('find', (self, test) => self.find(test)),
  findIndex: withCallback('findIndex', (self, test) => self.findIndex(test)),
  findLast: withCallback('findLast', (self, test) => self.findLast(test)),
  findLastIndex: withCallback('findLastIndex', (self, test) => self.findLastIndex(test)),
  some: withCallback('some', (self, test) => self.some(test)),
  every: withCallback('every', (self, test) => self.every(test)),
  forEach: withCallback('forEach', (self, test) => {
    self.forEach(test);
    return undefined;
  }),
  flatMap: withCallback('flatMap', (self, test, evaluation) => flatten(evaluation, self.map(test), 1)),
  reduce: reduceWith('reduce', false),
  reduceRight: reduceWith('reduceRight', true),
};
