import { parseJsonText } from '../methods/parse-json.ts';
import { toText } from '../runtime/convert.ts';
import { encodeJson, toIndent } from '../runtime/encode-json.ts';
import { Callable, Namespace } from '../runtime/values.ts';
import { createMembers } from './native.ts';

export const json = new Namespace(
  createMembers({
    parse: (evaluation, [text]) => {
      const source = toText(evaluation, text);
      evaluation.step(source.length >> 6);
      const parsed = parseJsonText(source, 'JSON.parse');
      return typeof parsed === 'object' && parsed !== null ? evaluation.own(parsed) : parsed;
    },
    stringify: (evaluation, [value, replacer, indent]) => {
      const keep = Array.isArray(replacer) ? replacer.map((name) => toText(evaluation, name)) : undefined;
      const encoded = encodeJson(evaluation, value, {
        indent: toIndent(evaluation, indent),
        replacer: replacer instanceof Callable ? replacer : keep,
      });
      return encoded === '' ? undefined : encoded;
    },
  }),
);
