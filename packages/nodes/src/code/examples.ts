import type { NodeExample } from '@navette/contracts';

export const examples: NodeExample[] = [
  {
    title: {
      en: 'One item per order line, dearest first',
      fr: 'Un élément par ligne, la plus chère d’abord',
    },
    parameters: {
      source: [
        "import { orderBy } from 'collections';",
        '',
        'const lines = $input.all().flatMap(({ json }) =>',
        '  json.lines.map((line) => ({ order: json.id, sku: line.sku, total: line.price * line.count })),',
        ');',
        "return orderBy(lines, 'total', 'desc');",
      ].join('\n'),
    },
    inputs: {
      main: [
        { json: { id: 1, lines: [{ sku: 'shuttle', price: 5, count: 2 }] } },
        {
          json: {
            id: 2,
            lines: [
              { sku: 'thread', price: 1, count: 3 },
              { sku: 'loom', price: 90, count: 1 },
            ],
          },
        },
      ],
    },
    outputs: {
      main: [
        { json: { order: 2, sku: 'loom', total: 90 } },
        { json: { order: 1, sku: 'shuttle', total: 10 } },
        { json: { order: 2, sku: 'thread', total: 3 } },
      ],
    },
  },
  {
    title: { en: 'A date per item, in TypeScript', fr: 'Une date par élément, en TypeScript' },
    parameters: {
      language: 'typescript',
      mode: 'each',
      source: [
        'interface Invoice { issued: string; days: number }',
        '',
        'const { issued, days }: Invoice = $json;',
        'const due = DateTime.fromISO(issued).plus({ days }).toISODate();',
        'return { ...$json, due };',
      ].join('\n'),
    },
    inputs: {
      main: [{ json: { issued: '2026-01-15', days: 30 } }, { json: { issued: '2026-02-20', days: 10 } }],
    },
    outputs: {
      main: [
        { json: { issued: '2026-01-15', days: 30, due: '2026-02-14' }, pairedItem: { item: 0 } },
        { json: { issued: '2026-02-20', days: 10, due: '2026-03-02' }, pairedItem: { item: 1 } },
      ],
    },
  },
];
