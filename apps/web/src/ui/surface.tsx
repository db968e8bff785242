import { Paper, type PaperProps } from '@mantine/core';
import type { ReactNode } from 'react';

/** The white (or dark) sheet that lists and forms lie on. */
export function Surface({ children, ...props }: PaperProps & { children: ReactNode }) {
  return (
    <Paper
      radius="lg"
      bg="var(--navette-surface)"
      style={{ border: '1px solid var(--navette-border)', overflow: 'hidden' }}
      {...props}
    >
      {children}
    </Paper>
  );
}
