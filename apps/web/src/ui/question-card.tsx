import { Group, Stack, Title } from '@mantine/core';
import type { ReactNode } from 'react';
import classes from './question-card.module.css';
import { Surface } from './surface.tsx';

/** Questions above what they are about, which stays in sight: the list scrolls. `height` is its share of the window. */
export function QuestionList({ height, children }: { height: '55dvh' | '70dvh'; children: ReactNode }) {
  return (
    <Stack gap="sm" mah={height} className={classes['list']}>
      {children}
    </Stack>
  );
}

interface QuestionCardProps {
  title: string;
  badge?: ReactNode;
  children: ReactNode;
}

/** One question that a person is asked: a decision, or what became of a step. */
export function QuestionCard({ title, badge, children }: QuestionCardProps) {
  return (
    <Surface p="md">
      <Stack component="article" aria-label={title} gap="sm">
        <Group justify="space-between" align="flex-start" gap="sm">
          <Title order={2} size="h3" className={classes['title']}>
            {title}
          </Title>
          {badge}
        </Group>
        {children}
      </Stack>
    </Surface>
  );
}

/** What is known of it, name by name, in a line as long as there is room. */
export function Facts({ children }: { children: ReactNode }) {
  return <dl className={classes['facts']}>{children}</dl>;
}

interface FactProps {
  name: string;
  /** Of the value, where it looks different. */
  className?: string | undefined;
  children: ReactNode;
}

export function Fact({ name, className, children }: FactProps) {
  return (
    <div>
      <dt>{name}</dt>
      <dd className={className}>{children}</dd>
    </div>
  );
}
