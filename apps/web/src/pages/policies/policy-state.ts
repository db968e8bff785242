import type { PolicyFileView } from '@navette/contracts';
import type { PlainKey } from '../../i18n/i18n.tsx';

export const stateLabels = {
  'in-force': 'policy.inForce',
  kept: 'policy.kept',
  broken: 'policy.broken',
} as const satisfies Record<PolicyFileView['state'], PlainKey>;

/** In a word. */
export const stateBadges = {
  'in-force': 'policy.inForce',
  kept: 'policy.keptShort',
  broken: 'policy.brokenShort',
} as const satisfies Record<PolicyFileView['state'], PlainKey>;

export const stateColors = {
  'in-force': 'weft',
  kept: 'yellow',
  broken: 'red',
} as const satisfies Record<PolicyFileView['state'], string>;
