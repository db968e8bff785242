import { loadPart } from '../api/load-part.ts';
import { type English, english } from './english.ts';
import type { ErrorWords } from './error-words.ts';
import type { Locale } from './locale.ts';

/** All the words of one language. */
export interface Catalogue {
  locale: Locale;
  messages: Readonly<Record<keyof English, string>>;
  /** By error code; what is missing is shown in the server's words, which are English. */
  errors: Readonly<Record<string, ErrorWords>>;
}

export const englishCatalogue: Catalogue = { locale: 'en', messages: english, errors: {} };

/** English is part of the app; other languages are loaded by those who read them. */
export async function loadCatalogue(locale: Locale): Promise<Catalogue> {
  if (locale === 'en') return englishCatalogue;
  const [{ french }, { frenchErrors }] = await loadPart(() =>
    Promise.all([import('./french.ts'), import('./fr-errors.ts')]),
  );
  return { locale, messages: french, errors: frenchErrors };
}
