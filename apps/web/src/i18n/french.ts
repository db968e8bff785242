import type { English } from './english.ts';
import { fr } from './fr.ts';
import { frDoubt } from './fr-doubt.ts';
import { frRecovery } from './fr-recovery.ts';
import { frSettings } from './fr-settings.ts';

/** All texts in French. */
export const french = { ...fr, ...frDoubt, ...frRecovery, ...frSettings } as const satisfies Readonly<
  Record<keyof English, string>
>;
