export const locales = ['en', 'fr'] as const;
export type Locale = (typeof locales)[number];

const storageKey = 'navette-locale';

export function isLocale(text: unknown): text is Locale {
  return locales.includes(text as Locale);
}

/** The first language of the list that the product speaks; English otherwise. */
export function chooseLocale(languages: readonly string[]): Locale {
  for (const language of languages) {
    const base = language.toLowerCase().split('-')[0];
    if (isLocale(base)) return base;
  }
  return 'en';
}

/** How the reader's country writes the language ("en-GB" for "en"), where the browser says; for dates and numbers. */
export function chooseRegion(locale: Locale, languages: readonly string[]): string {
  return languages.find((language) => language.toLowerCase().startsWith(`${locale}-`)) ?? locale;
}

/** What the reader chose before, else what the browser asks for. */
export function loadLocale(): Locale {
  const chosen = readStored();
  return isLocale(chosen) ? chosen : chooseLocale(navigator.languages);
}

export function storeLocale(locale: Locale): void {
  try {
    window.localStorage.setItem(storageKey, locale);
  } catch {
    // Storage is blocked: the choice lasts until the page is closed.
  }
}

function readStored(): string | null {
  try {
    return window.localStorage.getItem(storageKey);
  } catch {
    return null;
  }
}
