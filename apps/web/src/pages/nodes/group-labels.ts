import type { NodeType } from '@navette/contracts';
import type { PlainKey } from '../../i18n/i18n.tsx';

export const groupLabels: Readonly<Record<NodeType['group'], PlainKey>> = {
  trigger: 'group.trigger',
  flow: 'group.flow',
  data: 'group.data',
  files: 'group.files',
  http: 'group.http',
  ai: 'group.ai',
};
