import type { Scope } from '@navette/contracts';
import {
  IconApi,
  IconBolt,
  IconHistory,
  IconKey,
  IconListCheck,
  IconPuzzle,
  IconRoute,
  IconSettings,
  IconStack2,
  IconUserCheck,
  type TablerIcon,
} from '@tabler/icons-react';
import type { PlainKey } from '../i18n/i18n.tsx';

export interface NavigationEntry {
  to:
    | '/workflows'
    | '/executions'
    | '/approvals'
    | '/queue'
    | '/credentials'
    | '/api-keys'
    | '/audit'
    | '/nodes'
    | '/settings';
  label: PlainKey;
  icon: TablerIcon;
  group: 'work' | 'build' | 'manage';
  /** Hidden from people whose role lacks it. */
  scope?: Scope;
}

export const navigationIcons = { workflow: IconRoute, execution: IconBolt };

export const navigation: readonly NavigationEntry[] = [
  { to: '/workflows', label: 'nav.workflows', icon: IconRoute, group: 'work', scope: 'workflows:read' },
  {
    to: '/executions',
    label: 'nav.executions',
    icon: IconListCheck,
    group: 'work',
    scope: 'executions:read',
  },
  {
    to: '/approvals',
    label: 'nav.approvals',
    icon: IconUserCheck,
    group: 'work',
    scope: 'executions:read',
  },
  { to: '/queue', label: 'nav.queue', icon: IconStack2, group: 'work', scope: 'executions:read' },
  { to: '/nodes', label: 'nav.nodes', icon: IconPuzzle, group: 'build' },
  { to: '/credentials', label: 'nav.credentials', icon: IconKey, group: 'build', scope: 'credentials:read' },
  { to: '/api-keys', label: 'nav.apiKeys', icon: IconApi, group: 'manage', scope: 'keys:manage' },
  { to: '/audit', label: 'nav.audit', icon: IconHistory, group: 'manage', scope: 'audit:read' },
  { to: '/settings', label: 'nav.settings', icon: IconSettings, group: 'manage' },
];
