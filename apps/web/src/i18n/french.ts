import type { English } from './english.ts';
import { fr } from './fr.ts';
import { frRecovery } from './fr-recovery.ts';

/** All texts in French. */
export const french = { ...fr, ...frRecovery } as const satisfies Readonly<Record<keyof English, string>>;
