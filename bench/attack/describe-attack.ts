import { formatNumber, formatTable } from '../format-table.ts';
import type { AttackResult, Felt } from './attack-bench.ts';

export function describeAttack({ calm, rounds, rows, skipped }: AttackResult): string {
  const ms = (value: number) => `${formatNumber(value, 1)} ms`;
  const felt = ({ health, light }: Felt) => [
    ms(health.p50),
    ms(health.p99),
    ms(health.worst),
    formatNumber(light.count, 0),
    ms(light.worst),
  ];
  const table = rows.map(({ attack, code, engine, overshoot, ...row }) => [
    `${engine}: ${attack}`,
    code,
    overshoot === undefined ? '' : overshoot.toFixed(2),
    ...felt(row),
  ]);
  const worst = Math.max(...rows.map(({ health }) => health.worst));
  const highest = Math.max(...rows.map(({ overshoot = 0 }) => overshoot));
  return [
    `Attacks: code that takes more than it may, ${rounds} times each; health is asked for and light executions run meanwhile`,
    `  worst answer of /health ${ms(worst)} (bar: 100 ms); furthest over a limit of time ${highest.toFixed(2)} × (bar: 1.2)`,
    ...skipped.map(({ engine, reason }) => `  ${engine} is left out: ${reason}`),
    '',
    formatTable(
      ['', 'ends with', 'used / limit', 'health p50', 'p99', 'worst', 'light runs', 'slowest'],
      [['no attack', '', '', ...felt(calm)], ...table],
    ),
  ].join('\n');
}
