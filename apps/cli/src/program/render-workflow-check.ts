import { formatCount, formatLines, formatText } from '../output/format.ts';
import type { Style } from '../output/style.ts';
import type { WorkflowCheck } from './check-workflow.ts';

/** "Add up:2:11  …" for each finding, then how many mistakes there are. */
export function renderWorkflowCheck({ issues }: WorkflowCheck, style: Style): string[] {
  const lines = issues.flatMap(({ code, column, line, message, node, severity }) => {
    const [first = '', ...rest] = formatLines(message);
    const place = [formatText(node ?? 'workflow'), line, column].filter((one) => one !== undefined).join(':');
    const mark = severity === 'warning' ? `${style.yellow('warning:')} ` : '';
    return [
      `${style.bold(place)}  ${mark}${first} ${style.dim(`(${code})`)}`,
      ...rest.map((text) => `    ${text.trim()}`),
    ];
  });
  const mistakes = issues.filter(({ severity }) => severity === 'error').length;
  return mistakes === 0 ? lines : [...lines, style.red(formatCount(mistakes, 'mistake'))];
}
