import { Box, Group, Stack, Text, Title } from '@mantine/core';
import type { ReactNode } from 'react';

interface PageProps {
  title: string;
  description?: string | undefined;
  actions?: ReactNode;
  children: ReactNode;
}

/** A page that scrolls: title and actions, then the content in a readable width. */
export function Page({ title, description, actions, children }: PageProps) {
  return (
    <Box w="100%" maw={1240} mx="auto" p={{ base: 'md', md: 28 }}>
      <Group justify="space-between" align="flex-start" mb="lg" gap="sm">
        <Stack gap={4}>
          <Title order={1}>{title}</Title>
          {description && (
            <Text c="dimmed" size="sm" maw={640}>
              {description}
            </Text>
          )}
        </Stack>
        {actions && <Group gap="xs">{actions}</Group>}
      </Group>
      {children}
    </Box>
  );
}
