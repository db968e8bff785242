import type { Logger } from '@navette/kit';
import { expect, test, vi } from 'vitest';
import { StartReport } from './start-report.ts';

// The tour of the README kills the server by the process id of its start-up lines.
test.each([true, false])(
  'says the address and the process id of the server (on a terminal: %j)',
  (pretty) => {
    const lines: string[] = [];
    const print = vi.spyOn(console, 'log').mockImplementation((line: string) => void lines.push(line));
    const info = (fields: object, text: string) => void lines.push(`${JSON.stringify(fields)} ${text}`);
    new StartReport({ logger: { info } as Logger, pretty, startedAt: 0 }).ready('http://localhost:4600');
    print.mockRestore();
    expect(lines.join()).toMatch(new RegExp(`\\b${process.pid}\\b`));
    expect(lines.join()).toContain('http://localhost:4600');
    expect(lines.join()).toContain('Navette is ready');
  },
);
