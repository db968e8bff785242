import { Group, Stack, Text, ThemeIcon, Title } from '@mantine/core';
import type { TablerIcon } from '@tabler/icons-react';
import type { ReactNode } from 'react';

interface EmptyPanelProps {
  icon: TablerIcon;
  title: string;
  text?: string;
  children?: ReactNode;
}

/** Says that there is nothing yet, and what to do about it. */
export function EmptyPanel({ icon: Icon, title, text, children }: EmptyPanelProps) {
  return (
    <Stack align="center" gap="xs" py={56} px="md">
      <ThemeIcon size={52} radius="xl" variant="light">
        <Icon size={26} stroke={1.6} />
      </ThemeIcon>
      <Title order={2} size="h3" ta="center" mt={6}>
        {title}
      </Title>
      {text && (
        <Text c="dimmed" size="sm" ta="center" maw={440}>
          {text}
        </Text>
      )}
      {children && (
        <Group mt="xs" justify="center">
          {children}
        </Group>
      )}
    </Stack>
  );
}
