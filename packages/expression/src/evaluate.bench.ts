/** Evaluations per second of typical templates: `node packages/expression/src/evaluate.bench.ts`. */
import { compileParameters } from './compile-parameters.ts';
import { compileTemplate } from './compile-template.ts';
import type { ExpressionScope } from './scope.ts';
import { createTestScope } from './testing/test-scope.ts';

const measureMs = 300;
const rounds = 5;
const rows = Array.from({ length: 100 }, (_, id) => ({ id, price: id * 2 }));
const json = { a: 1, name: 'Ada', nested: { b: { c: 'x' } }, rows };

// biome-ignore-start lint/suspicious/noTemplateCurlyInString: expressions under measurement
const templates = [
  '{{ $json.a }}',
  '{{ $json.nested.b.c }}',
  '{{ $json.nested?.b?.c ?? "none" }}',
  'Dear {{ $json.name }}, you owe {{ $json.a * 3 }}',
  '{{ `Dear ${$json.name}` }}',
  '{{ $json.name.trim().toUpperCase() }}',
  '{{ $json.name.replace(/d+/g, "-") }}',
  '{{ $json.rows.filter(r => r.price > 50).map(r => r.id).join(",") }}',
  '{{ {id: $json.a, who: $json.name} }}',
  '{{ $now.plus(1, "day").toISODate() }}',
];
// biome-ignore-end lint/suspicious/noTemplateCurlyInString: end of the expressions

const parameters = compileParameters({
  method: 'POST',
  url: 'https://api.example/orders/{{ $json.a }}',
  headers: { accept: 'application/json', 'x-customer': '{{ $json.name }}' },
  body: { id: '{{ $json.a }}', customer: { name: '{{ $json.name }}' }, fixed: [1, 2, 3] },
});

/** The best of several rounds, each on a scope of its own so that nothing can be taken for constant. */
function measure(evaluate: (scope: ExpressionScope) => unknown): number {
  let best = 0;
  let seen = 0;
  for (let round = 0; round < rounds; round++) {
    const scopes = Array.from({ length: 64 }, (_, a) => createTestScope({ json: { ...json, a } }));
    const start = performance.now();
    let count = 0;
    while (performance.now() - start < measureMs) {
      for (const one of scopes) if (evaluate(one) !== undefined) seen += 1;
      count += scopes.length;
    }
    best = Math.max(best, count / ((performance.now() - start) / 1000));
  }
  if (seen === 0) throw new Error('The evaluation gave nothing');
  return best;
}

console.log(`Node ${process.version}, best of ${rounds} rounds of ${measureMs} ms, one thread\n`);
for (const template of templates) {
  const compiled = compileTemplate(template);
  const perSecond = measure((one) => compiled.evaluate(one));
  console.log(`${Math.round(perSecond).toLocaleString('en').padStart(12)} /s  ${template}`);
}
const perSecond = measure((one) => parameters.evaluate(one));
console.log(
  `${Math.round(perSecond).toLocaleString('en').padStart(12)} /s  a tree of 9 parameters, 4 of them templates`,
);
let compiles = 0;
const compileStart = performance.now();
while (performance.now() - compileStart < measureMs)
  compileTemplate(`{{ $json.a${compiles++}.toUpperCase() }}`);
const compilesPerSecond = compiles / ((performance.now() - compileStart) / 1000);
console.log(
  `${Math.round(compilesPerSecond).toLocaleString('en').padStart(12)} /s  new templates parsed and compiled`,
);
