/**
 * What a browser sees at a resume address. The same whatever stands behind it: whoever opens a link learns nothing and
 * changes nothing, so that the scanners of mail programs may look.
 */
const words = {
  ask: {
    en: ['Continue?', 'Somebody’s workflow waits for you to continue it.', 'Continue'],
    fr: ['Continuer ?', 'Un workflow attend que vous le fassiez continuer.', 'Continuer'],
  },
  done: {
    en: ['Done', 'The workflow goes on. You can close this page.'],
    fr: ['C’est fait', 'Le workflow continue. Vous pouvez fermer cette page.'],
  },
  gone: {
    en: ['Nothing to do here', 'This address has been used, has run out, or never was one.'],
    fr: ['Rien à faire ici', 'Cette adresse a déjà servi, a expiré ou n’a jamais existé.'],
  },
} as const;

export type ResumePage = keyof typeof words;

export const resumePageHeaders = {
  'content-type': 'text/html; charset=utf-8',
  'content-security-policy':
    "default-src 'none'; style-src 'unsafe-inline'; form-action 'self'; frame-ancestors 'none'; base-uri 'none'",
  'referrer-policy': 'no-referrer',
  'cache-control': 'no-store',
  'x-content-type-options': 'nosniff',
  'x-robots-tag': 'noindex, nofollow',
} as const;

export function renderResumePage(page: ResumePage): string {
  const { en, fr } = words[page];
  const button = page === 'ask' ? `<form method="post"><button>${en[2]} · ${fr[2]}</button></form>` : '';
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<title>${en[0]} · ${fr[0]}</title>
<style>
:root { color-scheme: light dark; font: 16px/1.5 system-ui, sans-serif; }
body { max-width: 34rem; margin: 15vh auto; padding: 0 1.5rem; }
h1 { font-size: 1.4rem; }
button { font: inherit; padding: .6rem 1.4rem; border: 0; border-radius: .4rem; background: #2f5bd0; color: #fff; cursor: pointer; }
button:focus-visible { outline: 3px solid #8fb0ff; outline-offset: 2px; }
</style>
</head>
<body>
<h1>${en[0]} · <span lang="fr">${fr[0]}</span></h1>
<p>${en[1]}</p>
<p lang="fr">${fr[1]}</p>
${button}
</body>
</html>
`;
}
