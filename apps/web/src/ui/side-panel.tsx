import { ActionIcon, Group, ScrollArea, Stack, Text, Title } from '@mantine/core';
import type { NodeType } from '@navette/contracts';
import { IconX } from '@tabler/icons-react';
import { type ReactNode, useEffect, useRef } from 'react';
import { NodeIcon } from '../canvas/node-icon.tsx';
import { useI18n } from '../i18n/i18n.tsx';

interface SidePanelProps {
  className: string | undefined;
  nodeType: NodeType | undefined;
  title: string;
  subtitle: string;
  badge?: ReactNode;
  onClose(): void;
  children: ReactNode;
}

/** The panel beside a canvas or a timeline that tells of one node. Takes the focus when it opens, Escape closes it. */
export function SidePanel({
  className,
  nodeType,
  title,
  subtitle,
  badge,
  onClose,
  children,
}: SidePanelProps) {
  const { t } = useI18n();
  const heading = useRef<HTMLHeadingElement>(null);
  const opener = useRef<Element | null>(null);
  useEffect(() => {
    opener.current = document.activeElement;
    heading.current?.focus({ preventScroll: true });
    return () => {
      if (opener.current instanceof HTMLElement && opener.current.isConnected) opener.current.focus();
    };
  }, []);
  return (
    <aside
      className={className}
      aria-label={title}
      onKeyDown={(event) => {
        if (event.key === 'Escape' && !event.defaultPrevented) onClose();
      }}
    >
      <Group p="md" pb="sm" gap="sm" wrap="nowrap">
        <NodeIcon nodeType={nodeType} size={38} />
        <Stack gap={0} flex={1} miw={0}>
          <Title order={2} size="h3" lineClamp={2} ref={heading} tabIndex={-1} style={{ outline: 'none' }}>
            {title}
          </Title>
          <Text size="xs" c="dimmed" truncate>
            {subtitle}
          </Text>
        </Stack>
        {badge}
        <ActionIcon variant="subtle" color="gray" onClick={onClose} aria-label={t('common.close')}>
          <IconX size={18} />
        </ActionIcon>
      </Group>
      <ScrollArea flex={1} type="auto" scrollbars="y" offsetScrollbars={false}>
        {children}
      </ScrollArea>
    </aside>
  );
}
