import { escapeHtml } from './escape-html.ts';

export interface PageParts {
  title: string;
  /** Language of the text: "en", "fr". */
  language: string;
  /** Added after the built-in style. */
  css: string;
  /** Safe HTML. */
  body: string;
}

const style = `:root{color-scheme:light dark}
body{margin:0;font:16px/1.6 system-ui,sans-serif;color:#1b1f24;background:#fff}
main{max-width:46rem;margin:0 auto;padding:2rem 1.25rem}
h1,h2,h3{line-height:1.25;margin:1.6em 0 .5em}
h1:first-child{margin-top:0}
a{color:#0b62c4}
img,svg{max-width:100%;height:auto}
table{border-collapse:collapse;display:block;overflow-x:auto;margin:1em 0}
th,td{border:1px solid #d0d7de;padding:.35em .75em}
th{background:#f3f5f7;text-align:left}
pre{overflow-x:auto;padding:.9em;background:#f3f5f7;border-radius:6px}
code{font:.9em/1.5 ui-monospace,monospace}
blockquote{margin:1em 0;padding:0 1em;border-left:4px solid #d0d7de;color:#57606a}
@media (prefers-color-scheme:dark){body{color:#e6e8eb;background:#14171a}a{color:#6cb0f5}
th,pre{background:#20252a}th,td,blockquote{border-color:#3a4149}blockquote{color:#a3adb8}}
@media print{main{max-width:none;padding:0}}`;

/** A complete HTML document that needs nothing else: the style is inside, no script, no font, no request. */
export function buildPage({ title, language, css, body }: PageParts): string {
  const extra = css === '' ? '' : `\n${escapeStyle(css)}`;
  return `<!doctype html>
<html lang="${escapeHtml(language)}">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>${escapeHtml(title)}</title>
<style>
${style}${extra}
</style>
</head>
<body>
<main>
${body.trimEnd()}
</main>
</body>
</html>
`;
}

/** Nothing in a style can end the element that holds it. */
function escapeStyle(css: string): string {
  return css.replaceAll('</', '<\\/').replaceAll('<!--', '<\\!--');
}
