import { ThemeIcon } from '@mantine/core';
import type { NodeType } from '@navette/contracts';
import { groupColors, iconOf } from './node-icons.ts';

interface NodeIconProps {
  nodeType: Pick<NodeType, 'icon' | 'group'> | undefined;
  size?: number;
}

/** The tile that stands for a node type everywhere. */
export function NodeIcon({ nodeType, size = 36 }: NodeIconProps) {
  const Icon = iconOf(nodeType);
  return (
    <ThemeIcon
      variant="light"
      color={nodeType ? groupColors[nodeType.group] : 'gray'}
      size={size}
      radius="md"
    >
      <Icon size={Math.round(size * 0.56)} stroke={1.7} aria-hidden />
    </ThemeIcon>
  );
}
