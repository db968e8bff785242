import type { English } from './english.ts';
import { fr } from './fr.ts';
import { frCode } from './fr-code.ts';
import { frDoubt } from './fr-doubt.ts';
import { frJail } from './fr-jail.ts';
import { frPolicy } from './fr-policy.ts';
import { frRecovery } from './fr-recovery.ts';
import { frSettings } from './fr-settings.ts';

/** All texts in French. */
export const french = {
  ...fr,
  ...frCode,
  ...frDoubt,
  ...frJail,
  ...frPolicy,
  ...frRecovery,
  ...frSettings,
} as const satisfies Readonly<Record<keyof English, string>>;
