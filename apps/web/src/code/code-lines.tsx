import { Text } from '@mantine/core';
import { type CSSProperties, useEffect, useRef } from 'react';
import { useI18n } from '../i18n/i18n.tsx';
import classes from './code-lines.module.css';
import { toLineWindow } from './line-window.ts';

interface CodeLinesProps {
  text: string;
  /** Lines at fault, from 1. */
  marked?: readonly number[];
  /** At most so many lines, around the first one at fault. */
  limit?: number;
  /** Brings the first line at fault into view. */
  reveal?: boolean;
}

/** What is more is not drawn: a text of a megabyte has too many lines for a page. */
const drawn = 1_000;

/** Code to read, with the numbers of its lines. */
export function CodeLines({ text, marked = [], limit = drawn, reveal = false }: CodeLinesProps) {
  const { t } = useI18n();
  const { first, lines, total } = toLineWindow(text, marked[0], limit);
  const atFault = useRef<HTMLElement>(null);
  const revealed = reveal ? marked[0] : undefined;
  useEffect(() => {
    if (revealed !== undefined) atFault.current?.scrollIntoView({ block: 'nearest' });
  }, [revealed]);
  const digits = String(first + lines.length - 1).length;
  const style = { '--first': first - 1, '--digits': `${digits + 1}ch` } as CSSProperties;
  return (
    <>
      <pre className={classes['code']} style={style}>
        {lines.map((line, index) => (
          <code
            // biome-ignore lint/suspicious/noArrayIndexKey: a line is its place
            key={index}
            className={classes['line']}
            data-marked={marked.includes(first + index) || undefined}
            ref={first + index === marked[0] ? atFault : undefined}
          >
            {`${line}\n`}
          </code>
        ))}
      </pre>
      {limit === drawn && lines.length < total && (
        <Text size="xs" c="dimmed" mt={4}>
          {t('code.cut', { first, last: first + lines.length - 1, total })}
        </Text>
      )}
    </>
  );
}
